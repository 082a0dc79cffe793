"""What registering and consenting offer to choose from, always within the person's sight."""

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from subjects.domain.consent import RELEASED, in_force
from subjects.domain.permissions import Perm
from subjects.domain.studies import SiteStatus, StudyStatus
from subjects.models import Consent, ConsentVersion, Membership, Site
from trialcrm.access.roles import Role
from trialcrm.core import clock

#: Who looks after participants at a site.
LOOK_AFTER = (Role.CRC, Role.SUBI, Role.PI)


def sites_to_register_at(user: Any) -> list[Site]:
    """Sites that recruit and at which the person may register participants."""
    rows = Site.objects.visible_to(user, Perm.CHANGE_SUBJECT)
    recruiting = rows.filter(status=SiteStatus.ACTIVE, study__status=StudyStatus.RECRUITING)
    return list(recruiting.select_related("study", "institution").order_by("study__protocol_id", "number"))


def site_for(user: Any, pk: str) -> Site:
    """One site that the person may see, or 404; also for what is no id."""
    try:
        uuid.UUID(pk)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(Site.objects.visible_to(user).select_related("study", "institution"), pk=pk)


def coordinators_at(user: Any, site: Site) -> list[Any]:
    """Those who may look after a participant of the site today, coordinators first."""
    today = clock.today(site.time_zone)
    rows = Membership.objects.visible_to(user).filter(site=site, subject=None, role__in=LOOK_AFTER)
    held = rows.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today, user__is_active=True)
    ordered = sorted(held.select_related("user"), key=lambda row: (LOOK_AFTER.index(Role(row.role)), row.user.name))
    return list({row.user_id: row.user for row in ordered}.values())


def consent_versions(user: Any, site: Site) -> QuerySet[ConsentVersion]:
    """Versions that are or were in force at the site, the newest first."""
    rows = ConsentVersion.objects.visible_to(user).filter(Q(for_site=None) | Q(for_site=site), study=site.study_id)
    return rows.filter(status__in=RELEASED).order_by("-effective_from", "label")


def version_in_force(user: Any, site: Site) -> ConsentVersion | None:
    """The version that would be signed at the site today."""
    today = clock.today(site.time_zone)
    found = (
        version
        for version in consent_versions(user, site)
        if in_force(version.status, version.effective_from, version.superseded_on, today)
    )
    return next(found, None)


def consent_for(user: Any, pk: uuid.UUID) -> Consent:
    """One consent that the person may see, or 404."""
    related = ("subject__site", "subject__study", "study", "site", "version")
    return get_object_or_404(Consent.objects.visible_to(user).select_related(*related), pk=pk)
