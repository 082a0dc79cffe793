"""Ready queries for what people ask most often, to begin with and to change."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Flow:
    """One query with its variables."""

    name: str
    title: str | Promise
    query: str
    variables: str = "{}"


KEY = "00000000-0000-0000-0000-000000000000"
FLOWS = (
    Flow(
        "screening-queue",
        _("Screening queue"),
        """query ScreeningQueue {
  screenings(inQueue: true, orderBy: screening_date_desc, first: 20) {
    totalCount
    nodes {
      id
      screeningStatus
      screeningDate
      subject { subjectId state coordinator { name } }
      study { protocolId }
    }
  }
}""",
    ),
    Flow(
        "study",
        _("Study, participants, visits"),
        """query Study {
  studies(first: 5) {
    nodes {
      protocolId
      title
      subjects(first: 10) {
        nodes {
          subjectId
          state
          visits(first: 10) { nodes { visitType visitStatus dueOn scheduledAt } }
        }
      }
    }
  }
}""",
    ),
    Flow(
        "week",
        _("Appointments of a week"),
        """query Week($week: String!) {
  appointments(week: $week, orderBy: start_at) {
    nodes { startAt endAt status location reason subject { subjectId } provider { name } }
  }
}""",
        '{"week": "2026-W48"}',
    ),
    Flow(
        "messages",
        _("Messages not read"),
        """query Unread {
  messages(isUnread: true, first: 20) {
    nodes { id conversationId body sentAt status isRead }
  }
}""",
    ),
    Flow(
        "message",
        _("Send a message"),
        """mutation Send($input: CreateMessageInput!) {
  createMessage(input: $input) { id status sentAt }
}""",
        f'{{"input": {{"conversationId": "{KEY}", "body": "We will call you today."}}}}',
    ),
    Flow(
        "orders",
        _("Latest order of a participant"),
        """query LatestOrder($patient: UUID!) {
  orders(patient: $patient, first: 1) {
    nodes { drug dosage frequency instructions status startsOn endsOn prescribedBy { name } }
  }
}""",
        f'{{"patient": "{KEY}"}}',
    ),
    Flow(
        "serious",
        _("Serious events"),
        """query Serious {
  adverseEvents(serious: true, first: 20) {
    nodes { eventTerm severity onsetDate status reportDueAt isReportOverdue subject { subjectId } reportedBy { name } }
  }
}""",
    ),
    Flow(
        "visit",
        _("Add a visit"),
        """mutation AddVisit($input: CreateVisitInput!) {
  createVisit(input: $input) { id visitType visitStatus startedOn etag }
}""",
        f"""{{
  "input": {{
    "subjectId": "{KEY}",
    "startedOn": "2026-11-21",
    "unscheduledReason": "adverse_event",
    "visitType": "Check of the skin",
    "kind": "clinic"
  }}
}}""",
    ),
)


def flow_named(name: str) -> Flow:
    """The query of that name, or the first."""
    return next((flow for flow in FLOWS if flow.name == name), FLOWS[0])
