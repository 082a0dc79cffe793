"""Studies, their sites, and what the protocol asks for."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from subjects.domain.permissions import Perm
from subjects.domain.studies import SiteStatus, StudyStatus
from subjects.models import ConsentVersion, EligibilityCriterion, PlannedVisit, Site, Study
from trialcrm.api.selectors.publishing import (
    NEWEST_FIRST,
    Link,
    Many,
    Published,
    choices_of,
    columns,
    computed,
    exact,
    in_sight,
    loaded,
    places,
    publish,
)
from trialcrm.core.paging import Order


def _of_sites(values: Callable[[list[Site]], Any]) -> Callable[[Any, list[Any]], dict[UUID, Any]]:
    """A value of each study that follows from its sites in the person's sight, by their number."""

    def load(user: Any, rows: list[Any]) -> dict[UUID, Any]:
        if not all(hasattr(row, "_sites_seen") for row in rows):
            _see_sites(user, rows)
        return {row.pk: values(row._sites_seen) for row in rows}

    return load


def _see_sites(user: Any, studies: list[Any]) -> None:
    sites = Site.objects.visible_to(user).filter(study__in=[study.pk for study in studies])
    found: dict[UUID, list[Site]] = defaultdict(list)
    for site in sites.select_related("institution").order_by("number"):
        found[site.study_id].append(site)
    for study in studies:
        study._sites_seen = found[study.pk]


def _investigators(sites: list[Site]) -> list[UUID]:
    return list(dict.fromkeys(site.principal_investigator_id for site in sites if site.principal_investigator_id))


def _names(sites: list[Site]) -> list[str]:
    return [site.name for site in sites]


def _only(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else None


STUDIES = publish(
    Published(
        name="studies",
        title="Study",
        brief="Study",
        doc="A protocol. Investigators and site names are those of its sites that you may see.",
        permission=Perm.VIEW_STUDY,
        rows=lambda user: in_sight(Study, user),
        fields=(
            *columns(Study, "id", "protocol_id", "title", "short_title", "status", "phase", "indication"),
            *columns(Study, "sponsor_name", "blinding", "planned_subjects", "is_imported"),
            loaded(
                "principal_investigator_id",
                UUID | None,
                _of_sites(lambda sites: _only(_investigators(sites))),
                "The investigator, where the sites have only one",
            ),
            loaded(
                "principal_investigator_ids", list[UUID], _of_sites(_investigators), "The investigators of the sites"
            ),
            loaded("site_name", str | None, _of_sites(lambda sites: _only(_names(sites))), "The site, if there is one"),
            loaded("site_names", list[str], _of_sites(_names), "The names of the sites"),
            *columns(Study, "max_screening_days", "rescreen_max", "rescreen_min_days", "eligibility_valid_days"),
            *columns(Study, "unbooked_lead_days", "adverse_event_follow_up_days", "created_at", "updated_at"),
        ),
        many=(
            Many("sites", "sites", "study_id"),
            Many("planned_visits", "planned-visits", "study_id"),
            Many("subjects", "subjects", "study_id"),
            Many("screenings", "screenings", "study_id"),
            Many("visits", "visits", "study_id"),
            Many("appointments", "appointments", "study_id"),
            Many("orders", "orders", "study_id"),
            Many("adverse_events", "adverse-events", "study_id"),
            Many("messages", "messages", "study_id"),
        ),
        filters=(exact("status", choices_of(StudyStatus)), exact("protocol_id", str)),
        orders={"protocol_id": Order(("protocol_id", "id")), **NEWEST_FIRST},
    )
)

SITES = publish(
    Published(
        name="sites",
        title="Site",
        doc="Where an institution runs one study, under one investigator.",
        permission=Perm.VIEW_SITE,
        rows=lambda user: in_sight(Site, user).select_related("institution"),
        fields=(
            *columns(Site, "id", "study_id", "number"),
            computed("name", str, "name", "The institution"),
            computed("city", str, lambda site: site.institution.city, "Its city"),
            computed("country", str, lambda site: site.institution.country, "Its country (ISO 3166-1 alpha-3)"),
            *columns(Site, "status", "principal_investigator_id", "time_zone", "activated_on", "planned_subjects"),
            *columns(Site, "created_at", "updated_at"),
        ),
        links=(Link("study", "studies"), Link("principal_investigator", "users")),
        many=(
            Many("subjects", "subjects", "site_id"),
            Many("visits", "visits", "site_id"),
            Many("appointments", "appointments", "site_id"),
        ),
        filters=(*places("study"), exact("status", choices_of(SiteStatus)), exact("number", str)),
        orders={"number": Order(("number", "id")), **NEWEST_FIRST},
    )
)

PLANNED_VISITS = publish(
    Published(
        name="planned-visits",
        title="PlannedVisit",
        doc="A visit as the protocol plans it: counted from an anchor, with a window in whole days.",
        permission=Perm.VIEW_STUDY,
        rows=lambda user: in_sight(PlannedVisit, user),
        fields=(
            *columns(PlannedVisit, "id", "study_id", "visit_num", "name", "kind", "anchor", "anchor_visit_num"),
            *columns(PlannedVisit, "offset_days", "window_before", "window_after", "is_unscheduled_kind"),
            *columns(PlannedVisit, "preparation", "created_at", "updated_at"),
        ),
        links=(Link("study", "studies"),),
        filters=(*places("study"),),
        orders={"visit_num": Order(("visit_num", "id")), **NEWEST_FIRST},
    )
)

CRITERIA = publish(
    Published(
        name="criteria",
        title="Criterion",
        doc="One criterion of inclusion or exclusion, worded as in the protocol.",
        permission=Perm.VIEW_STUDY,
        rows=lambda user: in_sight(EligibilityCriterion, user),
        fields=(
            *columns(EligibilityCriterion, "id", "study_id", "version", "code", "kind", "text", "order"),
            *columns(EligibilityCriterion, "allows_not_applicable", "is_current", "created_at", "updated_at"),
        ),
        links=(Link("study", "studies"),),
        filters=(*places("study"), exact("is_current", bool)),
        orders={"order": Order(("order", "id")), **NEWEST_FIRST},
    )
)

CONSENT_VERSIONS = publish(
    Published(
        name="consent-versions",
        title="ConsentVersion",
        doc="A version of the consent document, for one site or for the whole study.",
        permission=Perm.VIEW_STUDY,
        rows=lambda user: in_sight(ConsentVersion, user),
        fields=(
            *columns(ConsentVersion, "id", "study_id", "label", "language", "status", site_id="for_site_id"),
            *columns(ConsentVersion, "approved_on", "effective_from", "superseded_on", "reconsent_required"),
            *columns(ConsentVersion, "required_signers", "summary_of_changes", "created_at", "updated_at"),
        ),
        links=(Link("study", "studies"),),
        filters=(*places("study"), exact("site", UUID, "for_site_id", "Key of the site"), exact("status", str)),
        orders=NEWEST_FIRST,
    )
)
