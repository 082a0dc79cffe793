from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialcrm.core.figures import DoesNotAddUp, FlowArm, FlowCounts, Reason, flow

# The public CDISC pilot study: 306 assessed, 254 randomised to three arms, 110 completed.
PILOT = FlowCounts(
    assessed=306,
    randomised=254,
    excluded=(Reason("Not eligible or declined", 52),),
    arms=(
        FlowArm(
            "Placebo", 86, 86, 58, stopped=(Reason("All reasons", 28),), analysed=79, left_out=(Reason("No data", 7),)
        ),
        FlowArm(
            "High", 84, 84, 27, stopped=(Reason("All reasons", 57),), analysed=74, left_out=(Reason("No data", 10),)
        ),
        FlowArm("Low", 84, 84, 25, stopped=(Reason("All reasons", 59),), analysed=81, left_out=(Reason("No data", 3),)),
    ),
)


def test_numbers_that_add_up_are_drawn():
    drawn = flow(PILOT)
    assert len(drawn.boxes) == 3 + 3 * 3
    assert dict(drawn.rows)["Randomised"] == 254
    assert dict(drawn.rows)["High: Completed"] == 27


def with_first_arm(**changes):
    return replace(PILOT, arms=(replace(PILOT.arms[0], **changes), *PILOT.arms[1:]))


@pytest.mark.parametrize(
    ("counts", "box"),
    [
        (replace(PILOT, assessed=307), "assessed"),
        (replace(PILOT, excluded=()), "assessed"),
        (replace(PILOT, arms=PILOT.arms[:2]), "randomised"),
        (with_first_arm(received=85), "Placebo, allocated"),
        (with_first_arm(completed=57), "Placebo, followed"),
        (with_first_arm(ongoing=1), "Placebo, followed"),
        (with_first_arm(analysed=80), "Placebo, analysed"),
    ],
)
def test_numbers_that_contradict_each_other_are_refused_with_the_name_of_the_box(counts, box):
    with pytest.raises(DoesNotAddUp) as caught:
        flow(counts)
    assert caught.value.box == box
    assert str(caught.value.found) in str(caught.value)


def test_a_running_study_has_people_in_screening_and_ongoing():
    counts = FlowCounts(12, 7, (Reason("Declined", 2),), (FlowArm("All arms", 7, 7, 0, ongoing=7),), pending=3)
    rows = dict(flow(counts).rows)
    assert rows["Still in screening"] == 3
    assert rows["All arms: Ongoing"] == 7


def test_before_randomisation_there_are_no_arms():
    assert len(flow(FlowCounts(5, 0, (), (), pending=5)).boxes) == 3


def test_a_long_reason_is_shortened_in_the_drawing_and_whole_in_the_table():
    reason = Reason("A reason that is much longer than the box in which it has to stand", 1)
    counts = FlowCounts(1, 1, (), (FlowArm("All", 1, 1, 0, stopped=(reason,)),))
    drawn = flow(counts)
    texts = [line.text for box in drawn.boxes for line in box.lines]
    assert any(text.endswith("… · 1") for text in texts)
    assert any(reason.label in label for label, _ in drawn.rows)


reasons = st.lists(st.builds(Reason, st.text(min_size=1, max_size=60), st.integers(0, 300)), max_size=5).map(tuple)


@st.composite
def arms(draw):
    stopped = draw(reasons)
    not_received = draw(reasons)
    received = draw(st.integers(0, 500))
    allocated = received + sum(reason.count for reason in not_received)
    lost = sum(reason.count for reason in stopped)
    if lost > allocated:
        stopped, lost = (), 0
    return FlowArm("Arm", allocated, received, allocated - lost, 0, not_received, stopped)


@given(st.lists(arms(), min_size=1, max_size=4), reasons, st.integers(0, 50))
def test_boxes_that_add_up_never_overlap_and_stay_in_the_drawing(drawn_arms, excluded, pending):
    randomised = sum(arm.allocated for arm in drawn_arms)
    assessed = randomised + pending + sum(reason.count for reason in excluded)
    drawn = flow(FlowCounts(assessed, randomised, excluded, tuple(drawn_arms), pending))
    for number, box in enumerate(drawn.boxes):
        assert box.x >= 0
        assert box.x + box.width <= drawn.width
        assert box.foot <= drawn.height
        for other in drawn.boxes[number + 1 :]:
            apart = box.foot <= other.y or other.foot <= box.y
            assert apart or box.x + box.width <= other.x or other.x + other.width <= box.x
