import pytest

from trialcrm.core.figures.scales import Scale, round_up


@pytest.mark.parametrize(("value", "nice"), [(0, 1), (1, 1), (1.5, 2), (3, 5), (7, 10), (11, 20), (38, 50), (101, 200)])
def test_axes_end_on_round_numbers(value, nice):
    assert round_up(value) == nice


def test_what_lies_outside_is_held_at_the_edge():
    scale = Scale(0, 10)
    assert (scale.place(-5), scale.place(5), scale.place(15)) == (0, 50, 100)


def test_a_range_without_extent_is_placed_in_the_middle():
    assert Scale(4, 4).place(4) == 50
