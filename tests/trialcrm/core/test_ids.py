"""Identifiers sort by time and are not guessed from a neighbour."""

from trialcrm.core.ids import new_id


def test_ids_are_of_version_7_and_sort_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(5000)]

    assert {made.version for made in ids} == {7}
    assert ids == sorted(ids)
    assert len(set(ids)) == 5000


def test_neighbours_differ_in_more_than_their_time() -> None:
    tails = {new_id().hex[-12:] for _ in range(100)}

    assert len(tails) == 100
