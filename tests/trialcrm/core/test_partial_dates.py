from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialcrm.core.partial_dates import BadDate, ImpossibleDate, NotADate, parse_partial_date

FIRST, LAST = date.min, date.max


@pytest.mark.parametrize(
    ("text", "lower", "upper", "has_time"),
    [
        ("2013", date(2013, 1, 1), date(2013, 12, 31), False),
        ("2013-07", date(2013, 7, 1), date(2013, 7, 31), False),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29), False),
        ("2013-07-22", date(2013, 7, 22), date(2013, 7, 22), False),
        ("2013-07-22T14", date(2013, 7, 22), date(2013, 7, 22), True),
        ("2013-07-22T14:05", date(2013, 7, 22), date(2013, 7, 22), True),
        ("2013-07-22T14:05:09.25+01:00", date(2013, 7, 22), date(2013, 7, 22), True),
        ("2013-07-22T-:15", date(2013, 7, 22), date(2013, 7, 22), True),
        ("2013---22", date(2013, 1, 22), date(2013, 12, 22), False),
        ("2013---31", date(2013, 1, 31), date(2013, 12, 31), False),
        ("--07-22", date(1, 7, 22), date(9999, 7, 22), False),
        ("--02-29", date(4, 2, 29), date(9996, 2, 29), False),
        ("--07", date(1, 7, 1), date(9999, 7, 31), False),
        ("-----T14:05", FIRST, LAST, True),
    ],
)
def test_a_partial_date_keeps_its_text_and_the_first_and_last_day_it_may_stand_for(text, lower, upper, has_time):
    found = parse_partial_date(text)
    assert (found.text, found.lower, found.upper, found.has_time) == (text, lower, upper, has_time)
    assert str(found) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "-----",
        "22 Jul 2013",
        "2013/07/22",
        "2013-7-2",
        "20130722",
        "2013-W30",
        "2013-07T14:05",
        "2013-07-22T",
        "2013-07-22T25:00",
        "2013-07-22T14:60",
        "2013-07-22 14:05",
        "2013-07-22/2013-07-23",
        "-----T-",
        " 2013",
        "2013-07-22\n",
        "２０１３",
    ],
)
def test_a_text_of_another_form_is_refused(text):
    with pytest.raises(NotADate) as refusal:
        parse_partial_date(text)
    assert refusal.value.text == text
    assert str(refusal.value)


@pytest.mark.parametrize("text", ["2013-02-29", "2013-13-01", "2013-00", "0000-01-01", "2013-02-30T10:00", "--02-30"])
def test_a_day_that_the_calendar_lacks_is_refused(text):
    with pytest.raises(ImpossibleDate) as refusal:
        parse_partial_date(text)
    assert text in str(refusal.value)


def test_both_refusals_are_value_errors():
    assert issubclass(ImpossibleDate, BadDate)
    assert issubclass(NotADate, BadDate)
    assert issubclass(BadDate, ValueError)


def test_only_a_full_date_has_an_exact_day():
    assert parse_partial_date("2013-07-22T14:05").exact == date(2013, 7, 22)
    assert parse_partial_date("2013-07").exact is None


@pytest.mark.parametrize(
    ("one", "other", "before", "after"),
    [
        ("2013-06", "2013-07-01", True, False),
        ("2013-07", "2013-07-31", False, False),
        ("2014-03", "2014-01-11", False, True),
        ("2013", "2013-12-31", False, False),
        ("2013", "2014", True, False),
        ("2013-07-22", "2013-07-22", False, False),
        ("--07-22", "2013-07-21", False, False),
    ],
)
def test_before_and_after_are_said_only_when_certain(one, other, before, after):
    first, second = parse_partial_date(one), parse_partial_date(other)
    assert first.is_certainly_before(second) is before
    assert first.is_certainly_after(second) is after
    assert second.is_certainly_after(first) is before


def test_a_partial_date_compares_with_a_full_day():
    assert parse_partial_date("2013-06").is_certainly_before(date(2013, 7, 1))
    assert parse_partial_date("2014").is_certainly_after(date(2013, 12, 31))


@given(st.dates())
def test_every_day_and_its_truncations_contain_the_day(day):
    text = day.isoformat()
    for length in (10, 7, 4):
        found = parse_partial_date(text[:length])
        assert found.lower <= day <= found.upper
    assert parse_partial_date(text).exact == day


@given(st.text(alphabet="0123456789-T:Z+./ ", max_size=20))
def test_any_text_is_either_read_or_refused(text):
    try:
        found = parse_partial_date(text)
    except BadDate:
        return
    assert found.lower <= found.upper
