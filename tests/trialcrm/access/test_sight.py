"""After a write the record is still within the writer's sight, or nothing was written."""

from typing import Any

import pytest
from django.utils.translation import gettext_lazy

from subjects.models import Subject, SubjectNote, Visit
from tests.support.cast import BUILDER, Trial
from trialcrm.access import grants
from trialcrm.access.roles import Role
from trialcrm.access.sight import role_at
from trialcrm.audit.models import AuditLog
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import Refused

pytestmark = pytest.mark.django_db


@recorded("test.moved", gettext_lazy("Moved"))
def moved(*, by: Any, subject: Subject, site: Any) -> Subject:
    subject.site = site
    subject.save()
    return subject


@recorded("test.noted", gettext_lazy("Noted"))
def noted(*, by: Any, subject: Subject) -> SubjectNote:
    note = SubjectNote(subject=subject, author_id=by.pk, note_text="Called.")
    note.save()
    return note


def test_a_record_moved_out_of_sight_stays_where_it_was(trial: Trial) -> None:
    subject = trial.registered()

    with pytest.raises(Refused, match="out of your own sight"):
        moved(by=trial.coordinator, subject=subject, site=trial.other_site)

    assert Subject.objects.get(pk=subject.pk).site_id == trial.site.pk
    assert subject.history.filter(site_id=trial.other_site.pk).count() == 0
    assert AuditLog.objects.get(action="test.moved").outcome == "refused"


def test_a_record_written_at_a_strange_site_is_undone(trial: Trial) -> None:
    subject = trial.registered(site=trial.other_site)

    with pytest.raises(Refused):
        noted(by=trial.coordinator, subject=subject)

    assert not SubjectNote.objects.exists()


def test_a_kind_of_record_that_the_writer_may_not_read_is_undone(trial: Trial) -> None:
    with pytest.raises(Refused):
        noted(by=trial.monitor, subject=trial.registered())


def test_within_sight_and_for_the_portal_itself_it_is_kept(trial: Trial) -> None:
    subject = trial.registered()

    noted(by=trial.coordinator, subject=subject)
    moved(by=BUILDER, subject=subject, site=trial.other_site)

    assert Visit.objects.visible_to(trial.outsider).count() == 0
    assert SubjectNote.objects.count() == 1


def test_the_log_shows_the_roles_held_at_the_place(trial: Trial) -> None:
    grants.enrol(trial.coordinator, Role.PHARM, trial.site)
    here = {"site_id": trial.site.pk, "study_id": trial.study.pk, "subject_id": None}
    nowhere = {"site_id": None, "study_id": None, "subject_id": None}

    assert set(role_at(trial.coordinator, here).split(",")) == {"crc", "pharm"}
    assert role_at(trial.monitor, here) == "cra"
    assert role_at(trial.coordinator, nowhere) == "crc,pharm"
    assert role_at(trial.stranger, nowhere) == ""
    assert role_at(BUILDER, nowhere) == "system"
