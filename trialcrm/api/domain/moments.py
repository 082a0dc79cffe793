"""Moments as programs send them: with any offset, kept in UTC."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; one without an offset stays as it is, for it is read as local time elsewhere.

    The database knows offsets of less than sixteen hours only, and ISO 8601 allows larger ones.

    Raises:
        ValueError: in UTC it lies outside of the calendar.
    """
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("This time lies outside of the calendar.") from error


Moment = Annotated[datetime, AfterValidator(in_utc)]
