"""A participant's first page, put together from what each app tells of their own; and everything as a file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from medications import selectors as medications
from medications.domain.permissions import Perm as Med
from messaging import selectors as messaging
from messaging.domain.permissions import Perm as Mail
from safety.domain.permissions import Perm as Safe
from subjects import selectors
from subjects.domain.permissions import Perm
from trialcrm.access.scope import Scope, scope_of
from trialcrm.audit.log import note
from trialcrm.core import clock
from trialcrm.pages.frame.parts import address_of, answer_of


@dataclass(frozen=True, slots=True)
class Place:
    """One participation: the study by its short name, the site, and whom to call there."""

    subject: Any
    label: str
    contact: Any


@dataclass(frozen=True, slots=True)
class MyToday:
    """What a participant sees first. A part whose app gives no answer is empty."""

    day: Any
    places: list[Place]
    next_times: list[Any]
    to_book: list[Any]
    medication: Any
    unread: int
    urls: dict[str, str]

    @property
    def has_several(self) -> bool:
        return len(self.places) > 1

    @property
    def doses_open(self) -> list[Any]:
        """Doses of today that can be entered and are not."""
        return [dose for dose in _part_of(self.medication, "today") if dose.is_open and dose.log is None]

    @property
    def doses_entered(self) -> list[Any]:
        return [dose for dose in _part_of(self.medication, "today") if dose.log is not None]


def _part_of(found: Any, name: str) -> list[Any]:
    return list(getattr(found, name)) if found else []


#: The pages that the first page leads to, by the right that opens them.
URLS = {
    "medication": ("medications:my-medication", Med.OWN_MEDICATION),
    "messages": ("messaging:my-messages", Mail.OWN_MESSAGES),
    "write": ("messaging:my-message", Mail.OWN_MESSAGES),
    "appointments": ("subjects:my-appointments", Perm.OWN_VISITS),
    "symptom": ("safety:my-symptom-report", Safe.OWN_SYMPTOMS),
    "record": ("trail:my-record", Perm.OWN_VISITS),
}


def my_today(user: Any) -> MyToday:
    """The day of a participant: doses, the next visit of each study, what to acknowledge, messages, whom to call."""
    scope = scope_of(user)
    subjects = selectors.own_subjects(user)
    times: list[Any] = answer_of(lambda: selectors.own_times(user), [])
    next_times = _first_of_each(times)
    booked = {item.subject_id for item in next_times}
    return MyToday(
        day=clock.today(subjects[0].site.time_zone if subjects else "UTC"),
        places=[_place(subject) for subject in subjects],
        next_times=next_times,
        to_book=[visit for visit in _first_of_each(selectors.own_unbooked(user)) if visit.subject_id not in booked],
        medication=_asked(scope, Med.OWN_MEDICATION, lambda: medications.my_medication(user), None),
        unread=_asked(scope, Mail.OWN_MESSAGES, lambda: _unread(user), 0),
        urls={name: address_of(page) for name, (page, right) in URLS.items() if scope.anywhere(right)},
    )


def _asked(scope: Scope, permission: str, ask: Callable[[], Any], otherwise: Any) -> Any:
    return answer_of(ask, otherwise) if scope.anywhere(permission) else otherwise


def _first_of_each(rows: Iterable[Any]) -> list[Any]:
    """The first of the rows for each participation, in their order."""
    found: dict[Any, Any] = {}
    for row in rows:
        found.setdefault(row.subject_id, row)
    return list(found.values())


def _unread(user: Any) -> int:
    """Conversations in which the site team wrote something that the participant has not read."""
    return messaging.own_conversations(user).filter(has_unread=True).count()


def _place(subject: Any) -> Place:
    contact = answer_of(lambda: messaging.site_contact(subject.site_id), None)
    return Place(subject, subject.study.short_title or subject.study.protocol_id, contact)


def my_data(user: Any) -> dict[str, Any]:
    """Everything of one's own that the portal gives, as plain data; that it was taken is logged (GDPR Article 15).

    Nothing that would tell the treatment, and no words of staff among themselves.
    """
    subjects = selectors.own_subjects(user)
    scope = scope_of(user)
    found = {
        "written_at": clock.now().isoformat(),
        "participations": [_participation(subject) for subject in subjects],
        "consents": [consent._asdict() for consent in selectors.own_consents(user)],
        "visits": selectors.own_visit_lines(user),
        "appointments": selectors.own_appointment_lines(user),
        "medication": _asked(scope, Med.OWN_MEDICATION, lambda: _medication(user), []),
    }
    for subject in subjects:
        note("record.exported", _("Own data taken as a file"), by=user, about=subject, facts={"format": "json"})
    return found


def _participation(subject: Any) -> dict[str, Any]:
    return {
        "participant": subject.subject_id,
        "study": subject.study.protocol_id,
        "title": subject.study.title,
        "site": subject.site.name,
        "consented_on": _iso(subject.consented_on),
        "first_dose_on": _iso(subject.first_dose_on),
        "last_dose_on": _iso(subject.last_dose_on),
        "ended_on": _iso(subject.ended_on),
    }


def _iso(value: Any) -> str:
    return value.isoformat() if value else ""


def _medication(user: Any) -> list[dict[str, Any]]:
    """The participant's own orders and dose entries, by medicine as the label names it."""
    return [
        {
            "study": item.protocol_id,
            "medicine": item.product.name,
            "orders": [_order(order) for order in item.orders],
            "kits": [_kit(handed) for handed in item.distributions],
            "doses": [_dose(entry, item.zone) for entry in item.entries],
        }
        for item in medications.adherence(user, permission=Med.OWN_MEDICATION)
    ]


def _order(order: Any) -> dict[str, str]:
    return {
        "dose": f"{order.dose_amount.normalize():f} {order.dose_unit}",
        "how_often": order.get_frequency_display(),
        "instructions": order.instructions,
        "from": _iso(order.starts_on),
        "until": _iso(order.ended_on or order.ends_on),
        "status": order.status,
    }


def _kit(handed: Any) -> dict[str, str]:
    return {"given_on": _iso(handed.dispensed_on), "returned_on": _iso(handed.returned_on), "status": handed.status}


def _dose(entry: Any, zone: str) -> dict[str, str]:
    due = clock.local(entry.slot_at, zone).isoformat(timespec="minutes") if entry.slot_at else ""
    return {"due_at": due, "status": str(entry.status)}
