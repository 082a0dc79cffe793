"""Somebody with an account asks for a role, and is answered."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.team import REQUEST_LIFECYCLE, RequestStatus
from subjects.models import AccessRequest, Site, Study
from subjects.services.locking import locked
from trialcrm.access.roles import Role
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.users.models import User
from trialcrm.users.selectors import is_identified
from trialcrm.users.services import record_identity

from .roles import give_role

_RELATED = ("user", "study", "site")


@recorded("access.requested", gettext_lazy("Access requested"))
def request_access(
    *, by: User, protocol: str, role: str, site_number: str = "", words: str = ""
) -> AccessRequest | None:
    """Ask for a role. The person is told the same whether there is such a study and site or not; None: there is not.

    Raises:
        Refused: a participant is invited by the site and does not ask; an operator holds no role.
    """
    if role == Role.PART or by.is_operator:
        require(refused(_("This role is not asked for here. Participants are invited by their site."), "role"))
    study = Study.objects.filter(protocol_id__iexact=protocol.strip()).first()
    site = Site.objects.filter(study=study, number=site_number.strip()).first() if study and site_number else None
    if study is None or (site_number and site is None):
        return None
    open_one = AccessRequest.objects.filter(user=by, study=study, site=site, status=RequestStatus.OPEN).first()
    if open_one is not None:
        return open_one
    request = AccessRequest(user=by, study=study, site=site, role=role, words=words)
    request.save()
    return request


@recorded("access.granted", gettext_lazy("Access granted"))
def grant_request(
    *,
    by: User,
    request: AccessRequest,
    starts_on: date,
    ends_on: date | None = None,
    method: str = "",
    checked_on: date | None = None,
) -> AccessRequest:
    """Give the role that was asked for; how the person was identified is said here unless it is recorded already.

    Raises:
        Refused: as when a role is given.
    """
    request = locked(request, *_RELATED)
    require(policies.answer_request(by, request))
    require(REQUEST_LIFECYCLE.may_move(request.status, RequestStatus.GRANTED))
    if not is_identified(request.user):
        if not method or checked_on is None:
            raise Refused(refused(_("Say how and when you checked who this person is."), "method"))
        record_identity(by=by, user=request.user, method=method, checked_on=checked_on)
    given: dict[str, Any] = {"role": request.role, "study": request.study, "site": request.site}
    give_role(by=by, user=request.user, starts_on=starts_on, ends_on=ends_on, **given)
    request.status, request.answered_by = RequestStatus.GRANTED, by
    request.save()
    return request


@recorded("access.declined", gettext_lazy("Access declined"))
def decline_request(*, by: User, request: AccessRequest, reason: str) -> AccessRequest:
    """Say no; the person reads the reason."""
    request = locked(request, *_RELATED)
    require(policies.answer_request(by, request))
    require(REQUEST_LIFECYCLE.may_move(request.status, RequestStatus.DECLINED))
    request.status, request.answered_by, request.answer = RequestStatus.DECLINED, by, reason
    request.save()
    return request
