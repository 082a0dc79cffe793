"""What people are told under their bell: the words, where they lead, and what a mail may say of it.

A mail is read where health data may not be: it says that something waits, and never what (GDPR Article 32, 45 CFR
164.312(e)).
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.decisions import Words


class NoticeKind(TextChoices):
    """One value for each thing that can be told; the label is what stands under the bell."""

    MESSAGE_FROM_PARTICIPANT = "message_from_participant", _("A participant wrote to the site team")
    MESSAGE_FROM_SITE = "message_from_site", _("Your site team wrote to you")
    MESSAGE_FROM_COLLEAGUE = "message_from_colleague", _("A colleague wrote about a participant")
    MESSAGE_UNREAD_DAY = "message_unread_day", _("A participant’s message has not been read for a day")
    MESSAGE_UNREAD_LONG = "message_unread_long", _("A participant’s message has not been read for three days")
    EVENT_SERIOUS = "event_serious", _("An adverse event is serious: the 24-hour clock runs")
    EVENT_REPORTED = "event_reported", _("A participant reported a symptom")
    EVENT_TO_ASSESS = "event_to_assess", _("An adverse event waits for the investigator’s assessment")
    EVENT_REPORT_SENT = "event_report_sent", _("A report of a serious event has arrived")
    CLOCK_12 = "clock_12", _("A serious event is to be reported within 12 hours")
    CLOCK_4 = "clock_4", _("A serious event is to be reported within 4 hours")
    CLOCK_OVER = "clock_over", _("The time to report a serious event is over")
    SCREENING_PASSED = "screening_passed", _("Screening passed: the eligibility waits for confirmation")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("A participant withdrew consent")
    VISIT_OVERDUE = "visit_overdue", _("The window of a visit is over and the visit is not done")
    LOT_EXPIRING = "lot_expiring", _("A lot in stock expires within 30 days")
    SIGNING_FAILED = "signing_failed", _("Somebody failed three times to sign; their session was ended")
    ORDER_SIGNED = "order_signed", _("Your medication plan is new or has changed")
    KIT_DISPENSED = "kit_dispensed", _("A box was given to you: tell us that you have it")
    FEEDBACK_GIVEN = "feedback_given", _("Your site team wrote about your medication")
    VISIT_BOOKED = "visit_booked", _("A visit was booked for you")
    VISIT_MOVED = "visit_moved", _("A visit of yours was moved")
    VISIT_CANCELLED = "visit_cancelled", _("A visit of yours was cancelled")


@dataclass(frozen=True, slots=True)
class Look:
    """How a notice is shown: icon, tone, and the name of the address that it leads to (with or without the record)."""

    icon: str
    tone: str
    route: str
    has_record: bool = True


_K = NoticeKind
LOOKS: dict[str, Look] = {
    _K.MESSAGE_FROM_PARTICIPANT: Look("message-square", "info", "messaging:conversation"),
    _K.MESSAGE_FROM_SITE: Look("message-square", "info", "messaging:my-conversation"),
    _K.MESSAGE_FROM_COLLEAGUE: Look("message-square", "info", "messaging:conversation"),
    _K.MESSAGE_UNREAD_DAY: Look("message-square", "warning", "messaging:conversation"),
    _K.MESSAGE_UNREAD_LONG: Look("message-square", "critical", "messaging:conversation"),
    _K.EVENT_SERIOUS: Look("siren", "critical", "safety:event"),
    _K.EVENT_REPORTED: Look("heart-pulse", "warning", "safety:event"),
    _K.EVENT_TO_ASSESS: Look("stethoscope", "warning", "safety:event"),
    _K.EVENT_REPORT_SENT: Look("shield-alert", "info", "safety:event"),
    _K.CLOCK_12: Look("clock", "warning", "safety:event"),
    _K.CLOCK_4: Look("clock", "critical", "safety:event"),
    _K.CLOCK_OVER: Look("clock-alert", "critical", "safety:event"),
    _K.SCREENING_PASSED: Look("clipboard-check", "info", "subjects:screening-attempt"),
    _K.CONSENT_WITHDRAWN: Look("file-x", "critical", "subjects:subject"),
    _K.VISIT_OVERDUE: Look("calendar-x", "critical", "subjects:visit"),
    _K.LOT_EXPIRING: Look("package", "warning", "medications:stock", has_record=False),
    _K.SIGNING_FAILED: Look("shield-alert", "critical", "", has_record=False),
    _K.ORDER_SIGNED: Look("pill", "info", "medications:my-medication", has_record=False),
    _K.KIT_DISPENSED: Look("package-check", "info", "medications:my-medication", has_record=False),
    _K.FEEDBACK_GIVEN: Look("message-circle", "info", "medications:my-medication", has_record=False),
    _K.VISIT_BOOKED: Look("calendar-check", "info", "subjects:my-appointments", has_record=False),
    _K.VISIT_MOVED: Look("calendar-clock", "warning", "subjects:my-appointments", has_record=False),
    _K.VISIT_CANCELLED: Look("calendar-off", "warning", "subjects:my-appointments", has_record=False),
}
#: Everything that a mail may say, whatever it is about: subject and body.
MESSAGE_MAIL: tuple[Words, Words] = (
    _("You have a new message"),
    _("Sign in to the portal to read it. For your privacy this mail does not say what it is about."),
)
NOTICE_MAIL: tuple[Words, Words] = (
    _("Something waits for you in the portal"),
    _("Sign in to the portal to see it. For your privacy this mail does not say what it is about."),
)
_MESSAGES = {_K.MESSAGE_FROM_PARTICIPANT, _K.MESSAGE_FROM_SITE, _K.MESSAGE_FROM_COLLEAGUE}


def mail_words(kind: str) -> tuple[Words, Words]:
    """Subject and body of the mail about a notice."""
    return MESSAGE_MAIL if kind in _MESSAGES else NOTICE_MAIL
