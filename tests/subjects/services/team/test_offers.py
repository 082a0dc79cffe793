"""Invitations: by mail, taken up once, in effect when the person was identified."""

import re

import pytest
from django.core import mail

from subjects import services
from subjects.models import AccessRequest, Membership, OfferedRole
from tests.support.cast import BEGAN, BUILDER
from tests.support.days import in_days
from trialcrm.access.roles import Role
from trialcrm.access.scope import scope_of
from trialcrm.audit.acts import SystemActor
from trialcrm.core import clock
from trialcrm.core.decisions import Refused
from trialcrm.users.models import User
from trialcrm.users.selectors import invitation_by_token
from trialcrm.users.services import accept_invitation, create_account, take_invitation

PORTAL = SystemActor("invitation")
GOOD = "a fine long sentence"


@pytest.fixture
def send(trial, django_capture_on_commit_callbacks):
    """Invite somebody to coordinate site 701, or as the facts say; the secret of the link, and the offer."""

    def send(by="investigator", **facts):
        given = {"email": "cora@trial.test", "name": "Cora Reyes", "role": Role.CRC, "site": trial.site, **facts}
        given = {"study": trial.study, "starts_on": BEGAN, "origin": "https://portal.test/", **given}
        with django_capture_on_commit_callbacks(execute=True):
            offer = services.invite(by=getattr(trial, by), **given)
        return offer, re.search(r"invitation/([^/]+)/", mail.outbox[-1].body)[1]

    return send


def accept(token):
    invitation = invitation_by_token(token)
    return accept_invitation(by=PORTAL, invitation=invitation, name="Cora Reyes", password=GOOD)


def test_an_invitation_becomes_an_account_and_after_the_identity_check_a_role(trial, send):
    offer, token = send()
    accept(token)
    cora = User.objects.get(email="cora@trial.test")
    assert not Membership.objects.filter(user=cora).exists()
    offer.refresh_from_db()
    assert offer.status == "accepted"
    services.check_identity(by=trial.investigator, offer=offer, method="document", checked_on=trial.today())
    assert scope_of(cora).may("view_subject", trial.site)
    check = cora.identity_checks.get()
    assert (check.checked_by, check.method, check.checked_on) == (trial.investigator, "document", trial.today())
    assert Membership.objects.get(user=cora).approved_by == trial.investigator


def test_a_check_that_was_said_with_the_invitation_counts(trial, send):
    _offer, token = send(identity_method="known", identity_checked_on=trial.today())
    accept(token)
    cora = User.objects.get(email="cora@trial.test")
    assert cora.identity_checks.get().checked_by == trial.investigator
    assert scope_of(cora).may("view_subject", trial.site)


def test_the_mail_says_nothing_of_study_site_role_or_person(trial, send):
    send()
    said = f"{mail.outbox[-1].subject} {mail.outbox[-1].body}"
    for word in ("TEST-01", "701", "Riverside", "Coordinator", "Cora", "trial for tests"):
        assert word not in said


def test_a_link_works_once(trial, send):
    _offer, token = send()
    accept(token)
    with pytest.raises(Refused, match="spent"):
        accept(token)


def test_a_link_expires(trial, send):
    _offer, token = send()
    with clock.frozen(in_days(8)), pytest.raises(Refused, match="spent"):
        accept(token)


def test_only_the_digest_of_the_link_is_kept(trial, send):
    offer, token = send()
    assert token not in str(offer.invitation.__dict__ | {"token": ""})
    assert not hasattr(offer.invitation.history.first(), "token_digest")


def test_sent_again_the_old_link_is_dead(trial, send, django_capture_on_commit_callbacks):
    offer, old = send()
    with django_capture_on_commit_callbacks(execute=True):
        services.resend(by=trial.investigator, offer=offer, origin="https://portal.test")
    assert invitation_by_token(old) is None
    new = re.search(r"invitation/([^/]+)/", mail.outbox[-1].body)[1]
    assert accept(new).accepted_at


def test_withdrawn_the_link_is_dead_and_the_role_stays_away(trial, send):
    offer, token = send()
    services.withdraw_offer(by=trial.investigator, offer=offer, reason="Somebody else does this.")
    with pytest.raises(Refused, match="spent"):
        accept(token)


def test_somebody_with_an_account_takes_up_the_role_with_it(trial, send):
    _offer, token = send(email=trial.stranger.email)
    with pytest.raises(Refused, match="another address"):
        take_invitation(by=trial.monitor, invitation=invitation_by_token(token))
    take_invitation(by=trial.stranger, invitation=invitation_by_token(token))
    assert scope_of(trial.stranger).may("view_subject", trial.site)


@pytest.mark.parametrize(
    ("by", "facts", "words"),
    [
        ("coordinator", {}, "Only the investigator or the study manager"),
        ("investigator", {"role": Role.PI}, "study manager appoints"),
        ("investigator", {"role": Role.CRA, "site": None}, "Only the investigator"),
        ("manager", {"role": Role.CRA}, "whole study"),
        ("investigator", {"email": "investigator@trial.test"}, "themselves"),
        ("manager", {"email": "monitor@trial.test"}, "other side"),
        ("investigator", {"identity_method": "known"}, "both how and when"),
        ("outsider", {}, "Only the investigator"),
    ],
)
def test_invitations_follow_the_rules_of_roles(trial, send, by, facts, words):
    with pytest.raises(Refused, match=words):
        send(by, **facts)
    assert not OfferedRole.objects.exists()
    assert not mail.outbox


def test_the_first_investigator_is_invited_by_the_study_manager(trial, send):
    offer, _token = send("manager", role=Role.PI)
    assert offer.offered_by == trial.manager


def test_a_coordinator_invites_a_participant_of_the_site(trial, send):
    subject = trial.registered()
    given = {"role": Role.PART, "site": None, "subject": subject, "email": "grace@home.test", "name": "Grace Okafor"}
    offer, token = send("coordinator", identity_method="document", identity_checked_on=trial.today(), **given)
    assert "Grace" not in str(offer)
    accept(token)
    person = User.objects.get(email="grace@home.test")
    assert scope_of(person).subject_ids("own_visits") == {subject.pk}
    assert not scope_of(person).anywhere("view_subject")
    for part in ("outsider", "manager", "monitor"):
        with pytest.raises(Refused):
            send(part, **{**given, "email": "other@home.test"})


def test_nobody_vouches_for_themselves(trial, send):
    offer, token = send("manager", email="new@trial.test", role=Role.CRA, site=None)
    accept_invitation(by=PORTAL, invitation=invitation_by_token(token), name="New Monitor", password=GOOD)
    offer.refresh_from_db()
    with pytest.raises(Refused):
        services.check_identity(by=offer.user, offer=offer, method="known", checked_on=trial.today())


def test_asking_tells_nothing_about_studies(trial):
    person = create_account(by=BUILDER, email="self@trial.test", name="Sel Foster")
    assert services.request_access(by=person, protocol="TEST-01", site_number="701", role=Role.CRC)
    assert services.request_access(by=person, protocol="NOT-THERE", role=Role.CRC) is None
    assert not scope_of(person).roles


def test_a_request_is_granted_with_the_identity_check(trial):
    person = create_account(by=BUILDER, email="self@trial.test", name="Sel Foster")
    services.request_access(by=person, protocol="test-01", site_number="701", role=Role.CRC, words="I start on Monday.")
    request = AccessRequest.objects.get()
    with pytest.raises(Refused, match="how and when"):
        services.grant_request(by=trial.investigator, request=request, starts_on=trial.today())
    services.grant_request(
        by=trial.investigator,
        request=request,
        starts_on=trial.today(),
        method="document",
        checked_on=trial.today(),
    )
    assert scope_of(person).may("view_subject", trial.site)
    with pytest.raises(Refused):
        services.decline_request(by=trial.investigator, request=request, reason="Too late for this.")
