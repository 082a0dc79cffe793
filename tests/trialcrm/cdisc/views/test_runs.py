import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from trialcrm.cdisc import services
from trialcrm.cdisc.models import ImportRun


def upload(name="dm.csv", content=b"STUDYID\nX\n"):
    return SimpleUploadedFile(name, content)


def test_the_list_shows_imports_of_studies_in_sight(client, trial, run):
    for part, count in (("manager", 1), ("monitor", 1), ("inspector", 0)):
        client.force_login(getattr(trial, part))
        page = client.get(reverse("cdisc:imports"))
        assert (page.status_code, page.content.count(b"first delivery")) == (200, count)


@pytest.mark.parametrize("part", ["coordinator", "investigator", "pharmacist", "safety", "stranger"])
def test_site_staff_see_no_imports(client, trial, run, part):
    client.force_login(getattr(trial, part))
    assert client.get(reverse("cdisc:imports")).status_code == 403
    assert client.get(run.get_absolute_url()).status_code == 403


def test_an_import_out_of_sight_is_not_there(client, trial, run):
    client.force_login(trial.inspector)
    assert client.get(run.get_absolute_url()).status_code == 404
    assert client.get(reverse("cdisc:import-findings", args=[run.pk])).status_code == 404


def test_an_import_shows_files_with_digests_and_what_became_of_them(client, trial, run):
    client.force_login(trial.monitor)
    page = client.get(run.get_absolute_url()).content.decode()
    assert run.files.get(name="dm.csv").sha256 in page
    assert "every 1s" not in page


def test_a_monitor_cannot_start_an_import_and_is_told_why(client, trial, run):
    client.force_login(trial.monitor)
    assert "Only a study manager imports studies." in client.get(reverse("cdisc:imports")).content.decode()
    assert client.get(reverse("cdisc:import-new")).status_code == 403
    assert client.post(reverse("cdisc:import-new"), {"files": upload()}).status_code == 403


def test_an_upload_is_queued_and_its_page_asks_again_until_it_is_over(client, trial, db):
    client.force_login(trial.manager)
    answer = client.post(reverse("cdisc:import-new"), {"files": [upload(), upload("sv.csv")], "study": "NEW-1"})
    queued = ImportRun.objects.get()
    assert (answer.status_code, answer.url) == (303, queued.get_absolute_url())
    assert (queued.wanted_study, queued.by) == ("NEW-1", trial.manager)
    waiting = client.get(queued.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "X-Background" in waiting
    services.run_queued()
    over = client.get(queued.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" not in over
    assert "The file has no" in over
    assert "<html" not in over


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "This field is required"),
        ({"files": upload("sv.csv")}, "no file of demographics"),
        ({"files": upload("delivery.zip", b"no archive")}, "archive is damaged"),
        ({"files": upload("dm.csv", b"")}, "empty"),
        ({"files": upload(), "study": "A<B>"}, "Letters, digits"),
    ],
)
def test_a_bad_upload_is_refused_at_the_field_and_nothing_is_queued(client, trial, sent, words):
    client.force_login(trial.manager)
    answer = client.post(reverse("cdisc:import-new"), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_refused_import_is_started_again_by_its_manager_only(client, trial, db):
    queued = services.upload(by=trial.manager, files=[upload()])
    services.run_queued()
    client.force_login(trial.monitor)
    assert client.post(reverse("cdisc:import-again", args=[queued.pk])).status_code == 403
    client.force_login(trial.manager)
    answer = client.post(reverse("cdisc:import-again", args=[queued.pk]))
    again = ImportRun.objects.exclude(pk=queued.pk).get()
    assert (answer.status_code, answer.url, again.status) == (303, again.get_absolute_url(), "queued")
    assert client.post(reverse("cdisc:import-again", args=[queued.pk])).status_code == 403


def test_the_list_takes_as_many_queries_for_forty_imports_as_for_one(client, trial, run):
    client.force_login(trial.manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("cdisc:imports"))
        return len(captured)

    queries()
    one = queries()
    for _number in range(39):
        services.queue_import(by=trial.manager, label="another")
    assert queries() == one
