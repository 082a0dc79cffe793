"""Who works on a study, the delegation log, invitations and requests."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from subjects.domain.permissions import Perm
from subjects.domain.team import EntryStatus, OfferStatus, RequestStatus, covers
from subjects.models import AccessRequest, DelegationEntry, Membership, OfferedRole, Site, Study, Subject
from trialcrm.access.roles import DELEGATED_ROLES, Role
from trialcrm.access.scope import scope_of
from trialcrm.core import clock
from trialcrm.users.models import IdentityCheck


@dataclass(frozen=True, slots=True)
class Person:
    """A role that somebody holds or held, with the tasks they may do today and whether they were identified."""

    membership: Membership
    tasks: list[str]
    is_current: bool
    is_identified: bool

    @property
    def works_by_delegation(self) -> bool:
        return self.membership.role in DELEGATED_ROLES


@dataclass(frozen=True, slots=True)
class TeamPage:
    """Everybody who works at a site, or on a study as a whole, and what is under way."""

    study: Study
    site: Site | None
    people: list[Person]
    entries: list[DelegationEntry] = field(default_factory=list)
    offers: list[OfferedRole] = field(default_factory=list)
    requests: list[AccessRequest] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)

    @property
    def place(self) -> Study | Site:
        return self.site or self.study

    @property
    def zone(self) -> str:
        return self.site.time_zone if self.site else "UTC"


def site_team(user: Any, pk: uuid.UUID) -> TeamPage:
    """The people of one site, its delegation log, invitations and requests, as far as the reader may see them."""
    seen = Site.objects.visible_to(user, Perm.VIEW_DELEGATION)
    sites = seen.select_related("study", "institution", "principal_investigator")
    site = get_object_or_404(sites, pk=pk)
    entries = entries_of(user).filter(site=site)
    return TeamPage(
        study=site.study,
        site=site,
        people=_people(user, Q(site=site), list(entries), site.time_zone),
        entries=list(entries),
        offers=list(_offers(user, Q(site=site), sees_participants=scope_of(user).may(Perm.VIEW_IDENTITY, site))),
        requests=list(_requests(user).filter(site=site)),
    )


def study_team(user: Any, pk: uuid.UUID) -> TeamPage:
    """The people of the sponsor's side, and the sites whose teams the reader may see."""
    study = get_object_or_404(Study.objects.visible_to(user, Perm.VIEW_MEMBERSHIP), pk=pk)
    sites = Site.objects.visible_to(user, Perm.VIEW_DELEGATION).filter(study=study)
    return TeamPage(
        study=study,
        site=None,
        people=_people(user, Q(study=study, site=None), [], "UTC"),
        offers=list(_offers(user, Q(study=study, site=None), sees_participants=False)),
        requests=list(_requests(user).filter(study=study, site=None)),
        sites=list(sites.select_related("institution", "principal_investigator").order_by("number")),
    )


def _people(user: Any, place: Q, entries: list[DelegationEntry], zone: str) -> list[Person]:
    today = clock.today(zone)
    checked = Exists(IdentityCheck.objects.filter(user=OuterRef("user")))
    rows = Membership.objects.visible_to(user).filter(place, subject=None).select_related("user", "study", "site")
    people = [
        Person(item, _tasks(item, entries, zone), covers(item.starts_on, item.ends_on, today), item.identified)
        for item in rows.annotate(identified=checked).order_by("role", "user__name", "-starts_on")
    ]
    return sorted(people, key=lambda person: not person.is_current)


def _tasks(membership: Membership, entries: list[DelegationEntry], zone: str) -> list[str]:
    today = clock.today(zone)
    signed = [item for item in entries if item.membership_id == membership.pk and item.status == EntryStatus.SIGNED]
    return sorted({task for item in signed if covers(item.starts_on, item.ends_on, today) for task in item.tasks})


def _offers(user: Any, place: Q, *, sees_participants: bool) -> QuerySet[OfferedRole]:
    """Invitations that are under way; those to participants only for those who may know who the participants are."""
    rows = OfferedRole.objects.visible_to(user).filter(place, status__in=[OfferStatus.SENT, OfferStatus.ACCEPTED])
    if not sees_participants:
        rows = rows.exclude(role=Role.PART)
    return rows.select_related("invitation", "user", "offered_by", "subject__study", "study", "site")


def _requests(user: Any) -> QuerySet[AccessRequest]:
    rows = AccessRequest.objects.visible_to(user).filter(status=RequestStatus.OPEN)
    return rows.select_related("user", "study", "site")


def entries_of(user: Any) -> QuerySet[DelegationEntry]:
    """Lines of the delegation log in the reader's sight, newest first."""
    return DelegationEntry.objects.visible_to(user).select_related("user", "membership", "site", "study")


def entry_for(user: Any, pk: uuid.UUID) -> DelegationEntry:
    """One line of the log in the reader's sight, or 404."""
    return get_object_or_404(entries_of(user), pk=pk)


def own_entry_for(user: Any, pk: uuid.UUID) -> DelegationEntry:
    """A line of the log about the reader, or 404."""
    return get_object_or_404(_own_entries(user), pk=pk)


def _own_entries(user: Any) -> QuerySet[DelegationEntry]:
    rows = DelegationEntry.objects.filter(user_id=user.pk).exclude(status=EntryStatus.WITHDRAWN)
    return rows.select_related("user", "membership__study", "site__institution", "study")


def membership_for(user: Any, pk: uuid.UUID) -> Membership:
    """One role in the reader's sight, or 404; participants' own accounts are not staff."""
    rows = Membership.objects.visible_to(user).filter(subject=None)
    return get_object_or_404(rows.select_related("user", "study", "site", "subject"), pk=pk)


def offer_for(user: Any, pk: uuid.UUID) -> OfferedRole:
    """One invitation in the reader's sight, or 404; a participant's only for those who may know who that is."""
    rows = OfferedRole.objects.visible_to(user).select_related(
        "invitation", "user", "offered_by", "subject__study", "subject__site", "study", "site"
    )
    offer = get_object_or_404(rows, pk=pk)
    if offer.role == Role.PART:
        get_object_or_404(Subject.objects.visible_to(user, Perm.VIEW_IDENTITY), pk=offer.subject_id)
    return offer


def request_for(user: Any, pk: uuid.UUID) -> AccessRequest:
    """One request for access in the reader's sight, or 404."""
    rows = AccessRequest.objects.visible_to(user).select_related("user", "study", "site")
    return get_object_or_404(rows, pk=pk)


def site_to_staff(user: Any, pk: uuid.UUID) -> Site:
    """A site whose people the reader may see, or 404."""
    return get_object_or_404(Site.objects.visible_to(user, Perm.VIEW_MEMBERSHIP).select_related("study"), pk=pk)


def study_to_staff(user: Any, pk: uuid.UUID) -> Study:
    """A study whose people the reader may see, or 404."""
    return get_object_or_404(Study.objects.visible_to(user, Perm.VIEW_MEMBERSHIP), pk=pk)


def colleagues(user: Any, study: Study) -> QuerySet[Any]:
    """People with an account whom the reader sees in this study already, and who are not participants."""
    known = Membership.objects.visible_to(user).filter(study=study, subject=None).values("user")
    people = get_user_model()._default_manager.filter(pk__in=known, is_active=True)
    return people.exclude(pk=user.pk).order_by("name", "pk")


def investigators_at(user: Any, site: Site) -> QuerySet[Any]:
    """Those who hold the investigator's role at a site today, and whoever is named as its investigator now."""
    today = clock.today(site.time_zone)
    held = Membership.objects.visible_to(user).filter(site=site, role=Role.PI, starts_on__lte=today)
    holders = held.filter(Q(ends_on=None) | Q(ends_on__gte=today), user__is_active=True).values("user")
    people = get_user_model()._default_manager.filter(Q(pk__in=holders) | Q(pk=site.principal_investigator_id))
    return people.order_by("name", "pk")


def subjects_to_invite(user: Any, site: Site) -> QuerySet[Subject]:
    """The participants of a site whom the reader may know by name."""
    return Subject.objects.visible_to(user, Perm.INVITE_PARTICIPANT).filter(site=site).order_by("subject_id")


@dataclass(frozen=True, slots=True)
class OwnTeam:
    """What somebody sees of their own roles, tasks and requests."""

    memberships: list[Membership]
    entries: list[DelegationEntry]
    requests: list[AccessRequest]
    waiting: list[OfferedRole]


def own_team(user: Any) -> OwnTeam:
    """One's own roles, delegated tasks, requests, and roles that wait until one's identity was checked."""
    held = Membership.objects.filter(user_id=user.pk).select_related("study", "site", "subject__study")
    waiting = OfferedRole.objects.filter(user_id=user.pk, status=OfferStatus.ACCEPTED)
    return OwnTeam(
        memberships=list(held.order_by("-starts_on", "-id")),
        entries=list(_own_entries(user)),
        requests=list(AccessRequest.objects.filter(user_id=user.pk).select_related("study", "site")),
        waiting=list(waiting.select_related("study", "site", "subject__study")),
    )
