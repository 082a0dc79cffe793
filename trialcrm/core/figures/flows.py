"""The participant flow of CONSORT 2025 (items 22a and 22b): boxes whose numbers must add up."""

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, COLUMN, GAP = 720, 220, 24
LINE, PADDING, SPACE = 17, 12, 26
LETTERS = 32


class DoesNotAddUp(ValueError):
    """The numbers of a box contradict each other; the chart must not be drawn."""

    def __init__(self, box: str, expected: int, found: int) -> None:
        super().__init__(f"{box}: {found} stands in the box, but its parts add up to {expected}")
        self.box, self.expected, self.found = box, expected, found


@dataclass(frozen=True, slots=True)
class Reason:
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class FlowArm:
    """What became of the people of one arm; `ongoing` are those still followed, `analysed` is None before analysis.

    `stopped` includes those lost to follow-up. For a blinded reader give one arm that pools all.
    """

    label: str
    allocated: int
    received: int
    completed: int
    ongoing: int = 0
    not_received: tuple[Reason, ...] = ()
    stopped: tuple[Reason, ...] = ()
    analysed: int | None = None
    left_out: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowCounts:
    assessed: int
    randomised: int
    excluded: tuple[Reason, ...] = ()
    arms: tuple[FlowArm, ...] = ()
    pending: int = 0


@dataclass(frozen=True, slots=True)
class FlowWords:
    """The words in the boxes; give translated ones."""

    assessed: str = "Assessed for eligibility"
    pending: str = "Still in screening"
    excluded: str = "Excluded"
    randomised: str = "Randomised"
    allocated: str = "Allocated"
    received: str = "Received treatment"
    not_received: str = "Did not receive it"
    stopped: str = "Stopped early"
    completed: str = "Completed"
    ongoing: str = "Ongoing"
    analysed: str = "Analysed"
    left_out: str = "Left out of analysis"


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    y: float
    is_head: bool


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    lines: tuple[Line, ...]

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def foot(self) -> float:
        return self.y + self.height

    @property
    def text_x(self) -> float:
        return self.x + PADDING


@dataclass(frozen=True, slots=True)
class Flow:
    """Boxes and connecting lines (SVG path data) in a view box of `width` by `height`, and the numbers as rows."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]
    rows: tuple[tuple[str, int], ...] = field(default=())


Heading = tuple[str, int]
Part = tuple[Heading, tuple[Reason, ...]]


def flow(counts: FlowCounts, words: FlowWords | None = None) -> Flow:
    """Lay out the flow diagram of a study.

    Raises:
        DoesNotAddUp: naming the first box whose parts do not sum to it.
    """
    check(counts)
    words = words or FlowWords()
    return _draw(counts, words)


def check(counts: FlowCounts) -> None:
    """Refuse numbers that contradict each other.

    Raises:
        DoesNotAddUp: naming the first box whose parts do not sum to it.
    """
    _must_equal("assessed", counts.assessed, counts.randomised + counts.pending + _sum(counts.excluded))
    if counts.arms:
        _must_equal("randomised", counts.randomised, sum(arm.allocated for arm in counts.arms))
    for arm in counts.arms:
        _must_equal(f"{arm.label}, allocated", arm.allocated, arm.received + _sum(arm.not_received))
        _must_equal(f"{arm.label}, followed", arm.allocated, arm.completed + arm.ongoing + _sum(arm.stopped))
        if arm.analysed is not None:
            _must_equal(f"{arm.label}, analysed", arm.allocated, arm.analysed + _sum(arm.left_out))


def _must_equal(box: str, found: int, expected: int) -> None:
    if found != expected:
        raise DoesNotAddUp(box, expected, found)


def _sum(reasons: Sequence[Reason]) -> int:
    return sum(reason.count for reason in reasons)


def _box(x: float, y: float, width: float, parts: Sequence[Part]) -> Box:
    lines: list[Line] = []
    place = y + PADDING + 11
    for (label, count), reasons in parts:
        for text, is_head in [(f"{label} · {count}", True), *((f"{r.label} · {r.count}", False) for r in reasons)]:
            lines.append(Line(_shorten(text, width), round(place, 1), is_head))
            place += LINE
    return Box(x, y, width, round(place - y - 11 + PADDING - 6, 1), tuple(lines))


def _shorten(text: str, width: float) -> str:
    most = round(LETTERS * width / COLUMN)
    if len(text) <= most:
        return text
    label, _, count = text.rpartition(" · ")
    return f"{label[: most - len(count) - 4].rstrip()}… · {count}"


def _draw(counts: FlowCounts, words: FlowWords) -> Flow:
    arms = counts.arms
    width = max(WIDTH, len(arms) * (COLUMN + GAP) - GAP)
    middle = width / 2
    top = _box(middle - COLUMN / 2, 1, COLUMN, [((words.assessed, counts.assessed), ())])
    out = _box(middle + GAP, top.foot + SPACE, middle - GAP - 1, _excluded(counts, words))
    went_on = _box(middle - COLUMN / 2, out.foot + SPACE, COLUMN, [((words.randomised, counts.randomised), ())])
    boxes = [top, out, went_on]
    paths = [f"M{middle:g} {top.foot:g}V{went_on.y:g}", f"M{middle:g} {out.y + out.height / 2:g}H{out.x:g}"]
    columns = [_arm_parts(arm, words) for arm in arms]
    start = (width - (len(arms) * (COLUMN + GAP) - GAP)) / 2
    level = went_on.foot + SPACE
    before = [went_on] * len(arms)
    for tier in range(max((len(column) for column in columns), default=0)):
        row = [
            _box(start + number * (COLUMN + GAP), level, COLUMN, column[tier])
            for number, column in enumerate(columns)
            if tier < len(column)
        ]
        paths += [_link(above, box) for above, box in zip(before, row, strict=False)]
        boxes += row
        before = row
        level = max(box.foot for box in row) + SPACE
    height = max(box.foot for box in boxes) + 1
    return Flow(width, height, tuple(boxes), tuple(paths), tuple(_rows(counts, words)))


def _link(above: Box, below: Box) -> str:
    bend = below.y - SPACE / 2
    return f"M{above.middle:g} {above.foot:g}V{bend:g}H{below.middle:g}V{below.y:g}"


def _excluded(counts: FlowCounts, words: FlowWords) -> list[Part]:
    parts: list[Part] = [((words.excluded, _sum(counts.excluded)), counts.excluded)]
    if counts.pending:
        parts.append(((words.pending, counts.pending), ()))
    return parts


def _arm_parts(arm: FlowArm, words: FlowWords) -> list[list[Part]]:
    allocated: list[Part] = [((f"{arm.label}: {words.allocated.lower()}", arm.allocated), ())]
    allocated.append(((words.received, arm.received), ()))
    if arm.not_received:
        allocated.append(((words.not_received, _sum(arm.not_received)), arm.not_received))
    followed: list[Part] = [((words.stopped, _sum(arm.stopped)), arm.stopped)]
    if arm.ongoing:
        followed.append(((words.ongoing, arm.ongoing), ()))
    followed.append(((words.completed, arm.completed), ()))
    tiers = [allocated, followed]
    if arm.analysed is not None:
        tiers.append([((words.analysed, arm.analysed), ())])
        if arm.left_out:
            tiers[-1].append(((words.left_out, _sum(arm.left_out)), arm.left_out))
    return tiers


def _rows(counts: FlowCounts, words: FlowWords) -> list[tuple[str, int]]:
    """The same numbers as a table, for readers who cannot see the drawing."""
    parts: list[Part] = [((words.assessed, counts.assessed), ()), *_excluded(counts, words)]
    parts.append(((words.randomised, counts.randomised), ()))
    rows = _flat(parts)
    for arm in counts.arms:
        for tier in _arm_parts(arm, words):
            rows += [(label if arm.label in label else f"{arm.label}: {label}", n) for label, n in _flat(tier)]
    return rows


def _flat(parts: Sequence[Part]) -> list[tuple[str, int]]:
    rows = []
    for head, reasons in parts:
        rows.append(head)
        rows += [(f"{head[0]}, {reason.label}", reason.count) for reason in reasons]
    return rows
