"""A record's own memory of what is stored decides what is written, and loses nothing."""

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F
from django.utils.translation import gettext_lazy

from subjects.models import Institution, Site, SubjectIdentity, Visit
from tests.support.cast import BUILDER, Trial
from trialcrm.audit.models import AuditLog
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import Refused
from trialcrm.users.models import User

pytestmark = pytest.mark.django_db


@recorded("test.saved", gettext_lazy("Saved"))
def saved(*, by: Any, record: Any, **options: Any) -> Any:
    record.save(**options)
    return record


def logged() -> list[dict[str, Any]]:
    payload = AuditLog.objects.filter(action="test.saved").latest("id").payload
    return [change for record in payload.get("records", []) for change in record["changes"]]


def test_a_field_left_out_on_loading_and_set_afterwards_is_written_with_its_old_value(trial: Trial) -> None:
    site = Site.objects.only("number").get(pk=trial.site.pk)
    site.time_zone = "Europe/Oslo"

    saved(by=BUILDER, record=site)

    assert Site.objects.get(pk=site.pk).time_zone == "Europe/Oslo"
    assert logged() == [{"field": "time_zone", "old": "America/New_York", "new": "Europe/Oslo"}]


def test_a_field_loaded_later_and_then_set_is_written(trial: Trial) -> None:
    site = Site.objects.defer("time_zone").get(pk=trial.site.pk)
    assert site.time_zone == "America/New_York"
    site.time_zone = "Europe/Oslo"

    saved(by=BUILDER, record=site)

    assert Site.objects.get(pk=site.pk).time_zone == "Europe/Oslo"


def test_after_refreshing_changes_are_counted_from_what_was_read_anew(trial: Trial) -> None:
    mine, theirs = Site.objects.get(pk=trial.site.pk), Site.objects.get(pk=trial.site.pk)
    theirs.time_zone = "Europe/Oslo"
    saved(by=BUILDER, record=theirs)

    mine.refresh_from_db()
    mine.time_zone = "America/New_York"
    saved(by=BUILDER, record=mine)

    assert Site.objects.get(pk=mine.pk).time_zone == "America/New_York"
    assert logged() == [{"field": "time_zone", "old": "Europe/Oslo", "new": "America/New_York"}]


def test_a_database_expression_is_refused_because_the_trail_must_say_the_value(trial: Trial) -> None:
    site = trial.site
    site.last_sequence = F("last_sequence") + 1

    with pytest.raises(TypeError, match="expression"):
        saved(by=BUILDER, record=site)


def test_only_the_asked_for_fields_are_written_and_the_rest_stays_to_be_saved(trial: Trial) -> None:
    site = Site.objects.get(pk=trial.site.pk)
    site.time_zone, site.planned_subjects = "Europe/Oslo", 40

    saved(by=BUILDER, record=site, update_fields=["time_zone"])
    assert Site.objects.get(pk=site.pk).planned_subjects is None

    saved(by=BUILDER, record=site)
    assert Site.objects.get(pk=site.pk).planned_subjects == 40


def test_the_same_value_in_another_type_is_no_change(trial: Trial) -> None:
    visit = Visit.objects.filter(subject=trial.registered()).earliest("due_on")
    visit.visit_num, visit.due_on = Decimal(visit.visit_num), visit.due_on.isoformat()
    visit.site_id = str(visit.site_id)

    assert visit.changes() == []


def test_a_list_changed_in_place_is_noticed(trial: Trial) -> None:
    identity = SubjectIdentity.objects.get(subject=trial.registered())
    identity.name_index.append("0" * 32)

    assert [change["field"] for change in identity.changes()] == ["name_index"]


def test_fields_outside_of_the_trail_are_saved_together_with_tracked_ones(trial: Trial) -> None:
    person = trial.stranger
    person.set_password("a new long password")
    person.name = "Stan I. Ivers"

    saved(by=BUILDER, record=person)

    person = User.objects.get(pk=person.pk)
    assert person.check_password("a new long password")
    assert logged() == [{"field": "name", "withheld": True}]


def test_fields_outside_of_the_trail_alone_leave_no_version_and_need_no_act(trial: Trial) -> None:
    person = trial.stranger
    person.set_password("a new long password")

    person.save()

    assert User.objects.get(pk=person.pk).check_password("a new long password")
    assert person.history.count() == 1


def test_no_digest_of_a_password_enters_log_or_history(trial: Trial) -> None:
    names = {field.name for field in User.history.model._meta.get_fields()}
    row = AuditLog.objects.filter(action="account.created", entity_id=str(trial.stranger.pk)).get()

    assert names.isdisjoint({"password", "last_login"})
    assert "password" not in str(row.payload)


def test_history_is_never_left_out(trial: Trial) -> None:
    site = trial.site
    site.time_zone = "Europe/Oslo"

    with pytest.raises(TypeError):
        site.save_without_historical_record()

    assert Site.objects.get(pk=site.pk).time_zone == "America/New_York"


@pytest.mark.parametrize("model", [Site, Institution, Visit])
def test_ways_past_save_are_closed(model: Any, db: None) -> None:
    with pytest.raises(TypeError):
        model.objects.update(created_at=None)
    with pytest.raises(TypeError):
        model.objects.bulk_create([])
    with pytest.raises(TypeError):
        model.objects.bulk_update([], ["id"])
    with pytest.raises(Refused):
        model.objects.all().delete()


def test_a_record_is_never_deleted(trial: Trial) -> None:
    with pytest.raises(Refused, match="ever deleted"):
        trial.site.delete()


def test_empty_fields_of_a_new_record_are_no_change() -> None:
    saved(by=BUILDER, record=Institution(name="Northfield", country="USA"))

    assert logged() == [
        {"field": "name", "old": None, "new": "Northfield"},
        {"field": "country", "old": None, "new": "USA"},
    ]
