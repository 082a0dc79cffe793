"""Acts on studies and sites over REST, by the study manager."""

from typing import Any

from subjects import services
from tests.support.api import Caller, faults
from trialcrm.audit.models import AuditLog

WHY = "As the amendment says"


def test_titles_with_a_reason(trial: Any, mia: Caller) -> None:
    address = f"studies/{trial.study.pk}"
    version = mia.get(address)["ETag"]
    assert set(faults(mia.patch(address, {"title": "Better"}, If_Match=version))) == {"reason"}
    answer = mia.patch(address, {"title": "Better", "reason": WHY}, If_Match=version)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["title"], answer.json()["short_title"]) == ("Better", "Tests")
    log = AuditLog.objects.get(action="study.changed")
    assert (log.entity_id, log.reason) == (str(trial.study.pk), WHY)
    assert mia.patch(address, {"title": "Best", "reason": WHY}, If_Match=version).status_code == 412


def test_the_status_along_the_lifecycle(trial: Any, mia: Caller) -> None:
    address = f"studies/{trial.study.pk}/move"
    assert set(faults(mia.post(address, {"to": "archived", "reason": WHY}))) == {"to"}
    answer = mia.post(address, {"to": "suspended", "reason": WHY})
    assert (answer.status_code, answer.json()["status"]) == (200, "suspended")


def test_the_investigator_of_a_site(trial: Any, mia: Caller) -> None:
    given = {"user": trial.subinvestigator, "role": "pi", "study": trial.study, "site": trial.site}
    services.give_role(by=trial.manager, **given, starts_on=trial.today())
    address = f"sites/{trial.site.pk}"
    wrong = {"principal_investigator": str(trial.coordinator.pk), "reason": WHY}
    assert set(faults(mia.patch(address, wrong, If_Match="*"))) == {"principal_investigator"}
    right = {"principal_investigator": str(trial.subinvestigator.pk), "reason": WHY}
    answer = mia.patch(address, right, If_Match="*")
    assert answer.status_code == 200, answer.content
    assert answer.json()["principal_investigator_id"] == str(trial.subinvestigator.pk)
    assert answer.json()["time_zone"] == "America/New_York"
    assert AuditLog.objects.get(action="site.changed").reason == WHY


def test_its_zone_until_something_was_recorded(trial: Any, mia: Caller) -> None:
    address, body = f"sites/{trial.site.pk}", {"time_zone": "America/Chicago", "reason": WHY}
    assert mia.patch(address, body, If_Match="*").json()["time_zone"] == "America/Chicago"
    trial.registered()
    assert set(faults(mia.patch(address, {**body, "time_zone": "UTC"}, If_Match="*"))) == {"time_zone"}


def test_by_nobody_else(trial: Any) -> None:
    for part in ("coordinator", "investigator", "monitor"):
        caller = Caller(getattr(trial, part))
        for answer in (
            caller.patch(f"studies/{trial.study.pk}", {"title": "X", "reason": WHY}, If_Match="*"),
            caller.post(f"studies/{trial.study.pk}/move", {"to": "locked", "reason": WHY}),
            caller.patch(f"sites/{trial.site.pk}", {"time_zone": "UTC", "reason": WHY}, If_Match="*"),
        ):
            assert answer.status_code == 403, part
