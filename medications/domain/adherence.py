"""Adherence by pill count, by diary and by days. Percentages are exact fractions until they are shown.

Pill count: what was taken since the last count over what should have been taken in the same time. Bands, the entry
window of the diary and the day of return are conventions of a study; `RULES` holds their usual values.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Rules:
    """Conventions of a study: bands in percent, the diary's entry window in hours, days until a reminder."""

    low: int = 80
    high: int = 120
    early_hours: int = 2
    late_hours: int = 48
    count_return_day: bool = False
    acknowledge_days: int = 3
    missed_in_a_row: int = 3


RULES = Rules()


class DoseStatus(TextChoices):
    TAKEN = "taken", _("Taken")
    MISSED = "missed", _("Not taken")
    PARTIAL = "partial", _("Partly taken")
    EXTRA = "extra", _("Extra dose")


class MissedReason(TextChoices):
    FORGOT = "forgot", _("Forgot")
    UNWELL = "unwell", _("Felt unwell")
    AWAY = "away", _("Was away from home")
    RAN_OUT = "ran_out", _("Had none left")
    TOLD = "told", _("Was told not to take it")
    OTHER = "other", _("Other")


class AdherenceStatus(TextChoices):
    ADHERENT = "adherent", _("In the expected range")
    LOW = "low", _("Low")
    OVER = "over", _("Above, check returns")
    NOT_EVALUABLE = "not_evaluable", _("Not evaluable")


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which doses were withheld on instruction; the day of resuming is a dosing day again."""

    starts_on: date
    ends_on: date | None

    def contains(self, on: date) -> bool:
        """Whether doses of the day are withheld."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


@dataclass(frozen=True, slots=True)
class Count:
    """A component of an interval, in units. `returned` is None while nobody has counted; `expected` for PRN."""

    dispensed: Fraction
    returned: Fraction | None
    lost: Fraction
    expected: Fraction | None

    @property
    def taken(self) -> Fraction | None:
        """Units taken by count; None while the return was not counted."""
        return None if self.returned is None else self.dispensed - self.returned - self.lost

    @property
    def discrepancy(self) -> Fraction | None:
        """Taken less expected: positive is over-use or an unreported loss, negative are missed doses."""
        if self.taken is None or self.expected is None:
            return None
        return self.taken - self.expected

    @property
    def percent(self) -> Fraction | None:
        """Pill count; None while it cannot be evaluated, never 100 for lack of a count."""
        return percentage(self.taken, self.expected)


@dataclass(frozen=True, slots=True)
class Diary:
    """Entries of an interval: units logged as taken, doses due by now, doses with an entry, units due by now."""

    taken: Fraction
    due: int
    entered: int
    expected: Fraction

    @property
    def percent(self) -> Fraction | None:
        return percentage(self.taken, self.expected)

    @property
    def completeness(self) -> Fraction | None:
        return percentage(Fraction(self.entered), Fraction(self.due))


def dosing_days(dispensed_on: date, returned_on: date, *, count_return_day: bool = False) -> int:
    """Days of dosing from one kit; the dose of the return day comes from the next kit unless the study says so."""
    return (returned_on - dispensed_on).days + int(count_return_day)


def expected_units(
    units_per_dose: Fraction, doses_per_day: Fraction | None, days: int, withheld: Fraction = Fraction(0)
) -> Fraction | None:
    """Units that should have been taken, less those withheld on instruction; None where doses are as needed."""
    return None if doses_per_day is None else units_per_dose * doses_per_day * days - withheld


def percentage(part: Fraction | None, whole: Fraction | None) -> Fraction | None:
    """100 × part / whole, exact; None where either is unknown or nothing was expected."""
    return 100 * part / whole if part is not None and whole else None


def day_based(days: int, days_missed: int) -> Fraction | None:
    """Days on which treatment was completed, of all days, in percent."""
    return percentage(Fraction(days - days_missed), Fraction(days))


def overall(counts: Iterable[Count]) -> Fraction | None:
    """Several strengths together: all units taken over all expected. None when one component was not counted."""
    known = list(counts)
    if not known or any(item.taken is None or item.expected is None for item in known):
        return None
    return percentage(
        sum((item.taken or Fraction(0) for item in known), Fraction(0)),
        sum((item.expected or Fraction(0) for item in known), Fraction(0)),
    )


def has_mismatch(counts: Iterable[Count]) -> bool:
    """Whether components that belong together were not taken alike: their percentages differ."""
    known = {item.percent for item in counts if item.percent is not None}
    return len(known) > 1


def status_of(percent: Fraction | None, rules: Rules = RULES) -> AdherenceStatus:
    """The band of an unrounded percentage; both limits belong to the expected range."""
    if percent is None:
        return AdherenceStatus.NOT_EVALUABLE
    if percent < rules.low:
        return AdherenceStatus.LOW
    return AdherenceStatus.OVER if percent > rules.high else AdherenceStatus.ADHERENT


def shown(percent: Fraction | None) -> Decimal | None:
    """A percentage with one decimal, half up, for display only."""
    if percent is None:
        return None
    exact = Decimal(percent.numerator) / Decimal(percent.denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def entry_opens(slot_at: datetime, rules: Rules = RULES) -> datetime:
    """From when on the dose of a slot may be logged."""
    return slot_at - timedelta(hours=rules.early_hours)


def entry_closes(slot_at: datetime, rules: Rules = RULES) -> datetime:
    """Until when a participant may log the dose of a slot; later, staff enter it with a reason."""
    return slot_at + timedelta(hours=rules.late_hours)


def missed_in_a_row(statuses: Iterable[str | None]) -> int:
    """How many of the latest doses, in order of time, were missed or not recorded."""
    run = 0
    for status in reversed(list(statuses)):
        if status not in (None, DoseStatus.MISSED):
            break
        run += 1
    return run
