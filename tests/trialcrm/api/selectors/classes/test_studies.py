"""Studies, sites and the protocol over the API."""

from typing import Any

import pytest

from tests.support.api import Caller
from tests.support.messaging import participant_of


def one(rows: list[dict[str, Any]]) -> dict[str, Any]:
    (row,) = rows
    return row


def test_a_study_with_one_site_in_sight_has_its_investigator_and_name(trial: Any) -> None:
    study = one(Caller(trial.coordinator).rows("studies"))
    assert (study["protocol_id"], study["title"], study["status"]) == ("TEST-01", "A trial for tests", "recruiting")
    assert study["principal_investigator_id"] == str(trial.investigator.pk)
    assert study["site_name"] == "Riverside"


def test_one_with_several_lists_them(trial: Any) -> None:
    study = one(Caller(trial.monitor).rows("studies"))
    assert (study["principal_investigator_id"], study["site_name"]) == (None, None)
    assert study["principal_investigator_ids"] == [str(trial.investigator.pk), str(trial.other_investigator.pk)]
    assert study["site_names"] == ["Riverside", "Hillcrest"]


def test_sites_in_sight(trial: Any) -> None:
    site = one(Caller(trial.coordinator).rows("sites", include="study,principal_investigator"))
    assert (site["number"], site["name"], site["study"]["protocol_id"]) == ("701", "Riverside", "TEST-01")
    assert site["principal_investigator"]["name"] == "Dr Hana Ito"
    assert len(Caller(trial.monitor).rows("sites")) == 2
    assert one(Caller(trial.monitor).rows("sites", number="702"))["name"] == "Hillcrest"


@pytest.mark.parametrize(
    ("name", "count"), [("planned-visits", 7), ("criteria", 3), ("consent-versions", 1), ("studies", 1)]
)
def test_the_protocol_is_read_by_everybody_of_the_study(trial: Any, name: str, count: int) -> None:
    own = participant_of(trial.registered())
    for person in (trial.coordinator, trial.pharmacist, trial.monitor, trial.safety, own):
        assert len(Caller(person).rows(name)) == count
    assert Caller(trial.stranger).get(name).status_code == 403


def test_planned_visits_come_in_the_order_of_the_protocol(trial: Any) -> None:
    rows = Caller(trial.coordinator).rows("planned-visits", study=str(trial.study.pk))
    assert [row["name"] for row in rows][:4] == ["Screening 1", "Screening 2", "Baseline", "Week 2"]
