"""Acts that change no row are known too, and every row of the log knows its place."""

import pytest
from django.utils.translation import gettext_lazy

from subjects.models import ConsentVersion, Visit
from tests.support.cast import Trial
from trialcrm.audit import context, log
from trialcrm.audit.acts import SystemActor
from trialcrm.audit.models import AuditLog

pytestmark = pytest.mark.django_db
READ = gettext_lazy("Identity read")


def test_reading_is_logged_with_reader_role_and_place(trial: Trial) -> None:
    """45 CFR 164.312(b)."""
    subject = trial.registered()

    row = log.note("identity.read", READ, by=trial.pharmacist, about=subject, facts={"fields": ["name"]})

    row = AuditLog.objects.get(pk=row.pk)
    assert (row.actor_id, row.role) == (trial.pharmacist.pk, "pharm")
    assert (row.study_id, row.site_id, row.subject_id) == (subject.study_id, subject.site_id, subject.pk)
    assert (row.summary, row.payload) == (f"Identity read: {subject}", {"fields": ["name"]})


def test_somebody_unknown_is_logged_under_the_name_of_the_way_in() -> None:
    row = log.note("account.sign-in-failed", gettext_lazy("Sign-in failed"), by=SystemActor("sign-in"))

    assert (row.actor_id, row.actor_name, row.role, row.study_id) == (None, "sign-in", "system", None)


def test_a_place_is_read_from_study_site_and_subject_alike(trial: Trial) -> None:
    subject = trial.registered()
    visit = Visit.objects.filter(subject=subject).earliest("due_on")
    version = ConsentVersion.objects.get()
    study, site = trial.study.pk, trial.site.pk

    assert log.place_of(trial.study) == {"study_id": study, "site_id": None, "subject_id": None}
    assert log.place_of(trial.site) == {"study_id": study, "site_id": site, "subject_id": None}
    assert log.place_of(subject) == {"study_id": study, "site_id": site, "subject_id": subject.pk}
    assert log.place_of(visit) == {"study_id": study, "site_id": site, "subject_id": subject.pk}
    assert log.place_of(version) == {"study_id": study, "site_id": None, "subject_id": None}
    assert log.place_of(trial.coordinator) == {"study_id": None, "site_id": None, "subject_id": None}


def test_what_is_done_with_a_token_says_so(trial: Trial) -> None:
    with context.request():
        context.through("trialcrm_ab12…")
        row = log.note("identity.read", READ, by=trial.pharmacist, about=trial.site, facts={"fields": ["name"]})

    assert AuditLog.objects.get(pk=row.pk).payload == {"fields": ["name"], "token": "trialcrm_ab12…"}
