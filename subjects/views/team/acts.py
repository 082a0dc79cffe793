"""Acts on roles, invitations, requests and lines of the delegation log: each asks its rule and tells a service.

They differ in little but words, so they are a table; one view shows them all.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms import team as forms
from subjects.forms.studies import SiteForm
from trialcrm.access.gates import personal, requires
from trialcrm.access.roles import Role
from trialcrm.core import clock
from trialcrm.core.decisions import Decision, Words, require
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show
from trialcrm.users.domain.signatures import Meaning
from trialcrm.users.forms import SigningForm


@dataclass(frozen=True, slots=True)
class Act:
    """One act: on which record, by which rule, with which form, told to which service under which name."""

    label: Words
    icon: str
    said: Words
    find: Callable[[Any, uuid.UUID], Any]
    may: Callable[[Any, Any], Decision]
    form: Callable[..., Form]
    service: Callable[..., Any]
    takes: str
    kind: str = "primary"
    words: Words = ""

    def told(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {self.takes: record}


class Invitation(Act):
    """An act that sends a mail, which must say where the portal is."""

    def told(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        place = {"offer": record} if self.takes == "offer" else _place(record)
        return {**place, "origin": settings.PORTAL_ORIGIN or request.build_absolute_uri("/")}


class Placed(Act):
    """An act at a site, or on a study as a whole."""

    def told(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return _place(record)


def _place(record: Any) -> dict[str, Any]:
    return {"study": record.study, "site": record} if hasattr(record, "study") else {"study": record, "site": None}


def _today(record: Any) -> Any:
    site = record if hasattr(record, "time_zone") else getattr(record, "site", None)
    return clock.today(site.time_zone if site else "UTC")


def _roles(record: Any) -> Any:
    return forms.SITE_CHOICES if hasattr(record, "study") else forms.STUDY_CHOICES


def _plain(form: type[Form]) -> Callable[..., Form]:
    return lambda request, record, data: form(data)


def _invite(request: HttpRequest, record: Any, data: Any) -> Form:
    return forms.InviteForm(data, today=_today(record), roles=_roles(record))


def _invite_participant(request: HttpRequest, record: Any, data: Any) -> Form:
    subjects = selectors.subjects_to_invite(request.user, record)
    form = forms.InviteParticipantForm(data, today=_today(record), subjects=subjects)
    form.fields["subject"].initial = request.GET.get("subject")
    return form


def _invited_participant(**given: Any) -> Any:
    return services.invite(role=Role.PART, **given)


def _give(request: HttpRequest, record: Any, data: Any) -> Form:
    study = getattr(record, "study", record)
    people = selectors.colleagues(request.user, study)
    return forms.GiveRoleForm(data, today=_today(record), people=people, roles=_roles(record))


def _grant(request: HttpRequest, record: Any, data: Any) -> Form:
    return forms.GrantForm(data, today=_today(record))


def _change_role(request: HttpRequest, record: Any, data: Any) -> Form:
    return forms.ChangeRoleForm(data, today=_today(record), membership=record)


def _change_site(request: HttpRequest, record: Any, data: Any) -> Form:
    return SiteForm(data, user=request.user, site=record)


def _entry(request: HttpRequest, record: Any, data: Any) -> Form:
    return forms.EntryForm(data, today=_today(record), membership=record)


def _change_entry(request: HttpRequest, record: Any, data: Any) -> Form:
    return forms.ChangeEntryForm(data, today=_today(record), entry=record)


def _signing(meaning: Meaning) -> Callable[..., Form]:
    return lambda request, record, data: SigningForm(data, request=request, record=record, meaning=meaning)


def _give_role_at(user: Any, membership: Any) -> Decision:
    place = membership.site or membership.study
    return policies.give_role(user, place, membership.user)


ACTS: dict[str, Act] = {
    "invite": Invitation(
        _("Invite somebody"), "user-plus", _("The invitation is on its way."),
        selectors.site_to_staff, policies.change_memberships, _invite, services.invite, "site",
        words=_("They get a mail with a link to choose a password. It names neither the study nor the role."),
    ),
    "invite-participant": Invitation(
        _("Invite a participant"), "user-plus", _("The invitation is on its way."),
        selectors.site_to_staff, policies.invite_participant, _invite_participant, _invited_participant, "site",
        words=_("They get a mail with a link to choose a password. It says nothing of the study or of health."),
    ),
    "give": Placed(
        _("Give a role"), "user-check", _("The role is given."),
        selectors.site_to_staff, policies.change_memberships, _give, services.give_role, "site",
        words=_("For somebody who works in this study already. Tasks at a site are delegated in the log."),
    ),
    "site-change": Act(
        _("Change the site"), "pencil", _("The site was changed."),
        selectors.site_to_staff, policies.change_site, _change_site, services.change_site, "site",
    ),
    "role-change": Act(
        _("Change the dates"), "calendar", _("The dates were changed."),
        selectors.membership_for, _give_role_at, _change_role, services.change_role, "membership",
    ),
    "role-end": Act(
        _("End the role"), "user-x", _("The role ends."),
        selectors.membership_for, _give_role_at, _plain(forms.EndRoleForm), services.end_role, "membership", "danger",
        _("Tasks delegated in this role end with it."),
    ),
    "delegate": Act(
        _("Delegate tasks"), "list-checks", _("The line is written. Now the delegate accepts it."),
        selectors.membership_for, policies.propose_entry, _entry, services.propose_entry, "membership",
        words=_("The delegate accepts these tasks and the investigator signs them; only then may they be done."),
    ),
    "entry-change": Act(
        _("Change the line"), "pencil", _("The line was changed."),
        selectors.entry_for, policies.change_entry, _change_entry, services.change_entry, "entry",
    ),
    "entry-sign": Act(
        _("Sign the delegation"), "signature", _("Signed. The tasks may be done."),
        selectors.entry_for, policies.authorise_entry, _signing(Meaning.AUTHORISED), services.authorise_entry, "entry",
    ),
    "entry-end": Act(
        _("End the delegation"), "ban", _("The delegation is ended."),
        selectors.entry_for, policies.end_entry, _plain(forms.ReasonForm), services.end_entry, "entry", "danger",
        _("Its tasks are refused from now on."),
    ),
    "entry-withdraw": Act(
        _("Withdraw the line"), "undo-2", _("The line was withdrawn."),
        selectors.entry_for, policies.withdraw_entry, _plain(forms.ReasonForm), services.withdraw_entry, "entry",
        "danger",
    ),
    "offer-resend": Invitation(
        _("Send the invitation again"), "send", _("The invitation is on its way; the old link no longer works."),
        selectors.offer_for, policies.change_offer, _plain(Form), services.resend, "offer",
    ),
    "offer-withdraw": Act(
        _("Withdraw the invitation"), "undo-2", _("The invitation was withdrawn."),
        selectors.offer_for, policies.change_offer, _plain(forms.ReasonForm), services.withdraw_offer, "offer",
        "danger",
    ),
    "offer-identify": Act(
        _("Record the identity check"), "badge-check", _("Recorded. The role begins."),
        selectors.offer_for, policies.change_offer, _plain(forms.IdentityForm), services.check_identity, "offer",
        words=_("You put your name to it that this person is who they say. Nobody has a role before that."),
    ),
    "request-grant": Act(
        _("Give the role"), "user-check", _("The role is given."),
        selectors.request_for, policies.answer_request, _grant, services.grant_request, "request",
    ),
    "request-decline": Act(
        _("Decline the request"), "user-x", _("The request was declined."),
        selectors.request_for, policies.answer_request, _plain(forms.ReasonForm), services.decline_request, "request",
        "danger", _("The person reads your reason."),
    ),
}  # fmt: skip
#: The same two on a study as a whole, for the sponsor's side.
_OF_STUDY = {"study-invite": ("invite", selectors.study_to_staff), "study-give": ("give", selectors.study_to_staff)}


@requires(Perm.VIEW_MEMBERSHIP)
def act(request: HttpRequest, pk: uuid.UUID, what: str) -> HttpResponse:
    name, find = _OF_STUDY.get(what, (what, None))
    chosen = ACTS[name]
    record = (find or chosen.find)(request.user, pk)
    require(chosen.may(request.user, record))
    form = chosen.form(request, record, request.POST if request.method == "POST" else None)
    back = back_of(record)
    if request.method == "POST" and form.tell(chosen.service, by=request.user, **chosen.told(request, record)):
        return done(request, back, "team-changed", said=chosen.said)
    shown = {"act": chosen, "record": record, "back": back}
    return show(request, "subjects/team/act.html", shown, fragment="dialog", form=form)


@personal("accepts tasks that were delegated to oneself")
def accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    entry = selectors.own_entry_for(request.user, pk)
    require(policies.accept_entry(request.user, entry))
    posted = request.POST if request.method == "POST" else None
    form = SigningForm(posted, request=request, record=entry, meaning=Meaning.ACCEPTED)
    back = reverse("subjects:my-team")
    if request.method == "POST" and form.tell(services.accept_entry, entry=entry, by=request.user):
        return done(request, back, "team-changed", said=_("Accepted. The investigator signs next."))
    return show(request, "subjects/team/accept.html", {"entry": entry, "back": back}, fragment="dialog", form=form)


def back_of(record: Any) -> str:
    """The team that a record belongs to: that of its site, or of the study."""
    site_id = record.pk if hasattr(record, "time_zone") else getattr(record, "site_id", None)
    if site_id:
        return reverse("subjects:site-team", args=[site_id])
    return reverse("subjects:study-team", args=[getattr(record, "study_id", record.pk)])
