"""Messages, receipts, files and notices in every state: about the canary first, then at the other site."""

from typing import Any

from messaging import services
from messaging.models import Conversation, OutgoingMail
from messaging.services.notices import About, notify
from tests.support.messaging import file

#: What the canary and the site say to each other, what colleagues say about them, and what a file is called.
CANARY_SAYS, COLLEAGUES_SAY, CANARY_FILE = "feather-message: I am well", "feather-colleague: call", "feather-rash.png"


def populate(world: Any) -> None:
    """Call it once the participants have accounts."""
    _at(world, world.canary, world.coordinator, world.investigator, world.participant)
    elsewhere = world.other_site.subjects.filter(identity__isnull=False).order_by("subject_id").first()
    _at(world, elsewhere, world.outsider, world.other_investigator, None)
    OutgoingMail.objects.create(person=world.coordinator, kind="clock_4", status="given_up", failure="TimeoutError")


def _at(world: Any, subject: Any, coordinator: Any, investigator: Any, participant: Any) -> None:
    services.set_site_contact(by=coordinator, site=subject.site, emergency_phone="+1 555 0100", hours="8:00 to 17:00")
    _about_treatment(subject, coordinator, participant)
    aside = COLLEAGUES_SAY if participant else "Call them"
    one = services.start_conversation(
        by=coordinator, subject=subject, topic="general", body=aside, kind="staff", addressee=investigator
    )
    services.read_conversation(by=investigator, conversation=one)
    wrong = services.send_message(by=investigator, conversation=one, body=aside)
    services.retract_message(by=investigator, message=wrong)
    about = About(subject.study_id, subject.site_id, subject.pk, one.pk)
    people = [person for person in (coordinator, investigator, participant) if person]
    notify(people, kind="message_from_colleague", key=f"world-{subject.pk}", about=about, mail=True)


def _about_treatment(subject: Any, coordinator: Any, participant: Any) -> Conversation:
    """With an account the participant writes; without one the site does."""
    words, name = (CANARY_SAYS, CANARY_FILE) if participant else ("I am well", "rash.png")
    one = services.start_conversation(
        by=participant or coordinator, subject=subject, topic="medication", body=words, files=[file(name)]
    )
    if participant:
        services.triage_message(by=coordinator, message=one.messages.get(), triage="needs_reply")
    services.send_message(by=coordinator, conversation=one, body=words)
    if participant:
        services.read_conversation(by=participant, conversation=one)
        services.send_message(by=participant, conversation=one, body=words, files=[file()])
    return one
