"""The cast that plays every part, and the small trial they work in.

Built once through the services and kept in the template database; nothing in it is sealed, because keys are new in each
run. `enrolled(...)` and its neighbours make subjects within a test.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from subjects import services
from subjects.domain.consent import VersionStatus
from subjects.domain.screening import CriterionKind
from subjects.domain.studies import SiteStatus, StudyStatus
from subjects.domain.team import tasks_of
from subjects.domain.visits import Anchor, VisitKind
from subjects.models import (
    Arm,
    ConsentVersion,
    EligibilityCriterion,
    Identity,
    Institution,
    Membership,
    PlannedVisit,
    Screening,
    Site,
    Study,
    Subject,
)
from subjects.services import Coded, Given, Signed
from tests.support.days import in_days
from tests.support.remembered import remembered
from trialcrm.access.roles import SPONSOR_ROLES, Role
from trialcrm.audit import context
from trialcrm.audit.acts import SystemActor
from trialcrm.core import clock
from trialcrm.core.events import without_announcements
from trialcrm.users.domain.invitations import IdentityMethod
from trialcrm.users.models import User
from trialcrm.users.services import create_account, record_identity
from trialcrm.users.services.proofs import witnessed

BUILDER = SystemActor("test cast")
BEGAN = date(2020, 1, 1)
PASSWORD = "correct horse battery"
#: Who plays what: the word a test uses, the name, the role, the site (None: the whole study).
PARTS = (
    ("coordinator", "Nora Lindqvist", Role.CRC, "701"),
    ("investigator", "Dr Hana Ito", Role.PI, "701"),
    ("subinvestigator", "Dr Paul Sol", Role.SUBI, "701"),
    ("pharmacist", "Pat Moreno", Role.PHARM, "701"),
    ("unblinded_pharmacist", "Uma Kerr", Role.UPHARM, "701"),
    ("monitor", "Max Ferro", Role.CRA, None),
    ("safety", "Sam Adeyemi", Role.SPSAF, None),
    ("manager", "Mia Grant", Role.SPMGR, None),
    ("inspector", "Ida Novak", Role.INSP, None),
    ("outsider", "Oren Blum", Role.CRC, "702"),
    ("other_investigator", "Dr Lea Roth", Role.PI, "702"),
)


@contextlib.contextmanager
def in_one_request() -> Iterator[None]:
    """Services called to build something share what they look up about rights, as those of one request do."""
    with context.request() if context.memory() is None else contextlib.nullcontext():
        yield


def built(build: Callable[..., Any]) -> Callable[..., Any]:
    """Builds in one request what a test begins with; nobody is told of it, unless the trial is watched."""

    @remembered
    @functools.wraps(build)
    def quietly(trial: "Trial", *args: Any, **facts: Any) -> Any:
        with in_one_request(), contextlib.nullcontext() if trial.is_watched else without_announcements():
            return build(trial, *args, **facts)

    return quietly


def address(part: str) -> str:
    return f"{part.replace('_', '-')}@trial.test"


def build() -> None:
    """Two sites, one small protocol, one person for each role, a stranger and an operator."""
    people = {part: _person(part, name) for part, name, _role, _site in PARTS}
    _person("stranger", "Stan Ivers")
    _person("operator", "Olga Petrov", is_operator=True)
    study = services.create_study(
        by=BUILDER, protocol_id="TEST-01", title="A trial for tests", short_title="Tests", sponsor_name="Sponsor"
    )
    services.add_design(by=BUILDER, study=study, parts=_design())
    _put_consent_in_force(study)
    services.move_study(by=BUILDER, study=study, to=StudyStatus.APPROVED)
    for number, name, pi in (("701", "Riverside", "investigator"), ("702", "Hillcrest", "other_investigator")):
        institution = Institution(name=name, city="Springfield", country="USA")
        facts = {"time_zone": "America/New_York", "principal_investigator": people[pi]}
        site = services.add_site(by=BUILDER, study=study, institution=institution, number=number, **facts)
        services.move_site(by=BUILDER, site=site, to=SiteStatus.INITIATED)
        services.move_site(by=BUILDER, site=site, to=SiteStatus.ACTIVE)
    services.move_study(by=BUILDER, study=study, to=StudyStatus.RECRUITING)
    for part, _name, role, number in PARTS:
        site = study.sites.get(number=number) if number else None
        services.give_role(by=BUILDER, user=people[part], role=role, study=study, site=site, starts_on=BEGAN)
    for held in study.memberships.exclude(site=None).select_related("site", "user").order_by("created_at"):
        delegate_all(held)


def delegate_all(membership: Membership) -> None:
    """Every task of the role, accepted and signed from its first day; the investigator has them by the role."""
    if tasks := tasks_of(membership.role):
        person, investigator = membership.user, membership.site.principal_investigator
        entry = services.propose_entry(
            by=BUILDER, membership=membership, tasks=tasks, starts_on=membership.starts_on, training="Site file 3.1"
        )
        entry = services.accept_entry(by=person, entry=entry, proof=witnessed(person, entry))
        services.authorise_entry(by=investigator, entry=entry, proof=witnessed(investigator, entry))


def _person(part: str, name: str, **facts: Any) -> User:
    person = create_account(by=BUILDER, email=address(part), name=name, password=PASSWORD, **facts)
    record_identity(by=BUILDER, user=person, method=IdentityMethod.DOCUMENT, checked_on=BEGAN)
    return person


def _put_consent_in_force(study: Study) -> None:
    version = study.consent_versions.get()
    for status in (VersionStatus.APPROVED, VersionStatus.EFFECTIVE):
        services.move_consent_version(by=BUILDER, version=version, to=status, on=BEGAN)


def _design() -> list[Any]:
    return [
        Arm(code="A", name="Active"),
        Arm(code="P", name="Placebo"),
        ConsentVersion(label="1.0"),
        *(
            EligibilityCriterion(
                code=f"{kind[:4]}0{number}", kind=kind, text=text, order=order, allows_not_applicable=na
            )
            for order, (kind, number, text, na) in enumerate(
                (
                    (CriterionKind.INCLUSION, 1, "Aged 50 or over", False),
                    (CriterionKind.INCLUSION, 2, "Not able to become pregnant", True),
                    (CriterionKind.EXCLUSION, 1, "Pacemaker", False),
                )
            )
        ),
        _visit("1", "Screening 1", Anchor.CONSENT, 0, 0, 3),
        _visit("2", "Screening 2", Anchor.CONSENT, 7, 5, 5),
        _visit("3", "Baseline", Anchor.BASELINE, 0, 0, 0),
        _visit("4", "Week 2", Anchor.BASELINE, 14, 3, 3),
        _visit("5", "Week 4", Anchor.BASELINE, 28, 3, 3),
        _visit("5.1", "Call after week 4", Anchor.VISIT, 14, 2, 2, VisitKind.PHONE, "5"),
        _visit("6", "Week 8", Anchor.BASELINE, 56, 4, 4),
    ]


def _visit(
    number: str,
    name: str,
    anchor: str,
    offset: int,
    before: int,
    after: int,
    kind: str = VisitKind.CLINIC,
    anchor_visit: str | None = None,
) -> PlannedVisit:
    return PlannedVisit(
        visit_num=number,
        name=name,
        kind=kind,
        anchor=anchor,
        anchor_visit_num=anchor_visit,
        offset_days=offset,
        window_before=before,
        window_after=after,
    )


@dataclass(frozen=True)
class Trial:
    """The built trial, read when first asked for: `trial.coordinator`, `trial.site`, `trial.other_site`.

    Where it is watched, people are told of what is built in it, as they would have been.
    """

    is_watched: bool = False
    #: The last thing built in this test, with what had been built before, and what the ledger told then.
    builds: Any = field(default=None, compare=False)
    left: dict[str, int] = field(default_factory=dict, compare=False)

    def watched(self) -> "Trial":
        return replace(self, is_watched=True)

    @cached_property
    def study(self) -> Study:
        return Study.objects.get(protocol_id="TEST-01")

    @cached_property
    def site(self) -> Site:
        return Site.objects.select_related("study", "institution").get(study=self.study, number="701")

    @cached_property
    def other_site(self) -> Site:
        return Site.objects.select_related("study", "institution").get(study=self.study, number="702")

    @cached_property
    def consent_version(self) -> ConsentVersion:
        return self.study.consent_versions.earliest("created_at")

    def __getattr__(self, part: str) -> User:
        user = User.objects.filter(email=address(part)).first()
        if user is None:
            raise AttributeError(part)
        self.__dict__[part] = user
        return user

    def today(self, site: Site | None = None) -> date:
        return clock.today((site or self.site).time_zone)

    @built
    def registered(self, *, site: Site | None = None, days_ago: int = 7, **identity: Any) -> Subject:
        """A subject in screening, consented some days ago."""
        site = site or self.site
        by = self.coordinator if site == self.site else self.outsider
        then = clock.local(in_days(-days_ago, site.time_zone), site.time_zone)
        # An hour ago, but on the day that is meant, also just after midnight.
        signed_at = max(then - timedelta(hours=1), then.replace(hour=0, minute=0, second=0, microsecond=0))
        return services.register_subject(
            by=by,
            site=site,
            coordinator=by,
            identity=Identity(**{"full_name": "Grace Okafor", "date_of_birth": date(1955, 4, 2), **identity}),
            coded=Coded(sex_at_birth="F", country="USA"),
            signed=Signed(version=self.consent_version, signed_at=signed_at),
        )

    @built
    def passed(self, **facts: Any) -> Screening:
        """An attempt with every criterion met."""
        screening = Screening.objects.get(subject=self.registered(**facts), is_current=True)
        by = self.coordinator if screening.site_id == self.site.pk else self.outsider
        return services.pass_screening(
            by=by, screening=screening, decided_on=self.today(screening.site), answers=self.all_met()
        )

    def all_met(self) -> dict[Any, Given]:
        met = {CriterionKind.INCLUSION: "Y", CriterionKind.EXCLUSION: "N"}
        return {item.pk: Given(met[CriterionKind(item.kind)]) for item in self.study.criteria.all()}

    @built
    def eligible(self, **facts: Any) -> Subject:
        screening = self.passed(**facts)
        by = self.investigator if screening.site_id == self.site.pk else self.other_investigator
        services.confirm_eligibility(by=by, screening=screening, proof=witnessed(by, screening))
        return Subject.objects.select_related("study", "site").get(pk=screening.subject_id)

    @built
    def on_treatment(self, *, first_dose_days_ago: int = 0, **facts: Any) -> Subject:
        """A subject whose first dose was some days ago: the dated schedule of visits exists."""
        days = {"days_ago": first_dose_days_ago + 7, **facts}
        with clock.frozen(in_days(-first_dose_days_ago)):
            subject = self.eligible(**{**days, "days_ago": 7})
            by = self.coordinator if subject.site_id == self.site.pk else self.outsider
            number = f"R-{subject.subject_id}"
            services.randomise(by=by, subject=subject, randomisation_number=number, randomised_at=clock.now())
            services.start_treatment(by=by, subject=subject, first_dose_on=self.today(subject.site))
        return Subject.objects.select_related("study", "site").get(pk=subject.pk)


def at(text: str) -> datetime:
    """A moment in UTC, like 2026-03-09 14:00."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SPONSOR_PARTS = tuple(part for part, _name, role, _site in PARTS if role in SPONSOR_ROLES)
