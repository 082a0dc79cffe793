"""What a signature is bound to, and what counts as a change."""

from trialcrm.users.domain.signatures import Change, Item, changes_since, digest_of

DOSE = Item("dose", "Dose", "54", "54 mg")


def test_the_digest_follows_the_record_and_every_part_of_every_line() -> None:
    base = digest_of("orders 1", [DOSE])

    assert digest_of("orders 1", [DOSE]) == base
    assert len(base) == 64
    others = [
        digest_of("orders 2", [DOSE]),
        digest_of("orders 1", []),
        digest_of("orders 1", [DOSE, DOSE]),
        *(digest_of("orders 1", [Item(*{**DOSE_PARTS, part: "x"}.values())]) for part in DOSE_PARTS),
    ]
    assert len({base, *others}) == len(others) + 1


DOSE_PARTS = {"name": "dose", "label": "Dose", "value": "54", "shown": "54 mg"}


def test_what_changed_is_named_with_old_and_new() -> None:
    now = [Item("dose", "Dose", "81", "81 mg")]
    assert changes_since([DOSE], now) == [Change("Dose", "54 mg", "81 mg")]


def test_a_line_that_is_new_or_gone_is_a_change() -> None:
    assert changes_since([], [DOSE]) == [Change("Dose", "", "54 mg")]
    assert changes_since([DOSE], []) == [Change("Dose", "54 mg", "")]


def test_another_wording_of_the_same_value_is_no_change() -> None:
    assert changes_since([DOSE], [Item("dose", "Amount", "54", "54 milligrams")]) == []
