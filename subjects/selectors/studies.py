"""Studies and sites, and how far each of them is."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from subjects.domain.participation import ENDED, IN_SCREENING, SubjectState
from subjects.domain.permissions import Perm
from subjects.models import (
    Arm,
    ConsentVersion,
    DelegationEntry,
    EligibilityCriterion,
    Membership,
    PlannedVisit,
    Site,
    Study,
    StudyParameter,
    Subject,
)
from subjects.models.base import SiteRecord, SubjectRecord
from trialcrm.access.scope import scope_of
from trialcrm.core import clock

#: How subjects are counted everywhere: each count is a condition on the state.
ENROLLED_STATES = frozenset(SubjectState.values) - {
    SubjectState.PRESCREEN,
    SubjectState.SCREENING,
    SubjectState.SCREEN_FAILED,
    SubjectState.RESCREEN,
    SubjectState.ELIGIBLE,
}


@dataclass(frozen=True, slots=True)
class Focus:
    """The studies and sites that a page is about: all that the person may see, or the ones chosen."""

    studies: list[Study] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    study: Study | None = None
    site: Site | None = None

    @property
    def chosen_sites(self) -> list[Site]:
        """The sites in focus."""
        if self.site:
            return [self.site]
        return [site for site in self.sites if self.study is None or site.study_id == self.study.pk]

    @property
    def site_ids(self) -> list[uuid.UUID]:
        return [site.pk for site in self.chosen_sites]

    @property
    def query(self) -> str:
        """The focus as a query string for links to lists."""
        parts = [f"{name}={chosen.pk}" for name, chosen in (("study", self.study), ("site", self.site)) if chosen]
        return f"?{'&'.join(parts)}" if parts else ""

    def on_local_day(self, condition: Callable[[date], Q]) -> Q:
        """A condition on “today” that holds for each site by its own calendar."""
        zones: dict[str, list[uuid.UUID]] = {}
        for site in self.chosen_sites:
            zones.setdefault(site.time_zone, []).append(site.pk)
        found = Q(pk__in=[])
        for zone, ids in zones.items():
            found |= Q(site_id__in=ids) & condition(clock.today(zone))
        return found

    def today(self) -> date:
        """Today at the first site in focus; UTC when there is none."""
        sites = self.chosen_sites
        return clock.today(sites[0].time_zone if sites else "UTC")


def focus_of(user: Any, study: str = "", site: str = "") -> Focus:
    """What the person may see, narrowed to the study and site asked for; what is not theirs is ignored."""
    sites = list(_sites_of(user).select_related("study", "institution").order_by("study", "number"))
    studies = list(Study.objects.visible_to(user))
    chosen_site = next((item for item in sites if str(item.pk) == site), None)
    wanted = str(chosen_site.study_id) if chosen_site else study
    chosen_study = next((item for item in studies if str(item.pk) == wanted), None)
    return Focus(studies, sites, chosen_study, chosen_site)


def _sites_of(user: Any) -> QuerySet[Site]:
    """The sites in sight, and those of single participants whom the person was assigned."""
    rows, assigned = Site.objects.visible_to(user), scope_of(user).subject_ids(Perm.VIEW_SUBJECT)
    if not assigned:
        return rows
    return Site.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=_places_of(assigned)))


def _places_of(subjects: Iterable[uuid.UUID]) -> QuerySet[Subject, Any]:
    return Subject.objects.filter(pk__in=subjects).values("site")


def _state_counts(prefix: str = "") -> dict[str, Count]:
    def counted(condition: Q) -> Count:
        return Count(prefix.removesuffix("__") or "pk", filter=condition, distinct=True)

    name = f"{prefix}state"
    return {
        "screened": counted(~Q(**{name: SubjectState.PRESCREEN}) & Q(**{f"{name}__isnull": False})),
        "in_screening": counted(Q(**{f"{name}__in": IN_SCREENING})),
        "failed": counted(Q(**{name: SubjectState.SCREEN_FAILED})),
        "eligible": counted(Q(**{name: SubjectState.ELIGIBLE})),
        "enrolled": counted(Q(**{f"{name}__in": ENROLLED_STATES})),
        "on_treatment": counted(Q(**{name: SubjectState.ON_TREATMENT})),
        "completed": counted(Q(**{name: SubjectState.COMPLETED})),
        "left": counted(Q(**{f"{name}__in": ENDED - {SubjectState.COMPLETED, SubjectState.SCREEN_FAILED}})),
    }


def funnel(user: Any, site_ids: Iterable[uuid.UUID]) -> dict[str, int]:
    """Subjects of the sites by how far they came."""
    rows = Subject.objects.visible_to(user).filter(site__in=list(site_ids))
    return rows.aggregate(**_state_counts())


def studies_with_counts(user: Any) -> QuerySet[Study]:
    """The studies that the person may see, each with the number of its sites and subjects in their sight."""
    seen = Q(subjects__site__in=scope_site_ids(user, Perm.VIEW_SUBJECT))
    return Study.objects.visible_to(user).annotate(
        site_count=Count("sites", distinct=True),
        subject_count=Count("subjects", filter=seen, distinct=True),
        in_screening=Count("subjects", filter=seen & Q(subjects__state__in=IN_SCREENING), distinct=True),
        enrolled=Count("subjects", filter=seen & Q(subjects__state__in=ENROLLED_STATES), distinct=True),
    )


def scope_site_ids(user: Any, permission: str) -> list[uuid.UUID]:
    """The sites on which the person holds a permission."""
    scope = scope_of(user)
    if scope.everything:
        return list(Site.objects.values_list("pk", flat=True))
    return list(scope.site_ids(permission))


def study_for(user: Any, pk: uuid.UUID) -> Study:
    """One study that the person may see, or 404."""
    return get_object_or_404(Study.objects.visible_to(user), pk=pk)


def has_records(site: Site) -> bool:
    """Whether anything was recorded at a site by its clock: of participants, or of what was sent there.

    Who works there does not count, so that a site is set up in any order.
    """
    tables = [
        model
        for model in apps.get_models()
        if issubclass(model, SiteRecord) and not issubclass(model, SubjectRecord | DelegationEntry)
    ]
    return any(table._base_manager.filter(site=site.pk).exists() for table in tables)


@dataclass(frozen=True, slots=True)
class StudyPage:
    """Everything that the page of one study shows."""

    study: Study
    sites: list[Site]
    arms: list[Arm]
    visits: list[PlannedVisit]
    criteria: list[EligibilityCriterion]
    versions: list[ConsentVersion]
    parameters: list[StudyParameter]
    people: list[Membership]
    counts: dict[str, int]


def study_page(user: Any, pk: uuid.UUID) -> StudyPage:
    """One study as its page shows it; people only for those who may see who works on it."""
    study = study_for(user, pk)
    people = Membership.objects.visible_to(user).filter(study=study, subject=None).select_related("user", "site")
    sites = Site.objects.visible_to(user).filter(study=study).select_related("institution", "principal_investigator")
    seen = sites.annotate(**_state_counts("subjects__"))
    return StudyPage(
        study=study,
        sites=list(seen.order_by("number")),
        arms=list(Arm.objects.visible_to(user).filter(study=study)),
        visits=list(PlannedVisit.objects.visible_to(user).filter(study=study)),
        criteria=list(EligibilityCriterion.objects.visible_to(user).filter(study=study)),
        versions=list(ConsentVersion.objects.visible_to(user).filter(study=study).select_related("for_site")),
        parameters=list(StudyParameter.objects.visible_to(user).filter(study=study)),
        people=list(people.order_by("site__number", "role", "user__name")),
        counts=_counts_of(user, study),
    )


def _counts_of(user: Any, study: Study) -> dict[str, int]:
    return Subject.objects.visible_to(user).filter(study=study).aggregate(**_state_counts())


def funnel_rows(found: dict[str, int], query: str) -> list[tuple[str, int, str, str]]:
    """The steps of enrolment in words, each with its number and a link to the subjects behind it."""
    subjects = reverse("subjects:subjects")
    separator = "&" if query else "?"

    def link(state: str) -> str:
        return f"{subjects}{query}{separator}state={state}" if state else f"{subjects}{query}"

    return [
        (_("Screened"), found["screened"], link(""), ""),
        (_("In screening"), found["in_screening"], link(SubjectState.SCREENING), ""),
        (_("Enrolled"), found["enrolled"], link(""), ""),
        (_("On treatment"), found["on_treatment"], link(SubjectState.ON_TREATMENT), ""),
        (_("Completed"), found["completed"], link(SubjectState.COMPLETED), ""),
        (_("Screen failed"), found["failed"], link(SubjectState.SCREEN_FAILED), "warning"),
    ]


def studies_named(user: Any, words: str) -> QuerySet[Study]:
    """Studies whose protocol id or title holds the words."""
    return Study.objects.visible_to(user).filter(Q(protocol_id__icontains=words) | Q(title__icontains=words))


def people_named(user: Any, words: str) -> QuerySet[Membership]:
    """Roles of colleagues whose name holds the words; participants' own accounts are not colleagues."""
    rows = Membership.objects.visible_to(user).filter(subject=None, user__name__icontains=words, ends_on=None)
    return rows.select_related("user", "site", "study").order_by("user__name")
