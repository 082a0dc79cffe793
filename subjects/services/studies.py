"""Setting up studies and sites."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.consent import VERSION_LIFECYCLE, VersionStatus
from subjects.domain.studies import SITE_LIFECYCLE, STUDY_LIFECYCLE, SiteStatus, StudyStatus
from subjects.events import StudyChanged
from subjects.models import ConsentVersion, Institution, Site, Study
from subjects.selectors import has_records
from trialcrm.access.roles import Role
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish

from .locking import locked
from .team import appoint_founder
from .team.rights import settle_rights


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


@recorded("study.designed", gettext_lazy("Study design changed"))
def add_design(*, by: Any, study: Study, parts: Iterable[Model]) -> Study:
    """Add unsaved parts of the design: arms, elements, planned visits, criteria, parameters, consent versions."""
    require(policies.change_design(by, study))
    for part in parts:
        part.study = study  # type: ignore[attr-defined]
        part.save()
    publish(StudyChanged(study.pk))
    return study


@recorded("study.changed", gettext_lazy("Study changed"))
def change_study(*, by: Any, study: Study, title: str, short_title: str, reason: str) -> Study:
    """Correct the titles of a study; its protocol id never changes.

    Raises:
        Refused: by role, it was imported, or it is archived.
    """
    study = locked(study)
    require(policies.change_study(by, study))
    study.title, study.short_title = title, short_title
    study.save()
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


@recorded("site.changed", gettext_lazy("Site changed"))
def change_site(*, by: Any, site: Site, principal_investigator: Any, time_zone: str, reason: str) -> Site:
    """Name another investigator of a site, or its time zone (an IANA name) before anything was recorded by it.

    Roles stay as they are: who is named holds the investigator's role there already (ICH E6(R3) 2.3.1: one person
    leads at each site). Rights that begin and end with a day follow another zone.

    Raises:
        Refused: by role, nobody is named where somebody was, no investigator there, or another zone too late.
    """
    site = locked(site, "study")
    require(policies.change_site(by, site))
    _require_investigator(site, principal_investigator)
    is_elsewhere = time_zone != site.time_zone
    if is_elsewhere:
        _require_zone(site, time_zone)
    site.principal_investigator, site.time_zone = principal_investigator, time_zone
    site.save()
    for membership in site.memberships.select_related("user", "study", "site", "subject") if is_elsewhere else ():
        settle_rights(membership)
    publish(StudyChanged(site.study_id))
    return site


def _require_investigator(site: Site, person: Any) -> None:
    named = person.pk if person else None
    if named == site.principal_investigator_id:
        return
    today = clock.today(site.time_zone)
    held = site.memberships.filter(user=named, role=Role.PI, starts_on__lte=today)
    if named is None or not held.exclude(ends_on__lt=today).exists():
        words = _("Only somebody who has the investigator's role at site %(site)s now.") % {"site": site}
        require(refused(words, "principal_investigator"))


def _require_zone(site: Site, time_zone: str) -> None:
    if time_zone not in available_timezones():
        require(refused(_("There is no such time zone."), "time_zone"))
    if has_records(site):
        require(refused(_("Times were recorded at this site already; its time zone stays."), "time_zone"))


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
