"""Setting up studies and sites, and giving people roles in them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.consent import VERSION_LIFECYCLE, VersionStatus
from subjects.domain.studies import SITE_LIFECYCLE, STUDY_LIFECYCLE, SiteStatus, StudyStatus
from subjects.events import MembershipChanged, StudyChanged
from subjects.models import ConsentVersion, Institution, Membership, Site, Study, Subject
from trialcrm.access import grants
from trialcrm.access.roles import SPONSOR_ROLES, Role
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish

from .locking import locked


@recorded("study.created", gettext_lazy("Study created"))
def create_study(*, by: Any, protocol_id: str, title: str, **facts: Any) -> Study:
    """Set up a study as a draft. Somebody who does so through a page becomes its study manager.

    Raises:
        Refused: the protocol id is taken.
    """
    if Study.objects.filter(protocol_id=protocol_id).exists():
        require(refused(_("There is a study %(id)s already.") % {"id": protocol_id}, "protocol_id"))
    study = Study(protocol_id=protocol_id, title=title, **facts)
    study.save()
    appoint_founder(by, study)
    return study


def appoint_founder(by: Any, study: Study) -> None:
    """Let whoever sets up a study manage it, inside an act under way; the portal itself needs no role."""
    if by.pk:
        grants.enrol(by, Role.SPMGR, study)
        Membership(user=by, study=study, role=Role.SPMGR, starts_on=clock.today("UTC")).save()


@recorded("study.designed", gettext_lazy("Study design changed"))
def add_design(*, by: Any, study: Study, parts: Iterable[Model]) -> Study:
    """Add unsaved parts of the design: arms, elements, planned visits, criteria, parameters, consent versions."""
    require(policies.change_design(by, study))
    for part in parts:
        part.study = study  # type: ignore[attr-defined]
        part.save()
    publish(StudyChanged(study.pk))
    return study


@recorded("study.moved", gettext_lazy("Study status changed"))
def move_study(*, by: Any, study: Study, to: str, reason: str = "") -> Study:
    """Move the study along its lifecycle.

    Raises:
        Refused: the move is not listed; approval without a visit, criterion and consent version; recruiting without
            an active site.
    """
    study = locked(study)
    require(policies.change_design(by, study))
    require(STUDY_LIFECYCLE.may_move(study.status, to))
    if to == StudyStatus.APPROVED:
        _require_complete(study)
    if to == StudyStatus.RECRUITING and not study.sites.filter(status=SiteStatus.ACTIVE).exists():
        require(refused(_("No site is active yet.")))
    study.status = to
    study.save()
    publish(StudyChanged(study.pk))
    return study


def _require_complete(study: Study) -> None:
    for rows, words in (
        (study.planned_visits, _("The study has no planned visit.")),
        (study.criteria, _("The study has no eligibility criterion.")),
        (study.consent_versions, _("The study has no consent version.")),
    ):
        if not rows.exists():
            require(refused(words))


@recorded("site.added", gettext_lazy("Site added"))
def add_site(*, by: Any, study: Study, institution: Institution, number: str, **facts: Any) -> Site:
    """Add a site to a study, in the state “selected”; a new institution is saved with it."""
    require(policies.change_design(by, study))
    institution.save()
    site = Site(study=study, institution=institution, number=number, **facts)
    site.save()
    publish(StudyChanged(study.pk))
    return site


@recorded("site.moved", gettext_lazy("Site status changed"))
def move_site(*, by: Any, site: Site, to: str, reason: str = "") -> Site:
    """Move a site along its lifecycle; it becomes active only with an investigator and a consent version in force."""
    site = locked(site, "study")
    require(policies.change_design(by, site.study))
    require(SITE_LIFECYCLE.may_move(site.status, to))
    if to == SiteStatus.ACTIVE:
        _require_ready(site)
        site.activated_on = site.activated_on or clock.today(site.time_zone)
    site.status = to
    site.save()
    publish(StudyChanged(site.study_id))
    return site


def _require_ready(site: Site) -> None:
    if site.principal_investigator is None:
        require(refused(_("Site %(site)s has no investigator.") % {"site": site}))
    versions = site.study.consent_versions.filter(status=VersionStatus.EFFECTIVE)
    if not versions.filter(for_site=None).exists() and not versions.filter(for_site=site).exists():
        require(refused(_("No consent version is in force at site %(site)s.") % {"site": site}))


@recorded("consent-version.moved", gettext_lazy("Consent version status changed"))
def move_consent_version(*, by: Any, version: ConsentVersion, to: str, on: date) -> ConsentVersion:
    """Approve, put in force, supersede or withdraw a version, with the day from which that holds."""
    version = locked(version, "study")
    require(policies.change_design(by, version.study))
    require(VERSION_LIFECYCLE.may_move(version.status, to))
    if to == VersionStatus.APPROVED:
        version.approved_on = on
    elif to == VersionStatus.EFFECTIVE:
        version.effective_from = on
    else:
        version.superseded_on = on
    version.status = to
    version.save()
    return version


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
) -> Membership:
    """Give a person a role at a site, in a whole study (sponsor's side), or for one subject; effective at once.

    Raises:
        Refused: nobody gives themselves a role; a site role needs a site; a person of the sponsor's side cannot hold a
            role at a site of the same study; an operator holds no role in a study.
    """
    place = subject or site or study
    require(policies.give_role(by, place, user))
    _require_place(role, site, subject)
    _require_no_conflict(user, role, study)
    membership = Membership(
        user=user,
        study=study,
        site=site,
        subject=subject,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        approved_by_id=by.pk,
    )
    membership.save()
    _enrol(membership, place)
    return membership


def _require_place(role: str, site: Site | None, subject: Subject | None) -> None:
    if role == Role.PART and subject is None:
        require(refused(_("A participant's account belongs to one participant."), "subject"))
    if role in SPONSOR_ROLES and site is not None:
        require(refused(_("This role is held in the whole study."), "site"))
    if role not in SPONSOR_ROLES | {Role.PART, Role.INSP} and site is None:
        require(refused(_("This role is held at a site."), "site"))


def _require_no_conflict(user: Any, role: str, study: Study) -> None:
    """No one works for the sponsor and at a site of one study, and no operator holds a clinical role."""
    held = set(study.memberships.filter(user=user, ends_on=None).values_list("role", flat=True))
    mixed = bool(held & set(SPONSOR_ROLES)) != (role in SPONSOR_ROLES) if held else False
    if mixed:
        require(refused(_("This person is on the other side of this study."), "role"))
    if user.is_operator:
        require(refused(_("An operator of the installation holds no role in a study."), "user"))


@recorded("membership.ended", gettext_lazy("Role ended"))
def end_role(*, by: Any, membership: Membership, ends_on: date, reason: str) -> Membership:
    """End a role; from the day after, or on the next request if that day is over."""
    membership = locked(membership, "user", "study", "site", "subject")
    place = membership.subject or membership.site or membership.study
    require(policies.give_role(by, place, membership.user))
    if ends_on < membership.starts_on:
        require(refused(_("This is before the role began."), "ends_on"))
    membership.ends_on = ends_on
    membership.save()
    _enrol(membership, place)
    return membership


def _enrol(membership: Membership, place: Model) -> None:
    zone = membership.site.time_zone if membership.site else "UTC"
    ends_at = _midnight(membership.ends_on + timedelta(days=1), zone) if membership.ends_on else None
    starts_at = _midnight(membership.starts_on, zone)
    grants.enrol(membership.user, membership.role, place, starts_at=starts_at, ends_at=ends_at)
    publish(MembershipChanged(membership.study_id, membership.user_id))


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time.min, ZoneInfo(zone)).astimezone(UTC)
