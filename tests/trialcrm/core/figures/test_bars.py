import pytest

from trialcrm.core.figures import bars


def test_the_longest_bar_fills_the_width_and_the_others_follow_in_proportion():
    drawn = bars([("Screened", 40), ("Passed", 30, "/passed"), ("Failed", 10, "", "warning")])
    assert [(bar.width, bar.url, bar.tone, bar.step) for bar in drawn] == [
        (100, "", "", 0),
        (75, "/passed", "", 1),
        (25, "", "warning", 2),
    ]


def test_all_zero_draws_no_bar():
    assert [bar.width for bar in bars([("Screened", 0), ("Passed", 0)])] == [0, 0]


def test_nothing_to_draw_is_nothing():
    assert bars([]) == []


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="negative"):
        bars([("Screened", -1)])
