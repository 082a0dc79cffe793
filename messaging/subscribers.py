"""What this app does when something happens below it: it tells people, as the page of `policies/telling.py` says."""

from typing import Any

from messaging import selectors
from messaging.domain.notices import NoticeKind
from messaging.events import MessageSent
from messaging.policies.telling import SIGNING_FAILED, TELLINGS, Telling
from messaging.services.notices import About, notify
from trialcrm.audit import acts
from trialcrm.core.events import announcement
from trialcrm.core.ids import new_id
from trialcrm.users.events import SigningFailed


@announcement(*{line.event for line in TELLINGS})
def tell(event: Any) -> None:
    """Every line of the page that this event meets."""
    for line in TELLINGS:
        if isinstance(event, line.event) and line.when(event):
            _tell(line, event)


def _tell(line: Telling, event: Any) -> None:
    record = getattr(event, line.record)
    about = About(event.study_id, event.site_id, event.subject_id, record)
    notify(_people(line, event), kind=line.kind, key=f"{record}:{_occasion(event)}", about=about, mail=line.mail)


def _people(line: Telling, event: Any) -> list[Any]:
    if line.kind == NoticeKind.MESSAGE_FROM_COLLEAGUE and event.meant_for:
        return selectors.people(event.meant_for)
    return selectors.audience(line.roles, event.study_id, event.site_id, event.subject_id)


def _occasion(event: Any) -> Any:
    """What makes this time another one than the last: the message, or the act that published the event."""
    if isinstance(event, MessageSent):
        return event.message_id
    act = acts.current()
    return act.id if act else new_id()


@announcement(SigningFailed)
def tell_of_failed_signing(event: SigningFailed) -> None:
    """The investigator and whoever runs the portal; not the person, who was just signed out."""
    investigators = selectors.audience(SIGNING_FAILED.roles, event.study_id, event.site_id)
    people = {person.pk: person for person in (*investigators, *selectors.operators()) if person.pk != event.user_id}
    about = About(event.study_id, event.site_id)
    notify(people.values(), kind=SIGNING_FAILED.kind, key=str(new_id()), about=about, mail=SIGNING_FAILED.mail)
