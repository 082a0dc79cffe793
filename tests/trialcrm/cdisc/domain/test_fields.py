from datetime import date
from decimal import Decimal

import pytest

from trialcrm.cdisc.domain.datasets import BrokenRow
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.cdisc.domain.terminology import END_REASON, SEX


@pytest.fixture
def fields(make_dataset):
    def one(**values):
        built = make_dataset("DM", [{"USUBJID": "T-1", **values}])
        return Fields(built, built.rows[0])

    return one


@pytest.mark.parametrize(
    ("delivered", "number"),
    [
        (9.299999999999999, "9.3"),
        (3.5, "3.5"),
        (10.0, "10"),
        ("8.10", "8.1"),
        (5.01, "5.01"),
        (Decimal("5.010"), "5.01"),
        (100, "100"),
    ],
)
def test_visit_numbers_lose_the_noise_of_floating_point_and_keep_their_hundredths(fields, delivered, number):
    found = fields(VISITNUM=delivered).visit_num()
    assert str(found) == number


def test_a_blank_number_is_nothing(fields):
    assert fields(AGE=None).integer("AGE") is None
    assert fields().visit_num() is None


@pytest.mark.parametrize("value", ["many", "1_000", "NaN", "1,5", "１"])
def test_what_is_no_number_is_refused_with_its_place(fields, value):
    with pytest.raises(BrokenRow, match=r"dm.xpt, row 1, AGE: .*not a number"):
        fields(AGE=value).integer("AGE")


def test_whole_numbers_and_visit_numbers_have_limits(fields):
    assert fields(AGE=81.0).integer("AGE") == 81
    with pytest.raises(BrokenRow, match="not a whole number"):
        fields(AGE=81.5).integer("AGE")
    with pytest.raises(BrokenRow, match="too large"):
        fields(AGE=10**12).integer("AGE")
    for number in (-1, 10_000):
        with pytest.raises(BrokenRow, match="not a visit number"):
            fields(VISITNUM=number).visit_num()


def test_needed_values_are_refused_when_blank(fields):
    blank = fields(SEX=None, AGE=" ")
    for ask in (
        lambda: blank.needed("SEX"),
        lambda: blank.needed_integer("AGE"),
        blank.needed_visit_num,
        lambda: blank.needed_coded("SEX", SEX),
    ):
        with pytest.raises(BrokenRow, match="missing"):
            ask()


def test_dates_keep_their_precision_and_days_must_be_full(fields):
    found = fields(DSDTC="2014-07-02T11:45", DSSTDTC="2014-07")
    assert found.when("DSDTC").has_time
    assert found.day("DSDTC") == date(2014, 7, 2)
    with pytest.raises(BrokenRow, match="DSSTDTC: 2014-07 is not a full date"):
        found.day("DSSTDTC")
    with pytest.raises(BrokenRow, match=r"DSDTC: .*not an ISO 8601 date"):
        fields(DSDTC="02JUL2014").when("DSDTC")


def test_yes_no_knows_nothing_else(fields):
    assert [fields(FLAG=value).yes_no("FLAG") for value in ("Y", "N", None)] == [True, False, None]
    with pytest.raises(BrokenRow, match="neither Y nor N"):
        fields(FLAG="yes").yes_no("FLAG")


def test_a_closed_code_list_refuses_and_names_what_it_allows(fields):
    with pytest.raises(BrokenRow, match=r"“X” is not in the CDISC code list SEX \(C66731\): F, INTERSEX, M, U"):
        fields(SEX="X").coded("SEX", SEX)


def test_outdated_values_become_those_of_today_and_keep_their_source(fields):
    sex = fields(SEX="Undifferentiated").coded("SEX", SEX)
    assert (sex.value, sex.source, sex.code, sex.is_changed) == ("INTERSEX", "Undifferentiated", "C45908", True)
    reason = fields(DSDECOD="PROTOCOL VIOLATION").coded("DSDECOD", END_REASON)
    assert (reason.value, reason.code) == ("PROTOCOL DEVIATION", "C48251")


def test_an_extensible_list_accepts_what_it_does_not_name(fields):
    reason = fields(DSDECOD="MOVED AWAY").coded("DSDECOD", END_REASON)
    assert (reason.value, reason.source, reason.code, reason.is_changed) == ("MOVED AWAY", "MOVED AWAY", "", False)
