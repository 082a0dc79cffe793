"""Hundreds of rows for every list, copied from what the world has."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import models

from subjects.models import (
    Appointment,
    CriterionResult,
    Deviation,
    Membership,
    OfferedRole,
    Subject,
    SubjectElement,
    SubjectIdentity,
    SubjectKey,
    TreatmentAssignment,
    Visit,
)
from tests.house import growing_apps, walk
from tests.house.copying import copy
from tests.house.world import World, write
from tests.support.cast import BEGAN, BUILDER
from trialcrm.audit.models import AuditedBase, AuditLog
from trialcrm.cdisc.models import Finding, ImportRun
from trialcrm.core import clock, crypto
from trialcrm.core.ids import new_id
from trialcrm.users.models import User

MANY = 490
#: More rows than one chart will ever have.
IN_ONE_CHART = 60
#: Apps of which every row of one participant is copied; of those above them, a set of rows that belong together.
COPIED_WHOLE = {"subjects", "cdisc"}
#: Rows of a subject that exist once, or whose times must not overlap.
NOT_COPIED = (Appointment, SubjectElement, SubjectIdentity, TreatmentAssignment)


def grow(world: World) -> None:
    """About 500 participants, each with what one has, and far more of each kind of record in one chart."""
    model_subject = world.site.subjects.get(
        identity__isnull=False, notes__isnull=False, state="on_treatment", source=""
    )
    subjects = [copy(model_subject, subject_id=f"701-9{n:03}", randomisation_number="") for n in range(MANY)]
    write(by=BUILDER, records=subjects)
    keys = [SubjectKey(subject=subject, wrapped=crypto.wrap(crypto.new_data_key())) for subject in subjects]
    SubjectKey.objects.bulk_create(keys)
    identity = model_subject.identity
    records = [copy(identity, subject=subject, medical_record_number_index="") for subject in subjects]
    write(by=BUILDER, records=[*records, *records_of(model_subject, subjects)])
    write(by=BUILDER, records=growing_apps.records_for(world.canary, subjects))
    write(by=BUILDER, records=list(in_one_chart(world.canary)))
    write(by=BUILDER, records=list(growing_apps.records_in_one_chart(world.canary, IN_ONE_CHART)))
    write(by=BUILDER, records=list(of_the_study(world)))
    write(by=BUILDER, records=list(growing_apps.of_the_team(world, MANY // 10)))
    write(by=BUILDER, records=list(growing_apps.of_the_stock(world, MANY // 10)))
    growing_apps.told((world.coordinator, world.participant, world.operator), MANY)
    told(world.canary)


def kinds_of_subject_records() -> list[Any]:
    """Tables whose rows belong to one participant, those that others point to first."""
    return [
        model
        for model in walk.our_models()
        if issubclass(model, AuditedBase) and model._meta.app_label in COPIED_WHOLE
        if model not in (*NOT_COPIED, Membership, OfferedRole, Deviation, Finding)
        if any(
            isinstance(field, models.ForeignKey) and field.name == "subject" for field in model._meta.concrete_fields
        )
    ]


def records_of(one: Subject, others: list[Subject]) -> list[Any]:
    """What one participant has, once more for each of the others."""
    rows = {model: list(model._base_manager.filter(subject=one)) for model in kinds_of_subject_records()}
    return [record for model in rows for other in others for record in _copies(rows, model, other)]


def _copies(rows: dict[Any, list[Any]], model: Any, other: Subject) -> Iterable[Any]:
    made = _made.setdefault(other.pk, {})
    for row in rows[model]:
        pointed = {
            field.attname: made[value].pk
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and (value := getattr(row, field.attname)) in made
        }
        made[row.pk] = copy(row, subject=other, **pointed)
        yield made[row.pk]


#: The copy of each record, by the new participant.
_made: dict[Any, dict[Any, Any]] = {}


def in_one_chart(subject: Subject) -> Iterable[Any]:
    """Many rows of one participant; where a number is theirs only once, the next ones."""
    for model in kinds_of_subject_records():
        row = model._base_manager.filter(subject=subject).order_by("pk").first()
        if row is not None and model is not CriterionResult:
            yield from (copy(row, **_next(model, number)) for number in range(IN_ONE_CHART))


def _next(model: Any, number: int) -> dict[str, Any]:
    names = {field.name for field in model._meta.concrete_fields}
    once = {"sequence": 100 + number, "attempt": 10 + number, "visit_num": 100 + number, "code": f"C{number}"}
    changed = {name: value for name, value in once.items() if name in names and (name != "visit_num" or model is Visit)}
    only_one = {"is_current": False, "status": "superseded"} if "version" in names else {"is_current": False}
    return {**changed, **{name: value for name, value in only_one.items() if name in names}}


def of_the_study(world: World) -> Iterable[Any]:
    """Colleagues, imports and findings."""
    for number in range(MANY // 10):
        person = User(email=f"colleague-{number}@trial.test", name=f"Colleague {number}", password="!")
        yield person
        yield Membership(user=person, study=world.study, site=world.site, role="crc", starts_on=BEGAN)
    run, finding = world.here(ImportRun)[0], world.here(Finding)[0]
    yield from (copy(run) for _number in range(MANY))
    yield from (copy(finding, key=f"copy-{number}") for number in range(MANY))


def told(subject: Subject) -> None:
    """A long story: rows of the log and of the history of one visit."""
    visit = subject.visits.order_by("pk").first()
    row = AuditLog.objects.filter(subject_id=subject.pk, entity_id=str(visit.pk)).first()
    later = [clock.now() + timedelta(seconds=number) for number in range(MANY)]
    AuditLog.objects.bulk_create(_again(row, id=new_id(), at=at) for at in later)
    past = visit.history.first()
    type(past).objects.bulk_create(_again(past, history_id=new_id(), history_date=at) for at in later)


def _again(row: Any, **changes: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**values, **changes})
