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
#: What a program may be: roles of a whole study that read coded data, and never who somebody is or what they are given.
SERVICE_ROLES = frozenset({Role.CRA, Role.SPSAF, Role.INSP})
#: Site roles whose holders do a task only when the investigator has delegated it to them (ICH E6(R3) 2.3.1 to 2.3.3).
DELEGATED_ROLES = SITE_ROLES - {Role.PI}

Matrix = Mapping[Role, frozenset[str]]
Tasks = Mapping[str, frozenset[str]]
_matrix: dict[Role, frozenset[str]] = {}
_tasks: dict[str, frozenset[str]] = {}


def install_matrix(matrix: Matrix, tasks: Tasks | None = None) -> None:
    """Bind what each role may do, and which of that needs a delegated task; tasks stay as they are when left out."""
    _matrix.clear()
    _matrix.update(matrix)
    if tasks is not None:
        _tasks.clear()
        _tasks.update(tasks)


def permissions_of(role: str) -> frozenset[str]:
    """The codenames that a role may carry, those that need a delegated task included."""
    return _matrix.get(Role(role), frozenset())


def granted_to(role: str, task: str = "") -> frozenset[str]:
    """What a group of this role carries: with the role alone, or with a task delegated to somebody in the role.

    A task adds only what the role may do at all; what no task covers comes with the role. The investigator, and roles
    outside of sites, carry everything by their role.
    """
    everything = permissions_of(role)
    if task:
        return everything & _tasks.get(task, frozenset())
    if role not in DELEGATED_ROLES:
        return everything
    return everything - frozenset().union(*_tasks.values())


def all_permissions() -> frozenset[str]:
    return frozenset().union(*_matrix.values()) if _matrix else frozenset()
