import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.days import in_days
from trialcrm.access import grants
from trialcrm.access.roles import Role
from trialcrm.audit.models import AuditLog
from trialcrm.cdisc import services
from trialcrm.cdisc.domain.runs import RunStatus
from trialcrm.cdisc.models import ImportRun
from trialcrm.core import clock
from trialcrm.core.decisions import Refused


@pytest.fixture
def files(delivery, written):
    """The delivery as a browser sends it."""

    def read(changed=None):
        folder = written(changed or delivery)
        return [SimpleUploadedFile(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]

    return read


def test_an_upload_waits_in_a_closed_folder_and_is_imported_by_the_duty(trial, files):
    run = services.upload(by=trial.manager, files=files())
    assert (run.status, run.label) == (RunStatus.QUEUED, "dm.csv and 5 other files")
    assert run.folder.stat().st_mode & 0o777 == 0o700
    services.run_queued()
    run.refresh_from_db()
    assert (run.status, run.by) == (RunStatus.DONE, trial.manager)
    assert not run.folder.exists()
    acts = set(AuditLog.objects.filter(actor=trial.manager).values_list("action", flat=True))
    assert {"import.queued", "import.started", "import.read", "import.done"} <= acts


def test_one_archive_is_a_delivery_too(trial, files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in files():
            archive.writestr(f"m5/tabulations/{file.name}", file.read())
    upload = SimpleUploadedFile("delivery.zip", packed.getvalue())
    run = services.upload(by=trial.manager, files=[upload], study="ZIP-1")
    services.run_queued()
    run.refresh_from_db()
    assert (run.status, run.label, run.study.protocol_id) == (RunStatus.DONE, "delivery.zip", "ZIP-1")


@pytest.mark.parametrize("part", ["coordinator", "monitor", "investigator", "stranger", "operator"])
def test_only_a_study_manager_imports(trial, files, part):
    with pytest.raises(Refused, match="Only a study manager"):
        services.upload(by=getattr(trial, part), files=files())
    assert not ImportRun.objects.exists()


def test_files_that_are_no_delivery_are_refused_at_once_and_not_kept(trial, settings):
    upload = SimpleUploadedFile("sv.csv", b"STUDYID\nX\n")
    with pytest.raises(Refused, match="demographics") as caught:
        services.upload(by=trial.manager, files=[upload])
    assert caught.value.field == "files"
    assert list(settings.IMPORT_DIR.iterdir()) == []


def test_a_refused_upload_is_kept_and_started_again_as_a_run_of_its_own(trial, files, delivery):
    delivery["DM"][0]["SEX"] = "X"
    run = services.upload(by=trial.manager, files=files())
    services.run_queued()
    run.refresh_from_db()
    assert (run.status, run.folder.is_dir()) == (RunStatus.REFUSED, True)
    again = services.start_again(by=trial.manager, run=run)
    assert (again.status, again.label) == (RunStatus.QUEUED, run.label)
    assert not run.folder.exists()
    with pytest.raises(Refused, match="not kept"):
        services.start_again(by=trial.manager, run=run)


def test_a_run_whose_process_died_is_refused_and_can_be_started_again(trial, files):
    run = services.upload(by=trial.manager, files=files())
    services.runs._start(by=trial.manager, run=run)
    services.run_queued()
    run.refresh_from_db()
    assert run.status == RunStatus.REFUSED
    assert "process" in run.refusal
    again = services.start_again(by=trial.manager, run=run)
    services.run_queued()
    again.refresh_from_db()
    assert again.status == RunStatus.DONE


def test_files_of_refused_imports_are_removed_after_a_week(trial, files, delivery):
    delivery["DM"][0]["SEX"] = "X"
    run = services.upload(by=trial.manager, files=files())
    services.run_queued()
    services.discard_old_uploads()
    assert run.folder.is_dir()
    with clock.frozen(in_days(8)):
        services.discard_old_uploads()
    assert not run.folder.exists()


def test_somebody_who_lost_the_role_meanwhile_imports_nothing(trial, files):
    run = services.upload(by=trial.manager, files=files())
    grants.dismiss(trial.manager, Role.SPMGR, trial.study, ends_at=clock.now())
    services.run_queued()
    run.refresh_from_db()
    assert (run.status, run.refusal) == (RunStatus.REFUSED, "Only a study manager imports studies.")
