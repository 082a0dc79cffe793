"""Invitations, requests and lines of the delegation log in each state, here and at the other site."""

from datetime import timedelta
from typing import Any

from subjects import services
from subjects.models import AccessRequest, Membership, OfferedRole, Site
from tests.support.cast import BEGAN
from trialcrm.access.roles import Role
from trialcrm.api.services.tokens import create_token, issue_token, make_service_account, revoke_token
from trialcrm.audit.acts import SystemActor
from trialcrm.core import clock
from trialcrm.users.services import accept_invitation, create_account
from trialcrm.users.services.proofs import witnessed

BUILDER = SystemActor("test world")
WHY = "No longer needed here."


def populate(world: Any) -> None:
    """Each table of accounts and teams in each state at site 701, the canary's first, and at site 702."""
    for site, part, investigator in (
        (world.site, "coordinator", "investigator"),
        (world.other_site, "outsider", "other_investigator"),
    ):
        _lines(world, getattr(world, part), getattr(world, investigator))
        _offers(world, site, getattr(world, part), getattr(world, investigator))
        _requests(world, site, getattr(world, investigator))
    _tokens(world)


def _lines(world: Any, delegate: Any, investigator: Any) -> None:
    """Besides the signed line of the cast: one proposed, accepted, ended and withdrawn."""
    held = Membership.objects.select_related("user", "study", "site").get(user=delegate)
    for last in ("proposed", "accepted", "ended", "withdrawn"):
        entry = services.propose_entry(
            by=investigator, membership=held, tasks=["T14"], starts_on=BEGAN, training="Site file 3.1"
        )
        if last == "withdrawn":
            services.withdraw_entry(by=investigator, entry=entry, reason=WHY)
        if last in ("accepted", "ended"):
            entry = services.accept_entry(by=delegate, entry=entry, proof=witnessed(delegate, entry))
        if last == "ended":
            proof = witnessed(investigator, entry)
            entry = services.authorise_entry(by=investigator, entry=entry, proof=proof)
            services.end_entry(by=investigator, entry=entry, reason=WHY)


def _offers(world: Any, site: Site, coordinator: Any, investigator: Any) -> None:
    """An invitation that is open, accepted, taken up and withdrawn; and one to a participant, the canary here."""
    canary = getattr(world, "canary", None)
    subject = canary if canary and canary.site_id == site.pk else site.subjects.order_by("subject_id").first()
    name = "Canary Zebra" if subject == canary else "Una Thornton"
    services.invite(
        by=coordinator,
        email=f"invited-{site.number}@home.test" if subject != canary else "invited@canary.example",
        name=name,
        role=Role.PART,
        study=site.study,
        subject=subject,
        starts_on=BEGAN,
    )
    for state in ("sent", "accepted", "in-effect", "withdrawn"):
        checked = {"identity_method": "known", "identity_checked_on": BEGAN} if state == "in-effect" else {}
        offer = services.invite(
            by=investigator,
            email=f"{state}-{site.number}@trial.test",
            name=f"Person {state}",
            role=Role.CRC,
            study=site.study,
            site=site,
            starts_on=BEGAN,
            **checked,
        )
        if state in ("accepted", "in-effect"):
            accept_invitation(
                by=BUILDER, invitation=offer.invitation, name="New Person", password="a fine long sentence"
            )
        if state == "withdrawn":
            services.withdraw_offer(by=investigator, offer=OfferedRole.objects.get(pk=offer.pk), reason=WHY)


def _tokens(world: Any) -> None:
    """A program that reads the study, with tokens that are valid, expiring, expired and revoked; and people's own."""
    until = clock.today("UTC") + timedelta(days=90)
    first = make_service_account(
        by=world.manager, study=world.study, account_name="A program", role=Role.INSP, name="valid", expires_on=until
    )
    facts = {"study": world.study, "account": first.owner}
    issue_token(by=world.manager, **facts, name="expiring", expires_on=until - timedelta(days=80))
    revoke_token(by=world.manager, token=issue_token(by=world.manager, **facts, name="revoked", expires_on=until))
    with clock.frozen(clock.now() - timedelta(days=60)):
        issue_token(by=world.manager, **facts, name="expired", expires_on=until - timedelta(days=120))
    create_token(by=world.coordinator, name="Export of my site", verbs=["read"], expires_on=until)
    create_token(by=world.participant, name="Phone of Canary Zebra", verbs=["read"], expires_on=until)


def _requests(world: Any, site: Site, investigator: Any) -> None:
    """A request that is open, one granted, one declined."""
    for state in ("open", "granted", "declined"):
        email = f"asks-{state}-{site.number}@trial.test"
        person = create_account(by=BUILDER, email=email, name=f"Asks {state}")
        services.request_access(by=person, protocol=site.study.protocol_id, site_number=site.number, role=Role.CRC)
        request = AccessRequest.objects.get(user=person)
        if state == "granted":
            services.grant_request(by=investigator, request=request, starts_on=BEGAN, method="known", checked_on=BEGAN)
        if state == "declined":
            services.decline_request(by=investigator, request=request, reason=WHY)
