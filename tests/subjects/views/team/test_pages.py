"""The pages of teams and of the delegation log, through the front door."""

import pytest
from django.core import mail
from django.urls import reverse

from subjects import services
from subjects.models import AccessRequest, DelegationEntry, Membership, OfferedRole
from tests.support.cast import BEGAN, PASSWORD
from tests.support.signing import proof_for, typed
from trialcrm.access.roles import Role

READERS = ("coordinator", "investigator", "subinvestigator", "monitor", "manager", "inspector")
OTHERS = ("pharmacist", "unblinded_pharmacist", "safety", "stranger", "operator")


@pytest.fixture
def as_(client, trial):
    def sign_in(part):
        client.force_login(getattr(trial, part))
        return client

    return sign_in


def site_team(trial):
    return reverse("subjects:site-team", args=[trial.site.pk])


def proposed(trial, tasks=("T05",)):
    membership = Membership.objects.get(user=trial.coordinator)
    return services.propose_entry(
        by=trial.investigator, membership=membership, tasks=tasks, starts_on=trial.today(), training="Site file 3.1"
    )


@pytest.mark.parametrize("part", READERS)
def test_the_team_and_its_log_are_read(as_, trial, part):
    page = as_(part).get(site_team(trial))
    assert page.status_code == 200
    assert "Nora Lindqvist" in page.content.decode()
    assert "T01 T04 T05" in page.content.decode()


@pytest.mark.parametrize("part", OTHERS)
def test_others_do_not_come_in(as_, trial, part):
    assert as_(part).get(site_team(trial)).status_code == 403


def test_the_team_of_another_site_does_not_exist(as_, trial):
    assert as_("outsider").get(site_team(trial)).status_code == 404
    entry = DelegationEntry.objects.get(user=trial.coordinator)
    assert as_("outsider").get(reverse("subjects:delegation-entry", args=[entry.pk])).status_code == 404


@pytest.mark.parametrize("part", ["monitor", "manager", "inspector"])
def test_the_sponsors_side_and_inspectors_read_the_log_and_write_nothing_in_it(as_, trial, part):
    entry = proposed(trial)
    browser = as_(part)
    page = browser.get(entry.get_absolute_url()).content.decode()
    assert "Training evidence" in page
    for name in ("sign", "end", "withdraw", "change"):
        answer = browser.post(reverse(f"subjects:delegation-{name}", args=[entry.pk]), {"reason": "No reason at all."})
        assert answer.status_code == 403
    entry.refresh_from_db()
    assert entry.status == "proposed"


def test_both_signatures_stand_under_a_line(as_, trial):
    entry = DelegationEntry.objects.get(user=trial.coordinator)
    page = as_("monitor").get(entry.get_absolute_url()).content.decode()
    for words in ("Accepted", "Authorised", "Nora Lindqvist", "Dr Hana Ito"):
        assert words in page


def test_a_line_is_written_accepted_signed_and_ended_in_the_browser(as_, trial):
    membership = Membership.objects.get(user=trial.coordinator)
    held = DelegationEntry.objects.get(user=trial.coordinator)
    services.end_entry(by=trial.investigator, entry=held, reason="Written anew on a new page.")
    visits = reverse("subjects:subject-register")
    assert as_("coordinator").get(visits).status_code == 403

    browser = as_("investigator")
    line = {"tasks": ["T01", "T05"], "starts_on": str(trial.today()), "training": "Site file 3.2"}
    answer = browser.post(reverse("subjects:role-delegate", args=[membership.pk]), line)
    assert answer.status_code == 303
    entry = DelegationEntry.objects.get(status="proposed")

    browser = as_("coordinator")
    accept = reverse("subjects:delegation-accept", args=[entry.pk])
    assert "Enter and correct data" in browser.get(accept).content.decode()
    wrong = browser.post(accept, typed(trial.coordinator, entry, password="not the password"))
    assert wrong.status_code == 422
    assert browser.post(accept, typed(trial.coordinator, entry)).status_code == 303
    assert browser.get(visits).status_code == 403

    browser = as_("investigator")
    entry.refresh_from_db()
    sign = reverse("subjects:delegation-sign", args=[entry.pk])
    assert browser.post(sign, typed(trial.investigator, entry)).status_code == 303
    assert as_("coordinator").get(visits).status_code == 200

    browser = as_("investigator")
    end = reverse("subjects:delegation-end", args=[entry.pk])
    assert browser.post(end, {"reason": "short"}).status_code == 422
    assert browser.post(end, {"reason": "Leaves the department."}).status_code == 303
    assert as_("coordinator").get(visits).status_code == 403


def test_a_pharmacist_reads_and_accepts_their_own_line_only(as_, trial):
    other = proposed(trial)
    membership = Membership.objects.get(user=trial.pharmacist)
    entry = services.propose_entry(
        by=trial.investigator, membership=membership, tasks=["T07"], starts_on=trial.today(), training="Site file 3.1"
    )
    browser = as_("pharmacist")
    assert "Read and accept" in browser.get(reverse("subjects:my-team")).content.decode()
    accept = reverse("subjects:delegation-accept", args=[entry.pk])
    assert browser.get(accept).status_code == 200
    assert browser.post(accept, typed(trial.pharmacist, entry)).status_code == 303
    assert browser.get(reverse("subjects:delegation-accept", args=[other.pk])).status_code == 404


def test_a_dead_button_says_why(as_, trial):
    entry = proposed(trial)
    page = as_("investigator").get(entry.get_absolute_url()).content.decode()
    assert "has not accepted these tasks yet" in page


def test_an_invitation_is_sent_from_the_team(as_, trial, django_capture_on_commit_callbacks):
    browser = as_("investigator")
    invite = reverse("subjects:site-invite", args=[trial.site.pk])
    facts = {"name": "Cora Reyes", "email": "cora@trial.test", "role": "crc", "starts_on": str(trial.today())}
    assert browser.post(invite, {**facts, "email": "nobody"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(invite, facts).status_code == 303
    assert mail.outbox[-1].bcc == ["cora@trial.test"]
    page = browser.get(site_team(trial)).content.decode()
    assert "Cora Reyes" in page
    offer = OfferedRole.objects.get()
    for name in ("resend", "withdraw", "identify"):
        assert browser.get(reverse(f"subjects:offer-{name}", args=[offer.pk])).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(reverse("subjects:offer-resend", args=[offer.pk]), {}).status_code == 303
    early = {"method": "known", "checked_on": str(trial.today())}
    assert browser.post(reverse("subjects:offer-identify", args=[offer.pk]), early).status_code == 422


def test_the_invitation_of_a_participant_is_seen_by_those_who_may_know_them(as_, trial):
    subject = trial.registered()
    browser = as_("coordinator")
    invite = reverse("subjects:participant-invite", args=[trial.site.pk])
    facts = {
        "subject": str(subject.pk),
        "name": "Canary Zebra",
        "email": "zebra@canary.example",
        "starts_on": str(trial.today()),
    }
    assert browser.post(invite, facts).status_code == 303
    assert "Canary Zebra" in browser.get(site_team(trial)).content.decode()
    offer = OfferedRole.objects.get()
    for part in ("monitor", "manager", "inspector"):
        assert "Zebra" not in as_(part).get(site_team(trial)).content.decode()
        assert as_(part).get(reverse("subjects:offer-withdraw", args=[offer.pk])).status_code == 404


def test_the_sponsors_people_are_looked_after_by_the_study_manager(as_, trial):
    page = as_("manager").get(reverse("subjects:study-team", args=[trial.study.pk]))
    assert "Max Ferro" in page.content.decode()
    give = reverse("subjects:study-role-give", args=[trial.study.pk])
    assert as_("investigator").get(give).status_code == 403
    browser = as_("manager")
    facts = {"user": str(trial.monitor.pk), "role": "spsaf", "starts_on": str(BEGAN), "reason": "Covers for Sam."}
    assert browser.post(give, facts).status_code == 303
    held = Membership.objects.get(user=trial.monitor, role=Role.SPSAF)
    change = reverse("subjects:role-change", args=[held.pk])
    assert browser.post(change, {"starts_on": str(BEGAN), "reason": "A longer absence."}).status_code == 303
    end = reverse("subjects:role-end", args=[held.pk])
    assert browser.post(end, {"ends_on": str(trial.today()), "reason": "Sam is back."}).status_code == 303
    held.refresh_from_db()
    assert held.ends_on == trial.today()


def test_somebody_without_a_role_asks_and_is_answered(as_, trial):
    browser = as_("stranger")
    mine = reverse("subjects:my-team")
    assert "No role yet" in browser.get(mine).content.decode()
    ask = {"protocol": "TEST-01", "site_number": "701", "role": "crc", "words": "I start on Monday."}
    same = [browser.post(mine, {**ask, **other}, follow=True).content for other in ({}, {"protocol": "NOT-THERE"})]
    assert all(b"If there is such a study" in answer for answer in same)
    browser = as_("investigator")
    assert "I start on Monday." in browser.get(site_team(trial)).content.decode()
    request = AccessRequest.objects.get()
    decline = reverse("subjects:access-decline", args=[request.pk])
    assert browser.post(decline, {"reason": "Ask the other hospital, please."}).status_code == 303
    assert "Ask the other hospital" in as_("stranger").get(mine).content.decode()


def test_a_changed_line_is_shown_as_changed(as_, trial):
    entry = proposed(trial)
    services.accept_entry(by=trial.coordinator, entry=entry, proof=proof_for(trial.coordinator, entry))
    change = reverse("subjects:delegation-change", args=[entry.pk])
    assert as_("investigator").get(change).status_code == 403
    assert PASSWORD
