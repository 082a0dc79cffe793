"""What stands beside a record tells a participant nothing that the record itself does not."""

from typing import Any

import pytest

from medications.models import Distribution
from tests.support.api import Caller
from tests.support.medications import pharmacy
from tests.support.messaging import asked, participant_of
from tests.trialcrm.api.selectors.classes.test_safety import felt
from trialcrm.api.selectors.publishing import Link, Published, everything, published
from trialcrm.api.selectors.reading import EVERYTHING, Wanted, show

PRIVATE = [
    (item, link)
    for item in everything()
    for link in item.links
    if any(each.name in item.withheld and (each.read or each.name) == link.key for each in item.fields)
]


@pytest.fixture
def own(trial: Any) -> Any:
    """A participant with a row of every class of which something is withheld from them."""
    subject = trial.on_treatment(first_dose_days_ago=11)
    shop, person = pharmacy(trial), participant_of(subject)
    shop.kits("K-1")
    shop.dispensed(shop.order(subject), "K-1")
    asked(person, subject)
    felt(person, subject)
    felt(person, subject)
    return person


def pointing(person: Any, item: Published, link: Link) -> Any:
    """A row of the participant's own that points to something in their sight."""
    row = item.rows(person).order_by("id").first()
    other = published(link.to).rows(person).exclude(pk=row.pk).order_by("id").first()
    setattr(row, link.key, other.pk)
    return row


def test_pointers_are_withheld_with_their_keys(trial: Any, own: Any) -> None:
    assert {(item.name, link.name) for item, link in PRIVATE} >= {
        ("messages", "triaged_by"),
        ("distributions", "reconciled_by"),
        ("consents", "discussed_by"),
        ("orders", "adverse_event"),
        ("adverse-events", "kept_event"),
    }
    for item, link in PRIVATE:
        row, wanted = pointing(own, item, link), Wanted(links={link.name: EVERYTHING})
        (told,) = show(own, item, [row], wanted)
        (known,) = show(trial.coordinator, item, [row], wanted)
        assert told[link.name] is None, (item.name, link.name)
        assert known[link.name], (item.name, link.name)


def test_what_is_not_withheld_still_stands_beside(trial: Any, own: Any) -> None:
    (kit,) = Caller(own).rows("distributions", include="dispensed_by,reconciled_by")
    assert kit["dispensed_by"]["name"] == trial.pharmacist.name
    assert kit["reconciled_by"] is None
    assert Distribution.objects.count() == 1


def test_no_list_is_opened_by_what_is_withheld() -> None:
    for item in everything():
        for many in item.many:
            assert many.name not in item.withheld
            assert many.column not in published(many.to).withheld_columns, (item.name, many.name)
