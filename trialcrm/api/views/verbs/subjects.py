"""Acts on participants: who takes part, who they are, and their consent."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.registration import (
    ConsentCorrectionForm,
    ConsentForm,
    ConsentWithdrawalForm,
    EnterScreeningForm,
    IdentityForm,
    PrescreenForm,
    RegistrationForm,
    SubjectChangeForm,
)
from subjects.models import Identity, Site, Subject
from trialcrm.api.domain.tokens import Verb
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused

from .acting import Act, Call, offer


def _site_for(user: Any, pk: UUID) -> Site:
    return selectors.site_for(user, str(pk))


def _at_a_site(call: Call) -> dict[str, Any]:
    return {"user": call.user, "site": call.record}


def _at_the_site(call: Call) -> dict[str, Any]:
    return {"user": call.user, "site": call.record.site}


def _known(call: Call) -> Identity:
    """The identity as it is kept; the reading is logged, as it is on the page."""
    found = selectors.identity_of(call.user, call.record, where="api")
    if found is None:
        raise Refused(refused(_("No identity is kept for %(subject)s.") % {"subject": call.record}))
    return found


def _with_identity(user: Any, pk: UUID) -> Subject:
    return selectors.subject_for(user, pk, Perm.VIEW_IDENTITY)


def _with_consents(user: Any, pk: UUID) -> Subject:
    return selectors.subject_for(user, pk, Perm.VIEW_CONSENT)


COORDINATOR = {"coordinator": (UUID, ...)}

offer(
    Act(
        on="subjects",
        name="create",
        doc="Register a participant with a signed consent. Times without an offset are local times of the site.",
        permission=Perm.CHANGE_SUBJECT,
        load=_site_for,
        parent="site_id",
        about="site",
        form=RegistrationForm,
        service=services.register_subject,
        rule=policies.register_subject,
        bound=_at_a_site,
        verb=Verb.CREATE,
        extra=COORDINATOR,
    ),
    Act(
        on="subjects",
        name="prescreen",
        doc="Put somebody on the pre-screening list. Nothing that names them is kept before consent.",
        permission=Perm.CHANGE_SUBJECT,
        load=_site_for,
        parent="site_id",
        about="site",
        form=PrescreenForm,
        service=services.add_to_prescreening,
        rule=policies.register_subject,
        bound=_at_a_site,
        verb=Verb.CREATE,
        optional=frozenset({"sex_at_birth"}),
        extra=COORDINATOR,
    ),
    Act(
        on="subjects",
        name="enter-screening",
        doc="Somebody of the pre-screening list signs a consent and gets a participant id.",
        permission=Perm.CHANGE_CONSENT,
        load=selectors.subject_for,
        about="subject",
        form=EnterScreeningForm,
        service=services.enter_screening,
        rule=policies.enter_screening,
        bound=_at_the_site,
    ),
    Act(
        on="subjects",
        name="change",
        doc="Correct coded facts, or hand the participant to another coordinator, with a reason.",
        permission=Perm.CHANGE_SUBJECT,
        load=selectors.subject_for,
        about="subject",
        form=SubjectChangeForm,
        service=services.change_subject,
        rule=policies.change_subject,
        bound=lambda call: {"user": call.user, "subject": call.record},
        verb=Verb.CHANGE,
        extra={"coordinator": (UUID | None, None)},
    ),
    Act(
        on="patients",
        name="change",
        doc="Correct name, birth date, record number or contact details, with a reason.",
        permission=Perm.CHANGE_IDENTITY,
        load=_with_identity,
        about="subject",
        form=IdentityForm,
        service=services.change_identity,
        rule=policies.change_identity,
        bound=lambda call: {"identity": _known(call)},
        made=lambda result, call: call.record.pk,
        verb=Verb.CHANGE,
    ),
    Act(
        on="consents",
        name="create",
        doc="Record another consent of somebody taking part. An earlier one that is active is superseded.",
        permission=Perm.CHANGE_CONSENT,
        load=_with_consents,
        parent="subject_id",
        about="subject",
        form=ConsentForm,
        service=services.record_consent,
        rule=policies.record_consent,
        bound=_at_the_site,
        verb=Verb.CREATE,
    ),
    Act(
        on="consents",
        name="correct",
        doc=(
            "A consent was typed wrongly: it becomes invalid, and the right one, which is given back, stands in its "
            "place. What is not sent stays as it was typed."
        ),
        permission=Perm.CHANGE_CONSENT,
        load=selectors.consent_for,
        about="consent",
        form=ConsentCorrectionForm,
        service=services.correct_consent,
        rule=policies.correct_consent,
        bound=lambda call: {"user": call.user, "consent": call.record},
        keeps=True,
    ),
    Act(
        on="consents",
        name="withdraw",
        doc="A participant takes a consent back. No reason may be asked of them.",
        permission=Perm.CHANGE_CONSENT,
        load=selectors.consent_for,
        about="consent",
        form=ConsentWithdrawalForm,
        service=services.withdraw_consent,
        rule=policies.withdraw_consent,
        bound=lambda call: {"today": clock.today(call.record.site.time_zone)},
    ),
)
