"""Records in the state that a page asks for, and what somebody types there, as a browser sends it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from medications import selectors as medications
from medications import services as medication
from medications.domain.slots import doses
from medications.models import Distribution, MedicationOrder
from messaging import services as messaging
from messaging.models import Conversation
from subjects import services as subjects
from subjects.models import Appointment, Consent, Institution, Screening, Site, Subject
from tests.house.world import BUILDER, World, assign_run
from tests.support import signing
from tests.support.days import ZONE, in_days
from tests.support.messaging import file
from trialcrm.core import clock
from trialcrm.users import services as accounts
from trialcrm.users.domain.invitations import digest_of_token
from trialcrm.users.models import Invitation, User

#: What a person types on a page; `person` is who it is.
Typed = Callable[[World, Any], dict[str, Any]]
WHY = "As the participant told us"
#: The link of an invitation, and the word that is typed as a new password.
TOKEN, NEW_PASSWORD = "a-token", "a fine long sentence"


# --- records in the state that a page asks for ------------------------------------------------------------------------


def of_canary(model: Any, **wanted: Any) -> Callable[[World], Any]:
    """The canary's first record with these facts."""
    return lambda world: model._base_manager.filter(subject=world.canary.pk, **wanted).order_by("created_at")[0]


def site_without_investigator(world: World) -> Site:
    """A site that was just added to the study."""
    place = Institution(name="Lakeside", country="USA")
    return subjects.add_site(by=BUILDER, study=world.study, institution=place, number="703")


def site_with_two_investigators(world: World) -> Site:
    """The site, once another person has the investigator's role there too."""
    given = {"user": world.subinvestigator, "role": "pi", "study": world.study, "site": world.site}
    subjects.give_role(by=BUILDER, **given, starts_on=world.today())
    return Site.objects.get(pk=world.site.pk)


def wrong_consent(world: World) -> Consent:
    """That of somebody of whom nothing was recorded since."""
    return Consent.objects.filter(site=world.site, subject__screenings__status="pending", status="active")[0]


def open_attempt(world: World) -> Screening:
    return Screening.objects.filter(site=world.site, status="pending", is_current=True)[0]


def failed_long_ago(world: World) -> Subject:
    """Somebody who failed, in a study that asks nobody to wait."""
    study = type(world.study).objects.get(pk=world.study.pk)
    study.rescreen_min_days = 0
    assign_run(by=BUILDER, run=study)
    return Subject.objects.filter(site=world.site, state="screen_failed")[0]


def coming(world: World) -> Appointment:
    """What the canary is booked for besides visits."""
    rows = Appointment.objects.filter(subject=world.canary, status="booked", visit=None, wish="")
    return rows.filter(starts_at__gt=clock.now())[0]


def supplied_order(world: World) -> MedicationOrder:
    """The order of which the canary has a kit in hand."""
    rows = MedicationOrder.objects.filter(subject=world.canary, distributions__status="acknowledged")
    return rows.select_related("product", "subject__site").prefetch_related("holds")[0]


def logged_order(world: World) -> MedicationOrder:
    """The same, once its dose of today was entered."""
    order = supplied_order(world)
    medication.log_dose(by=world.participant, order=order, slot_at=slot_of(world), adherence_status="taken")
    return order


def slot_of(world: World) -> Any:
    """The dose of today."""
    today = world.today()
    due = doses([medications.regimen_of(supplied_order(world))], today, today + timedelta(days=1), ZONE)
    return next(iter(due)).slot_at


def unread(world: World) -> Conversation:
    """The canary's conversation, in which the site has just written."""
    found = of_canary(Conversation, kind="participant")(world)
    messaging.send_message(by=world.coordinator, conversation=found, body="Please call us")
    return found


def closed_account(world: World) -> Any:
    """That of somebody who plays no part, because whoever has it is signed out."""
    person = User.objects.get(email="in-effect-701@trial.test")
    accounts.deactivate_account(by=world.operator, user=person, reason=WHY)
    return person


def invitation(world: World) -> Invitation:
    """One that nobody has answered, and whose link is known."""
    found = Invitation.objects.get(email="sent-701@trial.test")
    found.token_digest = digest_of_token(TOKEN)
    found.save()
    return found


# --- what is typed ----------------------------------------------------------------------------------------------------


def day(days: int = 0) -> str:
    return clock.local(in_days(days), ZONE).date().isoformat()


def day_before(world: World, person: Any) -> str:
    """The day on which a consent was signed in truth."""
    return day(-60)


def minute(days: int = 0, hours: int = 0) -> str:
    """A time at the site as a browser sends it."""
    return clock.local(in_days(days) + timedelta(hours=hours), ZONE).strftime("%Y-%m-%dT%H:%M")


def new_person(world: World, person: Any) -> dict[str, Any]:
    return {
        "full_name": "Noor Haddad",
        "date_of_birth": "1958-02-03",
        "medical_record_number": "MRN-9001",
        "phone": "+1 555 010 0199",
        "email": "noor@home.test",
        "address": "1 Long Lane",
        "sex_at_birth": "M",
        "coordinator": world.coordinator.pk,
        "discussed_at": minute(hours=-2),
        "signed_at": minute(hours=-1),
    }


def other_identity(world: World, person: Any) -> dict[str, Any]:
    return {
        "full_name": "Nour Hadad",
        "date_of_birth": "1959-03-04",
        "medical_record_number": "MRN-9002",
        "phone": "+1 555 010 0198",
        "email": "nour@home.test",
        "address": "2 Long Lane",
        "reason": WHY,
    }


def every_criterion_met(world: World, person: Any) -> dict[str, Any]:
    answers = {f"answer_{pk}": given.answer for pk, given in world.all_met().items()}
    return {**answers, "act": "passed", "decided_on": day(), "notes": "All met at the first look"}


def booking(days: int, place: str, part: str = "coordinator") -> Typed:
    def typed(world: World, person: Any) -> dict[str, Any]:
        return {
            "scheduled_at": minute(days),
            "minutes": "45",
            "coordinator": world.person(part).pk,
            "location": place,
            "move_reason": "illness",
            "reason": WHY,
            "out_of_window_reason": WHY,
        }

    return typed


def new_event(world: World, person: Any) -> dict[str, Any]:
    return {
        "event_term": "Headache",
        "onset": day(-2),
        "severity": "MODERATE",
        "criteria": ["medically_important"],
        "outcome": "NOT RECOVERED/NOT RESOLVED",
        "aware_at": minute(hours=-1),
    }


def other_judgement(world: World, person: Any) -> dict[str, Any]:
    return {
        "severity": "SEVERE",
        "criteria": ["medically_important"],
        "outcome": "NOT RECOVERED/NOT RESOLVED",
        "reason": WHY,
    }


def prescription(amount: str, frequency: str, instructions: str) -> dict[str, Any]:
    return {
        "dose_amount": amount,
        "dose_unit": "mg",
        "units_per_dose": "2",
        "frequency": frequency,
        "instructions": instructions,
        "starts_on": day(),
        "ends_on": day(30),
    }


def new_order(world: World, person: Any) -> dict[str, Any]:
    product = medications.products_of(world.investigator, world.study).order_by("name")[0]
    return {**prescription("27", "BID", "Two in the morning"), "product": product.pk}


def other_order(world: World, person: Any) -> dict[str, Any]:
    """Another medicine, taken another way."""
    draft = of_canary(MedicationOrder, status="draft")(world)
    products = medications.products_of(world.investigator, world.study).exclude(pk=draft.product_id)
    return {**prescription("13", "TID", "Three times a day"), "product": products.order_by("name")[0].pk}


def next_version(world: World, person: Any) -> dict[str, Any]:
    return {**prescription("13", "TID", "Three times a day"), "reason": WHY}


def message(body: str, **more: Any) -> Typed:
    return lambda world, person: {"body": body, "topic": "medication", "files": [file()], **more}


def signed(world: World, person: Any) -> dict[str, Any]:
    return signing.typed(person, of_canary(MedicationOrder, status="draft")(world))


def nothing(world: World, person: Any) -> dict[str, Any]:
    """The act is all there is to it."""
    return {}


def plain(**values: Any) -> Typed:
    """The same for everybody; a callable value is asked when it is typed."""
    return lambda world, person: {name: value() if callable(value) else value for name, value in values.items()}


def naming(name: str, part: str, **values: Any) -> Typed:
    """With somebody of the cast chosen in one field."""
    return lambda world, person: {**plain(**values)(world, person), name: world.person(part).pk}


def appointment(world: World, person: Any) -> dict[str, Any]:
    return {**booking(30, "Room 6")(world, person), "reason": "Blood test repeated"}


def handed_out(world: World, person: Any) -> dict[str, Any]:
    kit = of_canary(Distribution, status="prepared")(world).kit
    return {"kit_number": kit.number, "dispensed_at": minute(hours=-1), "units_dispensed": "30"}


def dose(status: str, **more: Any) -> Typed:
    """What happened to the dose of today."""
    return lambda world, person: {
        **plain(**more)(world, person),
        "slot_at": slot_of(world).isoformat(),
        "adherence_status": status,
    }


def to_colleague(world: World, person: Any) -> dict[str, Any]:
    """For a colleague, about the canary."""
    words = message("Please look at this one")(world, person)
    other = world.investigator if person != world.investigator else world.coordinator
    return {**words, "subject": world.canary.subject_id, "kind": "staff", "addressee": other.pk}


def passed(world: World) -> Subject:
    """Somebody without an account."""
    return Subject.objects.filter(site=world.site, state="screening", screenings__status="passed")[0]


# --- what is read back ------------------------------------------------------------------------------------------------


def canary_id(world: World, person: Any) -> Any:
    return world.canary.pk


def site_id(world: World, person: Any) -> Any:
    return world.site.pk


def study_id(world: World, person: Any) -> Any:
    return world.study.pk


def person_id(world: World, person: Any) -> Any:
    return person.pk


def slot_as_typed(world: World, person: Any) -> Any:
    return slot_of(world)
