"""Giving people roles in a study, changing how long they last, and ending them."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.models import Membership, Site, Study, Subject
from subjects.services.locking import locked
from trialcrm.access.roles import SPONSOR_ROLES, Role
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import first_refusal, refused, require
from trialcrm.users.selectors import is_identified

from .rights import place_of, settle_rights


def appoint_founder(by: Any, study: Study) -> None:
    """Let whoever sets up a study manage it, inside an act under way; the portal itself needs no role."""
    if by.pk:
        membership = Membership(user=by, study=study, role=Role.SPMGR, starts_on=clock.today("UTC"))
        membership.save()
        settle_rights(membership)


@recorded("membership.given", gettext_lazy("Role given"))
def give_role(
    *,
    by: Any,
    user: Any,
    role: str,
    study: Study,
    site: Site | None = None,
    subject: Subject | None = None,
    starts_on: date,
    ends_on: date | None = None,
    reason: str = "",
) -> Membership:
    """Give a person a role at a site, in a whole study (sponsor's side), or for one subject; effective at once.

    At a site, everybody but the investigator gets their tasks by the delegation log.

    Raises:
        Refused: nobody gives themselves a role; their identity was not checked (21 CFR 11.100(b)); a site role needs a
            site; a person of the sponsor's side cannot hold a role at a site of the same study; a participant's account
            belongs to one subject; an operator holds no role in a study.
    """
    place = subject or site or study
    require_place(role, site, subject)
    require(first_refusal(policies.give_role(by, place, user), policies.appoint(by, place, role)))
    # What the portal itself sets up, an example or a test, is no act of a person upon another.
    if by.pk and not is_identified(user):
        words = _("Nobody has recorded yet how the identity of %(person)s was checked.") % {"person": user}
        require(refused(words, "user"))
    return make_membership(
        user=user,
        role=role,
        study=study,
        site=site,
        subject=subject,
        starts_on=starts_on,
        ends_on=ends_on,
        approved_by_id=by.pk,
    )


def make_membership(**facts: Any) -> Membership:
    """Save a role that was approved, inside an act under way, and let it take effect.

    Raises:
        Refused: the place, the person's other roles or the dates do not allow it.
    """
    membership = Membership(**facts)
    require_place(membership.role, membership.site, membership.subject)
    require_no_conflict(membership.user, membership.role, membership.study, membership.subject)
    _require_order(membership)
    _require_once(membership)
    membership.save()
    _name_investigator(membership)
    settle_rights(membership)
    return membership


def require_place(role: str, site: Site | None, subject: Subject | None) -> None:
    if role == Role.PART and subject is None:
        require(refused(_("A participant's account belongs to one participant."), "subject"))
    if role in SPONSOR_ROLES and site is not None:
        require(refused(_("This role is held in the whole study."), "site"))
    if role not in SPONSOR_ROLES | {Role.PART, Role.INSP} and site is None:
        require(refused(_("This role is held at a site."), "site"))


def require_no_conflict(user: Any, role: str, study: Study, subject: Subject | None = None) -> None:
    """No one works for the sponsor and at a site of one study, no operator holds a clinical role, and a participant's
    account is that participant's alone.
    """
    today = clock.today("UTC")
    current = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), user=user)
    held = set(current.filter(study=study).values_list("role", flat=True))
    mixed = bool(held & set(SPONSOR_ROLES)) != (role in SPONSOR_ROLES) if held else False
    if mixed:
        require(refused(_("This person is on the other side of this study."), "role"))
    if user.is_operator:
        require(refused(_("An operator of the installation holds no role in a study."), "user"))
    others = current.exclude(role=Role.PART, subject=subject) if role == Role.PART else current.filter(role=Role.PART)
    if others.exists():
        require(refused(_("A participant's account is for that participant alone."), "role"))


def _require_order(membership: Membership) -> None:
    if membership.ends_on and membership.ends_on < membership.starts_on:
        require(refused(_("This is before the role begins."), "ends_on"))


def _require_once(membership: Membership) -> None:
    same = {name: getattr(membership, name) for name in ("user", "study", "site", "subject", "role")}
    if membership.ends_on is None and Membership.objects.filter(**same, ends_on=None).exists():
        require(refused(_("This person has this role already."), "role"))


def _name_investigator(membership: Membership) -> None:
    """A site without an investigator is named after the first one who gets the role there."""
    site = membership.site
    if membership.role == Role.PI and site is not None and site.principal_investigator_id is None:
        site = locked(site)
        site.principal_investigator_id = membership.user_id
        site.save()


@recorded("membership.changed", gettext_lazy("Role changed"))
def change_role(*, by: Any, membership: Membership, starts_on: date, ends_on: date | None, reason: str) -> Membership:
    """Change from when and until when a role is held; another role is given, and this one ended.

    Raises:
        Refused: one's own role, or the dates are the wrong way round.
    """
    membership = locked(membership, "user", "study", "site", "subject")
    require(policies.give_role(by, place_of(membership), membership.user))
    membership.starts_on, membership.ends_on = starts_on, ends_on
    _require_order(membership)
    membership.save()
    settle_rights(membership)
    return membership


@recorded("membership.ended", gettext_lazy("Role ended"))
def end_role(*, by: Any, membership: Membership, ends_on: date, reason: str) -> Membership:
    """End a role; from the day after, or on the next request if that day is over. Its delegated tasks end with it.

    Raises:
        Refused: one's own role, or a day before the role began.
    """
    membership = locked(membership, "user", "study", "site", "subject")
    require(policies.give_role(by, place_of(membership), membership.user))
    if ends_on < membership.starts_on:
        require(refused(_("This is before the role began."), "ends_on"))
    membership.ends_on = ends_on
    membership.save()
    settle_rights(membership)
    return membership
