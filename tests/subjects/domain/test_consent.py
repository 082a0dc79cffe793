"""When a version of the consent form can be signed, and the table of a consent's states."""

from datetime import date

import pytest

from subjects.domain.consent import CONSENT_LIFECYCLE, ConsentStatus, VersionStatus, in_force

FROM, UNTIL = date(2026, 3, 1), date(2026, 5, 1)


@pytest.mark.parametrize(
    ("status", "begun", "ended", "on", "expected"),
    [
        (VersionStatus.EFFECTIVE, FROM, None, date(2026, 2, 28), False),
        (VersionStatus.EFFECTIVE, FROM, None, FROM, True),
        (VersionStatus.EFFECTIVE, None, None, FROM, False),
        (VersionStatus.SUPERSEDED, FROM, UNTIL, date(2026, 4, 30), True),
        (VersionStatus.SUPERSEDED, FROM, UNTIL, UNTIL, True),
        (VersionStatus.SUPERSEDED, FROM, UNTIL, date(2026, 5, 2), False),
        (VersionStatus.DRAFT, FROM, None, FROM, False),
        (VersionStatus.APPROVED, FROM, None, FROM, False),
    ],
)
def test_a_version_can_be_signed_while_it_is_in_force(status, begun, ended, on, expected):
    assert in_force(status, begun, ended, on) is expected


@pytest.mark.parametrize("status", ["superseded", "withdrawn", "declined", "invalid"])
def test_what_has_ended_does_not_come_back(status):
    assert CONSENT_LIFECYCLE.is_final(ConsentStatus(status))
