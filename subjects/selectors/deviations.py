"""Departures from the protocol, as lists and pages show them."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from subjects.domain.deviations import UNSETTLED
from subjects.models import Deviation, Subject
from trialcrm.access.roles import SITE_ROLES
from trialcrm.audit.log import note
from trialcrm.core.paging import Order

from .studies import Focus

DEVIATION_ORDER = Order(("-discovered_on", "-id"))
_RELATED = ("study", "site", "subject", "assessed_by", "action_owner")


def deviation_list(user: Any) -> QuerySet[Deviation]:
    """Deviations in the person's sight, with what a row shows."""
    return Deviation.objects.visible_to(user).select_related(*_RELATED)


def deviation_for(user: Any, pk: uuid.UUID) -> Deviation:
    """One deviation in the person's sight, or 404."""
    return get_object_or_404(deviation_list(user).select_related(*_RELATED, "site__institution"), pk=pk)


def deviations_of(user: Any, subject: Subject) -> list[Deviation]:
    """The deviations of one participant, the latest first."""
    return list(deviation_list(user).filter(subject=subject).order_by(*DEVIATION_ORDER.fields))


def deviations_matching(rows: QuerySet[Deviation], words: str) -> QuerySet[Deviation]:
    """Deviations of participants whose id holds the words, or whose description does."""
    return rows.filter(Q(subject__subject_id__icontains=words) | Q(description__icontains=words))


def deviation_counts(user: Any, focus: Focus) -> dict[str, int]:
    """How many deviations of the sites in focus have each status, and how many wait (`unsettled`)."""
    rows = Deviation.objects.visible_to(user).filter(site__in=focus.site_ids).order_by()
    found = dict(rows.values_list("status").annotate(Count("pk")))
    return {**found, "unsettled": sum(found.get(status, 0) for status in UNSETTLED)}


def deviation_lines(
    user: Any, rows: QuerySet[Deviation], filters: dict[str, str]
) -> tuple[list[str], Iterator[list[Any]]]:
    """The list as a table of coded data; the export is logged with its filters."""
    note("deviation.exported", _("Deviations exported"), by=user, facts={"rows": rows.count(), "filters": filters})
    header = ["study", "site", "subject_id", "status", "category", "importance", "starts_on", "ends_on"]
    header += ["discovered_on", "rule", "description", "impact", "serious_breach", "closed_on"]
    return header, (_line(item) for item in rows.iterator(chunk_size=1000))


def _line(item: Deviation) -> list[Any]:
    return [
        item.study.protocol_id,
        item.site.number,
        item.subject.subject_id,
        item.status,
        item.category,
        item.importance,
        item.starts_on,
        item.ends_on,
        item.discovered_on,
        item.rule,
        item.description,
        item.impact,
        "" if item.serious_breach is None else item.serious_breach,
        item.closed_on,
    ]


def people_at_site(site_id: uuid.UUID) -> QuerySet[Any]:
    """Who works at a site now, by their roles; they may own an action."""
    held = Q(memberships__site=site_id, memberships__role__in=SITE_ROLES, memberships__ends_on=None)
    return get_user_model()._default_manager.filter(held).distinct().order_by("name", "pk")
