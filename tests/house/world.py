"""A small trial in which every kind of record is there in every state: here (site 701) and elsewhere.

One participant of site 701 is the canary: whoever reads their name, birth date or numbers without the right to, tells.
"""

import contextlib
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import models, transaction
from django.test import Client

from medications.models import Exposure
from subjects import services
from subjects.domain.consent import VersionStatus
from subjects.domain.notes import NoteType
from subjects.domain.screening import FailReason
from subjects.domain.visits import MoveReason
from subjects.models import (
    Arm,
    ConsentVersion,
    Element,
    EligibilityCriterion,
    Institution,
    Screening,
    Site,
    Study,
    Subject,
    SubjectElement,
    TreatmentAssignment,
)
from subjects.services import Booking, Coded
from tests.house import world_accounts, world_appointments, world_medications, world_messaging, world_safety
from tests.support.cast import BEGAN, BUILDER, PARTS, PASSWORD, Trial, address, delegate_all
from tests.support.database import kept
from tests.support.days import in_days
from trialcrm.access.roles import Role
from trialcrm.audit import bulk
from trialcrm.audit.recording import recorded
from trialcrm.cdisc.models import Finding
from trialcrm.cdisc.services import queue_import
from trialcrm.core import clock
from trialcrm.users.domain.invitations import IdentityMethod
from trialcrm.users.models import User
from trialcrm.users.services import create_account, record_identity

#: Who the canary participant is.
CANARY = {
    "full_name": "Canary Zebra",
    "date_of_birth": date(1944, 7, 13),
    "medical_record_number": "MRN-CANARY-77",
    "phone": "+1 555 010 7713",
    "email": "zebra@canary.example",
    "address": "77 Finch Lane, Birdcage",
}
#: What would give them away, in any spelling that a page uses. “Canary” alone is also a time zone.
CANARY_WORDS = (
    "Zebra",
    "1944-07-13",
    "13 Jul 1944",
    "13 July 1944",
    "MRN-CANARY",
    "010 7713",
    "0107713",
    "canary.example",
    "Finch Lane",
)
#: What would tell the canary's treatment.
ARM_WORDS = ("arm-canary", "element-canary", "unassigned-canary", "finding-canary", "exposure-canary")
EVERYBODY = (
    *(part for part, _name, _role, _site in PARTS),
    "stranger",
    "operator",
    "participant",
    "other_participant",
    "assigned",
)
WHY = "The participant asked for it"
#: What tells records of one kind apart: their state, and whether something is still to be done.
STATES = ("status", "state", "is_unblinding", "eligible_on")
MORE_STATES = {
    "api.Token": ("study_id",),
    "medications.AdherenceLog": ("is_proxy",),
    "medications.Distribution": ("verified_by_id",),
    "medications.Lot": ("released_on",),
    "messaging.Conversation": ("kind",),
    "messaging.Message": ("is_retracted", "is_from_participant"),
    "safety.AdverseEvent": ("needs_signature",),
    "safety.SafetyReport": ("received_by_id", "acknowledged_by_id"),
    "subjects.Appointment": ("location", "wish"),
    "subjects.Membership": ("role",),
}


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@recorded("test.written", "Written for a test")
def write(*, by: Any, records: list[Any]) -> None:
    bulk.create(records)


@contextlib.contextmanager
def standing() -> Iterator["World"]:
    """The world, built when it is first asked for; whatever is written inside is taken back."""
    with clock.frozen(_afternoon()), kept("world", lambda: World(is_watched=True).populate()) as world:
        yield world


@functools.cache
def _afternoon() -> datetime:
    """At the same hour in every run: near midnight the sites' days differ from those of the server."""
    return clock.now().replace(hour=15, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class World(Trial):
    """The cast's trial with people in every state; `client(part)` is that person's browser."""

    def populate(self) -> "World":
        self._canary()
        self._people_of(self.site)
        self._people_of(self.other_site)
        self._another_study()
        self._imports(self.study)
        self._imports(self.other_study)
        self._participants()
        self._assigned()
        for part in (world_accounts, world_appointments, world_medications, world_safety, world_messaging):
            part.populate(self)
        # Signed in now, because what a test writes, sessions included, is taken back after it.
        for part in ("anonymous", *EVERYBODY):
            self.client(part)
        return self

    # --- who is looking -----------------------------------------------------------------------------------------------

    @cached_property
    def clients(self) -> dict[str, Client]:
        return {}

    @cached_property
    def answers(self) -> dict[tuple[str, str], Any]:
        """What each of the cast was shown at an address, in `tests.house.answers`."""
        return {}

    @cached_property
    def cookies(self) -> dict[str, str]:
        return {}

    def client(self, part: str) -> Client:
        """The browser of one of the cast, signed in (again, where it was signed out); `anonymous` never is."""
        if part not in self.clients:
            client = self.clients[part] = Client(headers={"user-agent": f"browser of {part}"})
            if part != "anonymous":
                client.force_login(self.person(part))
            self.cookies[part] = client.cookies.output(header="", sep=";")
        self.clients[part].cookies.load(self.cookies[part])
        return self.clients[part]

    def person(self, part: str) -> User:
        return getattr(self, part)

    # --- what there is ------------------------------------------------------------------------------------------------

    @cached_property
    def other_study(self) -> Study:
        return Study.objects.get(protocol_id="TEST-02")

    def here(self, model: type[models.Model]) -> list[Any]:
        """One record for each state at site 701 (or of its study), the canary's first."""
        return self._each_state(model, self.site, self.study)

    def elsewhere(self, model: type[models.Model]) -> list[Any]:
        """The same of the other site; of the other study where a record belongs to no site."""
        return self._each_state(model, self.other_site, self.other_study)

    def _each_state(self, model: type[models.Model], site: Site, study: Study) -> list[Any]:
        found: dict[Any, Any] = {}
        canary = {Subject: "pk"}.get(model, "subject_id")
        rows = list(of_place(model, site, study))
        rows.sort(key=lambda row: getattr(row, canary, None) != self.canary.pk)
        names = (*STATES, *MORE_STATES.get(model._meta.label, ()))
        for row in rows:
            found.setdefault(tuple(str(getattr(row, name, "")) for name in names), row)
        return list(found.values())

    # --- how it came to be --------------------------------------------------------------------------------------------

    def _canary(self) -> None:
        canary = self.__dict__["canary"] = self.on_treatment(first_dose_days_ago=20, **CANARY)
        services.change_subject(
            by=self.coordinator,
            subject=canary,
            coded=Coded(sex_at_birth="F", country="USA", source="clinic"),
            coordinator=self.coordinator,
            reason=WHY,
        )
        note = services.write_note(
            by=self.coordinator, subject=canary, note_type=NoteType.CALL, note_text="feather-note: Canary Zebra called"
        )
        services.add_addendum(by=self.coordinator, note=note, note_text="feather-note: and called again")
        self._visits_of(canary, self.coordinator)
        self._treatment_of(canary)

    def _visits_of(self, subject: Subject, by: User) -> None:
        """Booked, moved, arrived, done, missed, cancelled; the rest stays planned."""
        done, missed, cancelled, moved, arrived, booked = subject.visits.order_by("due_on")[:6]
        services.complete_visit(by=by, visit=done, started_on=clock.today(subject.site.time_zone))
        services.miss_visit(by=by, visit=missed, reason=WHY)
        services.cancel_visit(by=by, visit=cancelled, reason=WHY)
        for number, visit in enumerate((moved, arrived, booked)):
            booking = Booking(scheduled_at=in_days(10 + number), coordinator=by)
            services.schedule_visit(by=by, visit=visit, booking=booking, out_of_window_reason=WHY)
        later = Booking(scheduled_at=in_days(20), coordinator=by)
        services.reschedule_visit(
            by=by, visit=moved, booking=later, move_reason=MoveReason.ILLNESS, reason=WHY, out_of_window_reason=WHY
        )
        services.start_visit(by=by, visit=arrived)

    def _treatment_of(self, subject: Subject) -> None:
        arm = Arm(study=subject.study, code="arm-canary-code", name="arm-canary-name")
        element = Element(study=subject.study, code="EC", name="An element")
        write(by=BUILDER, records=[arm, element])
        assignment = TreatmentAssignment(
            subject=subject, planned_arm=arm, actual_arm=arm, not_assigned_reason="unassigned-canary"
        )
        entered = SubjectElement(subject=subject, sequence=1, element=element, code="EC", description="element-canary")
        given = Exposure(subject=subject, sequence=1, treatment="exposure-canary", lot="exposure-canary-lot")
        write(by=BUILDER, records=[assignment, entered, given])

    def _people_of(self, site: Site) -> None:
        """Somebody at each step: listed, in screening, failed, passed, eligible, randomised, withdrawn."""
        by, doctor = self._staff(site)
        services.add_to_prescreening(by=by, site=site, coordinator=by, coded=Coded(sex_at_birth="M"))
        self.registered(site=site, full_name="Ada Pending")
        failed = Screening.objects.get(subject=self.registered(site=site, full_name="Bo Failed"), is_current=True)
        services.fail_screening(
            by=by, screening=failed, decided_on=self.today(site), fail_reason=FailReason.values[-1], notes=WHY
        )
        self.passed(site=site, full_name="Cy Passed")
        self.eligible(site=site, full_name="Di Eligible")
        treated = self.on_treatment(site=site, full_name="Ed Treated", first_dose_days_ago=20)
        services.write_note(by=by, subject=treated, note_type=NoteType.GENERAL, note_text="A note of this site")
        if site == self.other_site:
            self._visits_of(treated, by)
        randomised = self.eligible(site=site, full_name="Gus Randomised")
        services.randomise(by=by, subject=randomised, randomisation_number=f"R-{site}", randomised_at=clock.now())
        left = self.on_treatment(site=site, full_name="Flo Gone", first_dose_days_ago=20)
        services.lose_to_follow_up(by=doctor, subject=left, ended_on=self.today(site), reason=WHY)

    def _staff(self, site: Site) -> tuple[User, User]:
        here = site == self.site
        return (self.coordinator, self.investigator) if here else (self.outsider, self.other_investigator)

    def _another_study(self) -> None:
        """Nobody of the cast has to do with it."""
        facts = {"protocol_id": "TEST-02", "title": "Unknown trial", "short_title": "Unknown", "sponsor_name": "Other"}
        study = services.create_study(by=BUILDER, **facts)
        criterion = EligibilityCriterion(code="INCL01", kind="INCLUSION", text="Adult")
        parts = [Arm(code="X", name="X"), ConsentVersion(label="9"), criterion]
        services.add_design(by=BUILDER, study=study, parts=parts)
        version = study.consent_versions.get()
        for status in (VersionStatus.APPROVED, VersionStatus.EFFECTIVE):
            services.move_consent_version(by=BUILDER, version=version, to=status, on=BEGAN)
        services.add_site(
            by=BUILDER, study=study, institution=Institution(name="Far away", country="CAN"), number="901"
        )

    def _imports(self, study: Study) -> None:
        run = queue_import(by=self.manager if study == self.study else BUILDER, label="delivery")
        run.study = study
        subject = self.canary if study == self.study else None
        common = {"study": study, "site": subject and subject.site, "subject": subject, "run": run, "file": "dm.xpt"}
        odd = {"code": "F01", "severity": "warning", "title": "Odd", "text": "Taken over as it is"}
        write(
            by=BUILDER,
            records=[
                Finding(**common, **odd, key=f"plain-{study}", value="odd"),
                Finding(**common, **odd, key=f"arm-{study}", value="finding-canary", is_unblinding=True),
            ],
        )
        assign_run(by=BUILDER, run=run)

    def _participants(self) -> None:
        """The canary's own account, and that of somebody else at the same site."""
        other = self.site.subjects.filter(state="on_treatment").exclude(pk=self.canary.pk).first()
        for part, name, subject in (
            ("participant", CANARY["full_name"], self.canary),
            ("other_participant", "Ed Treated", other),
        ):
            email = CANARY["email"] if part == "participant" else address(part)
            person = create_account(by=BUILDER, email=email, name=name, password=PASSWORD)
            self.__dict__[part] = person
            services.give_role(
                by=BUILDER,
                user=person,
                role=Role.PART,
                study=self.study,
                site=self.site,
                subject=subject,
                starts_on=BEGAN,
            )

    def _assigned(self) -> None:
        """A sub-investigator of site 701 who looks after one participant only, and that is not the canary."""
        other = self.site.subjects.filter(state="on_treatment").exclude(pk=self.canary.pk).first()
        person = create_account(by=BUILDER, email=address("assigned"), name="Dr Asa Signed", password=PASSWORD)
        self.__dict__["assigned"] = person
        record_identity(by=BUILDER, user=person, method=IdentityMethod.DOCUMENT, checked_on=BEGAN)
        held = services.give_role(
            by=BUILDER,
            user=person,
            role=Role.SUBI,
            study=self.study,
            site=self.site,
            subject=other,
            starts_on=BEGAN,
        )
        delegate_all(held)


@recorded("test.changed", "Changed for a test")
def assign_run(*, by: Any, run: Any) -> Any:
    run.save()
    return run


def of_place(model: Any, site: Site, study: Study) -> Any:
    """The records of a site; of a study as a whole where they belong to no site."""
    rows = model._base_manager.all()
    names = {field.name for field in model._meta.concrete_fields}
    if model in (Site, Study):
        return rows.filter(pk=(site if model is Site else study).pk)
    if "site" in names:
        return rows.filter(models.Q(site=site) | models.Q(site=None, study=study))
    return rows.filter(study=study) if "study" in names else rows.none()
