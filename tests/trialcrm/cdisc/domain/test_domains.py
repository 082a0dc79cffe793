import pytest

from trialcrm.cdisc.domain.datasets import BrokenFile, BrokenRow
from trialcrm.cdisc.domain.domains import Domain

THINGS = Domain(
    "XX", "things", ("XXSEQ",), lambda fields: fields.needed_integer("XXSEQ"), key=lambda seq: ("thing", seq)
)


def rows(*numbers, **more):
    return [{"STUDYID": "TEST-1", "XXSEQ": number, **more} for number in numbers]


def test_rows_are_read_in_the_order_of_the_file(make_dataset):
    assert THINGS.parse(make_dataset("XX", rows(2, 1, 3, DOMAIN="XX"))) == [2, 1, 3]


def test_a_missing_variable_a_foreign_row_and_a_repeat_are_refused(make_dataset):
    with pytest.raises(BrokenFile, match="The file has no XXSEQ"):
        THINGS.parse(make_dataset("XX", [{"STUDYID": "TEST-1"}]))
    with pytest.raises(BrokenRow, match="row 1, DOMAIN: The row belongs to YY, not to XX"):
        THINGS.parse(make_dataset("XX", rows(1, DOMAIN="YY")))
    with pytest.raises(BrokenRow, match=r"row 3: The row repeats row 1 \(thing 5\)"):
        THINGS.parse(make_dataset("XX", rows(5, 6, 5)))
