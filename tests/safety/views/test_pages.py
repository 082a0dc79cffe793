"""The pages of adverse events, through the front door."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from safety import services
from safety.domain.assessments import Causality
from safety.models import AdverseEvent, AEAssessment, SafetyReport
from tests.support.cast import PASSWORD
from tests.support.safety import followed, judged, recorded, serious, signed, told
from trialcrm.core import clock
from trialcrm.core.partial_dates import parse_partial_date
from trialcrm.users.selectors.signatures import digest_of_record


@pytest.fixture
def subject(trial):
    return trial.on_treatment(first_dose_days_ago=20, full_name="Canary Zebra")


@pytest.fixture
def coordinator(client, trial):
    client.force_login(trial.coordinator)
    return client


@pytest.fixture
def investigator(client, trial):
    client.force_login(trial.investigator)
    return client


def url(name: str, record=None) -> str:
    return reverse(f"safety:{name}", args=[record.pk] if record else [])


def text(response) -> str:
    return response.content.decode()


def entry(**changed):
    now = clock.local(clock.now() - timedelta(minutes=10), "America/New_York")
    return {
        "event_term": "Headache",
        "onset": f"{now:%Y-%m-%d}",
        "learned_from": "call",
        "aware_at": f"{now:%Y-%m-%dT%H:%M}",
        "severity": "MILD",
        "outcome": "NOT RECOVERED/NOT RESOLVED",
        **changed,
    }


# --- entering ---------------------------------------------------------------------------------------------------------


def test_an_event_is_entered_and_stands_on_the_chart(coordinator, subject):
    assert "No adverse event so far" in text(coordinator.get(url("subject-events", subject)))
    answer = coordinator.post(url("event-record", subject), entry())
    assert answer.status_code == 303
    page = text(coordinator.get(url("subject-events", subject)))
    assert "E01 Headache" in page
    assert "Canary Zebra" in page


def test_without_script_a_serious_event_asks_for_the_admission_at_the_next_step(coordinator, subject):
    answer = coordinator.post(url("event-record", subject), entry(criteria=["hospitalisation"]))
    assert answer.status_code == 422
    assert "Say when the participant was admitted." in text(answer)
    assert 'name="admitted"' in text(answer)
    given = entry(criteria=["hospitalisation"], admitted=entry()["onset"])
    assert coordinator.post(url("event-record", subject), given).status_code == 303
    event = AdverseEvent.objects.get()
    assert (event.is_serious, event.status, event.serious_since) == (True, "under_review", event.aware_at)


def test_ticking_a_criterion_shows_the_serious_part_at_once(coordinator, subject):
    part = url("event-serious-part", subject)
    assert 'name="admitted"' not in text(coordinator.post(part, entry()))
    shown = text(coordinator.post(part, entry(criteria=["disability"])))
    assert 'name="serious_since"' in shown
    assert "within 24 hours" in shown
    assert not AdverseEvent.objects.exists()


def test_what_was_typed_is_kept_when_it_is_not_accepted(coordinator, subject):
    answer = coordinator.post(url("event-record", subject), entry(event_term="Migraine with aura", severity=""))
    assert answer.status_code == 422
    assert "Migraine with aura" in text(answer)


def test_the_name_of_the_participant_is_refused_in_words_that_the_sponsor_reads(coordinator, subject):
    answer = coordinator.post(url("event-record", subject), entry(narrative="Zebra fell on the stairs"))
    assert answer.status_code == 422
    assert "Write the participant id instead" in text(answer)


def test_a_draft_is_taken_up_with_the_reporters_words(client, trial, subject):
    client.force_login(trial.pharmacist)
    given = {name: value for name, value in entry().items() if name in ("event_term", "onset", "aware_at")}
    assert client.post(url("event-report", subject), given).status_code == 303
    draft = AdverseEvent.objects.get()
    assert client.get(draft.get_absolute_url()).status_code == 403
    client.force_login(trial.coordinator)
    assert "Headache" in text(client.get(url("event-confirm", draft)))
    assert client.post(url("event-confirm", draft), entry(learned_from="pharmacy")).status_code == 303
    draft.refresh_from_db()
    assert (draft.status, draft.reported_by) == ("open", trial.pharmacist)


# --- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["monitor", "safety", "manager", "inspector"])
def test_the_sponsors_side_reads_coded_data(client, trial, subject, part):
    event = serious(trial.coordinator, subject)
    client.force_login(getattr(trial, part))
    for address in (url("events"), event.get_absolute_url(), url("subject-events", subject)):
        page = text(client.get(address))
        assert "Syncope" in page
        assert "Zebra" not in page
    assert client.get(url("event-record", subject)).status_code == 403
    assert client.get(url("review")).status_code == 403


def test_an_event_of_another_site_does_not_exist(client, trial, subject):
    event = serious(trial.coordinator, subject)
    client.force_login(trial.outsider)
    for name in ("event", "event-change", "event-assess", "event-correct", "event-void", "event-send-report"):
        assert client.get(url(name, event)).status_code == 404
    client.force_login(trial.other_investigator)
    for name in ("event-sign", "event-assess-medically", "event-return", "event-close"):
        assert client.get(url(name, event)).status_code == 404


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_its_address(coordinator, trial, subject):
    serious(trial.coordinator, subject)
    recorded(trial.coordinator, subject, event_term="Itching", seen_as={"severity": "SEVERE"})
    cases = {
        "serious=yes": ("Syncope", "Itching"),
        "serious=no": ("Itching", "Syncope"),
        "severity=SEVERE": ("Itching", "Syncope"),
        "status=under_review": ("Syncope", "Itching"),
        "q=itch": ("Itching", "Syncope"),
        f"site={trial.site.pk}&status=open": ("Itching", "Syncope"),
        f"study={trial.study.pk}&causality=none&severity=MILD": ("Syncope", "Itching"),
    }
    for query, (shown, hidden) in cases.items():
        page = text(coordinator.get(f"{url('events')}?{query}"))
        assert shown in page, query
        assert hidden not in page, query


def test_the_list_leaves_as_a_table_of_coded_data(coordinator, trial, subject):
    serious(trial.coordinator, subject)
    lines = b"".join(coordinator.get(f"{url('events')}?format=csv").streaming_content).decode()
    assert "Syncope,".strip(",") in lines
    assert "701-001,E01" in lines
    assert "Zebra" not in lines


# --- review -----------------------------------------------------------------------------------------------------------


def test_the_queue_is_ordered_by_the_time_left(investigator, trial, subject):
    recorded(trial.coordinator, subject, event_term="Third", seen_as={"severity": "MODERATE"})
    services.ask_review(by=trial.coordinator, event=AdverseEvent.objects.get())
    serious(trial.coordinator, subject, event_term="Second", aware_at=clock.now() - timedelta(hours=2))
    serious(trial.coordinator, subject, event_term="First", aware_at=clock.now() - timedelta(hours=20))
    serious(trial.coordinator, subject, event_term="Late", aware_at=clock.now() - timedelta(hours=30))
    page = text(investigator.get(url("review")))
    places = [page.index(f">{term}<") for term in ("Late", "First", "Second", "Third")]
    assert places == sorted(places)
    assert "6 h 00 min late" in page or "5 h 59 min late" in page or "6 h" in page
    assert "Late" in text(investigator.get(f"{url('review')}?part=overdue"))


def test_an_event_is_assessed_signed_and_reported_on_two_pages(investigator, trial, subject):
    event = serious(trial.coordinator, subject)
    form = investigator.get(url("event-assess-medically", event)).context["form"]
    given = {
        "assessed_on": trial.today().isoformat(),
        "severity": "SEVERE",
        "criteria": ["medically_important"],
        "causality": Causality.POSSIBLE,
        "action_taken": "DOSE NOT CHANGED",
        "outcome": "NOT RECOVERED/NOT RESOLVED",
    }
    assert "causality" in form.fields
    answer = investigator.post(url("event-assess-medically", event), given)
    assert answer["Location"] == url("event-sign", event)
    page = text(investigator.get(url("event-sign", event)))
    assert "Possibly" in page
    assessment = AEAssessment.objects.get(is_medical=True)
    proof = {
        "password": PASSWORD,
        "shown": digest_of_record(assessment),
        "sends_report": "on",
        "email": trial.investigator.email,
    }
    assert investigator.post(url("event-sign", event), {**proof, "password": "wrong"}).status_code == 422
    assert investigator.post(url("event-sign", event), proof).status_code == 303
    event.refresh_from_db()
    assert event.status == "follow_up"
    assert SafetyReport.objects.get().is_on_time
    assert "Causality assessed" in text(investigator.get(event.get_absolute_url()))


def test_an_edited_assessment_shows_its_signature_as_changed(investigator, trial, subject):
    event = followed(trial.investigator, serious(trial.coordinator, subject))
    services.change_event(
        by=trial.coordinator, event=event, told=told(subject, event_term="Fall"), reason="Letter of the hospital"
    )
    page = text(investigator.get(event.get_absolute_url()))
    assert "changed since signing" in page
    assert "Syncope" in page
    services.send_report(by=trial.coordinator, event=event)
    assert "Sign again" in text(investigator.get(url("review")))


def test_mild_events_are_closed_together_with_one_password(investigator, trial, subject):
    for _turn in range(2):
        event = recorded(trial.coordinator, subject)
        end = parse_partial_date(trial.today().isoformat())
        services.resolve_event(by=trial.coordinator, event=event, outcome="RECOVERED/RESOLVED", end=end)
    form = investigator.get(url("close-together")).context["form"]
    picked = [key for key, _label in form.fields["events"].choices]
    given = {"events": picked, "password": PASSWORD, "email": trial.investigator.email}
    assert investigator.post(url("close-together"), given).status_code == 303
    assert set(AdverseEvent.objects.values_list("status", flat=True)) == {"closed"}


def test_every_dialog_opens_and_refuses_nothing_it_should_not(investigator, trial, subject):
    event = recorded(trial.coordinator, subject)
    for name in ("event-change", "event-assess", "event-correct", "event-ask-review", "event-resolve", "event-void"):
        assert investigator.get(url(name, event), HTTP_HX_REQUEST="true").status_code == 200, name
    event = serious(trial.coordinator, subject)
    for name in ("event-return", "event-send-report"):
        assert investigator.get(url(name, event), HTTP_HX_REQUEST="true").status_code == 200, name
    answer = investigator.post(url("event-void", event), {"reason": "Entered for the wrong participant"})
    assert answer.status_code == 303


# --- reports ----------------------------------------------------------------------------------------------------------


def test_the_sponsor_receives_acknowledges_and_judges(client, trial, subject):
    event = followed(trial.investigator, serious(trial.coordinator, subject))
    report = services.send_report(by=trial.coordinator, event=event)
    client.force_login(trial.safety)
    page = text(client.get(report.get_absolute_url()))
    assert "Syncope" in page
    assert "Zebra" not in page
    assert client.post(url("report-receive", report)).status_code == 303
    assert client.post(url("report-acknowledge", report)).status_code == 303
    given = {"causality": "NOT RELATED", "is_expected": "no", "rationale": "No drug was on board"}
    assert client.post(url("event-sponsor-assessment", event), given).status_code == 303
    page = text(client.get(event.get_absolute_url()))
    assert "No drug was on board" in page
    assert "Possibly" in page
    assert "due at the authority" in page


# --- cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["review", "events", "subject-events"])
def test_a_page_costs_the_same_for_two_events_and_for_eight(investigator, trial, subject, name):
    address = url(name, subject) if name == "subject-events" else url(name)
    for _turn in range(2):
        signed_one(trial, subject)
    with CaptureQueriesContext(connection) as few:
        investigator.get(address)
    for _turn in range(3):
        signed_one(trial, subject)
    with CaptureQueriesContext(connection) as many:
        investigator.get(address)
    assert len(many) == len(few)


def signed_one(trial, subject):
    event = serious(trial.coordinator, subject)
    recorded(trial.coordinator, subject)
    judged(trial.investigator, event)
    signed(trial.investigator, event)
