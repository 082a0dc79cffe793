"""How long there is: to tell the sponsor, to assess, to follow up. Elapsed time, counted in UTC; calendar days."""

from datetime import date, datetime, timedelta

#: An investigator tells the sponsor of every serious event at once (21 CFR 312.64(b), ICH E6(R3) 2.7.2(b)), and not
#: later than this after obtaining knowledge (Regulation (EU) 536/2014, Article 41(2)).
TO_SPONSOR = timedelta(hours=24)
#: Shares of it after which somebody is warned.
WARNINGS = ((0.5, "50 %"), (0.8, "80 %"))
#: Days in which an event that is not serious is assessed.
TO_ASSESS = timedelta(days=5)
#: Hours after which the assessment of a serious event is missing.
TO_ASSESS_SERIOUS = timedelta(hours=12)


def sponsor_due(aware_at: datetime) -> datetime:
    """Until when the sponsor is told, 24 hours of real time after the site knew that it is serious.

    Raises:
        ValueError: a time without its zone.
    """
    if aware_at.tzinfo is None:
        raise ValueError("A clock needs a time with its zone.")
    return aware_at + TO_SPONSOR


def hours_between(aware_at: datetime, sent_at: datetime) -> float:
    """Hours that really passed, two decimals; a night of summer time counts as it was."""
    return round((sent_at.timestamp() - aware_at.timestamp()) / 3600, 2)


def is_on_time(aware_at: datetime, sent_at: datetime) -> bool:
    """Whether a report left within the 24 hours."""
    return sent_at <= sponsor_due(aware_at)


def assessment_due(asked_at: datetime, aware_at: datetime, is_serious: bool) -> datetime:
    """Until when an investigator assesses: 12 hours after the site knew of a serious event, else 5 days after asked."""
    return aware_at + TO_ASSESS_SERIOUS if is_serious else asked_at + TO_ASSESS


def calendar_due(day_zero: date, days: int) -> date:
    """The last day of a limit in calendar days; day 0 is the day that starts it, and no weekend moves the end."""
    return day_zero + timedelta(days=days)


def authority_due(received_on: date, *, is_grave: bool, is_unexpected: bool, is_suspected: bool) -> date | None:
    """Until when a sponsor reports to the authority: day 7 if fatal or life-threatening, else day 15.

    Only what is serious, suspected by either party and unexpected is reported (21 CFR 312.32(c), Regulation (EU)
    536/2014, Article 42(2)). None where it is not.
    """
    if not (is_unexpected and is_suspected):
        return None
    return calendar_due(received_on, 7 if is_grave else 15)
