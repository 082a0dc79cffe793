"""The roles of a clinical trial, and the matrix that says what each may do.

The matrix itself is data of the whole portal and is bound here at start by the package on top.
"""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Who somebody is in a study (ICH E6(R3) 2.3 for delegation at a site, 3.4 and 3.11 for the sponsor's side)."""

    CRC = "crc", _("Coordinator")
    PI = "pi", _("Principal investigator")
    SUBI = "subi", _("Sub-investigator")
    PHARM = "pharm", _("Pharmacist")
    UPHARM = "upharm", _("Unblinded pharmacist")
    CRA = "cra", _("Monitor")
    SPSAF = "spsaf", _("Sponsor safety")
    SPMGR = "spmgr", _("Study manager")
    PART = "part", _("Participant")
    SYSADM = "sysadm", _("Administrator")
    INSP = "insp", _("Inspector")


SITE_ROLES = frozenset({Role.CRC, Role.PI, Role.SUBI, Role.PHARM, Role.UPHARM})
SPONSOR_ROLES = frozenset({Role.CRA, Role.SPSAF, Role.SPMGR})

Matrix = Mapping[Role, frozenset[str]]
_matrix: dict[Role, frozenset[str]] = {}


def install_matrix(matrix: Matrix) -> None:
    _matrix.clear()
    _matrix.update(matrix)


def permissions_of(role: str) -> frozenset[str]:
    """The codenames that a role carries wherever it is granted."""
    return _matrix.get(Role(role), frozenset())


def all_permissions() -> frozenset[str]:
    return frozenset().union(*_matrix.values()) if _matrix else frozenset()
