from hypothesis import given
from hypothesis import strategies as st

from trialcrm.core.figures import ledger


def test_each_entry_shows_the_running_balance():
    sheet = ledger([("Dispensed", 30, "/kit"), ("Taken", -26)])
    assert [(entry.balance, entry.url) for entry in sheet.entries] == [(30, "/kit"), (4, "")]
    assert sheet.balance == 4


def test_what_was_counted_is_held_against_the_sum():
    assert ledger([("Dispensed", 30), ("Taken", -28)], counted=5).difference == 3
    assert ledger([("Dispensed", 30), ("Taken", -28)], counted=2).difference == 0


def test_nothing_differs_before_anybody_has_counted():
    assert ledger([("Dispensed", 30)]).difference == 0


@given(st.lists(st.integers(-1000, 1000)))
def test_the_balance_is_the_sum_of_all_entries(amounts):
    assert ledger([("Entry", amount) for amount in amounts]).balance == sum(amounts)
