"""What an order may say, in CDISC Controlled Terminology: frequency, dose form, route; and the times of doses."""

from datetime import date, time
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from subjects.domain.windows import add_months


class Frequency(TextChoices):
    """CDISC terminology FREQ (C71113), submission values."""

    QD = "QD", _("Once a day")
    BID = "BID", _("Twice a day")
    TID = "TID", _("Three times a day")
    QID = "QID", _("Four times a day")
    QOD = "QOD", _("Every other day")
    Q8H = "Q8H", _("Every 8 hours")
    Q12H = "Q12H", _("Every 12 hours")
    WEEKLY = "EVERY WEEK", _("Once a week")
    BIWEEKLY = "EVERY 2 WEEKS", _("Every 2 weeks")
    MONTHLY = "QM", _("Once a month")
    ONCE = "ONCE", _("Once")
    PRN = "PRN", _("When needed")


class DoseForm(TextChoices):
    """CDISC terminology FRM (C66726), submission values."""

    TABLET = "TABLET", _("Tablet")
    CAPSULE = "CAPSULE", _("Capsule")
    PATCH = "PATCH", _("Patch")
    INJECTION = "INJECTION", _("Injection")
    SOLUTION = "SOLUTION", _("Solution")


class Route(TextChoices):
    """CDISC terminology ROUTE (C66729), submission values."""

    ORAL = "ORAL", _("By mouth")
    TRANSDERMAL = "TRANSDERMAL", _("Through the skin")
    SUBCUTANEOUS = "SUBCUTANEOUS", _("Under the skin")
    INTRAVENOUS = "INTRAVENOUS", _("Into a vein")
    INTRAMUSCULAR = "INTRAMUSCULAR", _("Into a muscle")
    TOPICAL = "TOPICAL", _("On the skin")


#: Codes of the National Cancer Institute, by submission value.
NCI_CODES = {
    "QD": "C25473",
    "BID": "C64496",
    "TID": "C64527",
    "QID": "C64530",
    "QOD": "C64525",
    "Q8H": "C64523",
    "Q12H": "C64502",
    "PRN": "C64499",
    "ONCE": "C64576",
    "EVERY WEEK": "C67069",
    "EVERY 2 WEEKS": "C71127",
    "QM": "C64498",
    "TABLET": "C42998",
    "CAPSULE": "C25158",
    "PATCH": "C42968",
    "INJECTION": "C42946",
    "SOLUTION": "C42986",
    "ORAL": "C38288",
    "TRANSDERMAL": "C38305",
    "SUBCUTANEOUS": "C38299",
    "INTRAVENOUS": "C38276",
    "INTRAMUSCULAR": "C28161",
    "TOPICAL": "C38304",
}
_MORNING = (time(8),)
#: Local times at which doses of a day are due.
_TIMES = {
    Frequency.BID: (time(8), time(20)),
    Frequency.TID: (time(8), time(14), time(20)),
    Frequency.QID: (time(8), time(12), time(16), time(20)),
    Frequency.Q8H: (time(6), time(14), time(22)),
    Frequency.Q12H: (time(8), time(20)),
    Frequency.PRN: (),
}
_EVERY_DAYS = {Frequency.QOD: 2, Frequency.WEEKLY: 7, Frequency.BIWEEKLY: 14}


def dose_times(frequency: str, starts_on: date, on: date) -> tuple[time, ...]:
    """The local times at which doses are due on a day, for a frequency that began on `starts_on`.

    Nothing on days without a dose and before the start; nothing at all for what is taken when needed.
    """
    kind = Frequency(frequency)
    if on < starts_on or not _is_dosing_day(kind, starts_on, on):
        return ()
    return _TIMES.get(kind, _MORNING)


def _is_dosing_day(kind: Frequency, starts_on: date, on: date) -> bool:
    if kind == Frequency.ONCE:
        return on == starts_on
    if kind == Frequency.MONTHLY:
        months = (on.year - starts_on.year) * 12 + on.month - starts_on.month
        return on == add_months(starts_on, months)
    return (on - starts_on).days % _EVERY_DAYS.get(kind, 1) == 0


def doses_per_day(frequency: str) -> Fraction | None:
    """Mean doses a day; None where it is not foreseen how often something is taken."""
    kind = Frequency(frequency)
    if kind == Frequency.PRN:
        return None
    if kind == Frequency.ONCE:
        return Fraction(0)
    if kind == Frequency.MONTHLY:
        return Fraction(12, 365)
    return Fraction(len(_TIMES.get(kind, _MORNING)), _EVERY_DAYS.get(kind, 1))
