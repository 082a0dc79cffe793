"""What participants and site teams write to each other, and staff among themselves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from messaging import services
from messaging.domain.conversations import ConversationKind, Topic, Triage
from messaging.domain.notices import NoticeKind
from messaging.models import Conversation
from messaging.services.notices import About, notify
from subjects.domain.participation import SubjectState
from subjects.models import Subject
from trialcrm.access.roles import Role

from .clockwork import Story
from .world import PLACES, Team, World

_PHONES = {"USA": "+1 585 555 0142", "GBR": "+44 113 496 0142", "AUS": "+61 2 5550 0142"}
_HOURS = "Monday to Friday, 8:00 to 17:00"
#: What staff ask each other, and what is answered; some still wait.
_AMONG_STAFF = (
    (Topic.MEDICATION, "The count at the last visit was two short. Has anybody spoken about it?", "Yes, on the phone."),
    (Topic.APPOINTMENT, "Can the next visit be before ten? The transport comes early.", ""),
    (Topic.WELLBEING, "Looked tired last week. Please ask about sleep at the next visit.", "I will, thank you."),
)
_TO_PARTICIPANTS = (
    (Topic.APPOINTMENT, "Please eat nothing from 8 pm the evening before your next visit."),
    (Topic.PAPERS, "Your travel costs have been paid. Please bring the next receipts with you."),
)


def talks(world: World) -> Iterator[Story]:
    """The conversations of each site, and those of the participant who looks at the portal."""
    for place in PLACES:
        yield _at_site(world, place.number, _PHONES[place.country])
    yield _of_the_participant(world)


def _at_site(world: World, number: str, phone: str) -> Story:
    yield world.now - timedelta(days=40)
    site, team = world.sites[number], world.team(number)
    services.set_site_contact(by=team.coordinator, site=site, emergency_phone=phone, hours=_HOURS)
    yield world.now - timedelta(days=6)
    treated = list(Subject.objects.filter(site=site, state=SubjectState.ON_TREATMENT).order_by("subject_id")[:5])
    for subject, (topic, body) in zip(treated, _TO_PARTICIPANTS, strict=False):
        services.start_conversation(by=team.coordinator, subject=subject, topic=topic, body=body)
        yield world.now - timedelta(days=5)
    for subject, words in zip(treated[2:], _AMONG_STAFF, strict=False):
        yield from _among_staff(world, team, subject, words)


def _among_staff(world: World, team: Team, subject: Subject, words: tuple[Topic, str, str]) -> Story:
    topic, question, answer = words
    yield world.now - timedelta(days=3)
    kind, asks, answers = ConversationKind.STAFF, team.coordinator, team.investigator
    one = services.start_conversation(
        by=asks, subject=subject, topic=topic, body=question, kind=kind, addressee=answers
    )
    _tell([answers], NoticeKind.MESSAGE_FROM_COLLEAGUE, one)
    if answer:
        yield world.now - timedelta(days=2)
        services.send_message(by=answers, conversation=one, body=answer)
        _tell([asks], NoticeKind.MESSAGE_FROM_COLLEAGUE, one)


def _of_the_participant(world: World) -> Story:
    yield world.now - timedelta(days=4)
    found = _participant(world)
    if found is None:
        return
    person, subject = found
    team = world.team(subject.site.number)
    yield from _answered(world, team, person, subject)
    yield from _waiting(world, team, person, subject)


def _participant(world: World) -> tuple[Any, Subject] | None:
    """The participant of the cast, once they have an account."""
    for person in world.users.values():
        own = person.memberships.filter(role=Role.PART).select_related("subject__site", "subject__study").first()
        if own and own.subject:
            return person, own.subject
    return None


def _answered(world: World, team: Team, person: Any, subject: Subject) -> Story:
    one = services.start_conversation(
        by=person, subject=subject, topic=Topic.MEDICATION, body="May I take paracetamol for a headache?"
    )
    yield world.now - timedelta(days=3, hours=20)
    services.read_conversation(by=team.coordinator, conversation=one)
    services.triage_message(by=team.coordinator, message=one.messages.get(), triage=Triage.MEDICATION_QUESTION)
    body = "Yes, up to three a day. Please write each one into your diary."
    services.send_message(by=team.coordinator, conversation=one, body=body, files=[_leaflet()])
    _tell([person], NoticeKind.MESSAGE_FROM_SITE, one)
    yield world.now - timedelta(days=3, hours=18)
    services.read_conversation(by=person, conversation=one)
    services.send_message(by=person, conversation=one, body="Thank you, that helps.")


def _waiting(world: World, team: Team, person: Any, subject: Subject) -> Story:
    yield world.now - timedelta(hours=3)
    body = "The skin under the patch is red and itches since yesterday. Should I go on?"
    one = services.start_conversation(by=person, subject=subject, topic=Topic.WELLBEING, body=body)
    _tell([team.coordinator, team.investigator], NoticeKind.MESSAGE_FROM_PARTICIPANT, one)


def _leaflet() -> SimpleUploadedFile:
    text = "Other medicines\n\nPlease write down what you take, how much of it, and when.\n"
    return SimpleUploadedFile("other-medicines.txt", text.encode())


def _tell(people: list[Any], kind: NoticeKind, one: Conversation) -> None:
    """Nobody listens while the past is told; what is recent still stands under the bell."""
    about = About(one.study_id, one.site_id, one.subject_id, one.pk)
    notify(people, kind=kind, key=f"{one.pk}:{one.last_at}", about=about, mail=False)
