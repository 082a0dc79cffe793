"""People: staff whom somebody may know, participants in code, and who those are."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, Subquery

from subjects import selectors
from subjects.domain.consent import ConsentStatus
from subjects.domain.participation import SubjectState
from subjects.domain.permissions import Perm
from subjects.domain.screening import ScreeningStatus
from subjects.models import Consent, Identity, Membership, Screening, Subject
from trialcrm.access.roles import Role
from trialcrm.access.scope import Limit, limit_of, scope_of
from trialcrm.api.selectors.publishing import (
    AT_SITE,
    BY_CREATION,
    NEWEST_FIRST,
    Field,
    Filter,
    Link,
    Many,
    Published,
    choices_of,
    columns,
    computed,
    exact,
    for_staff,
    in_sight,
    loaded,
    places,
    publish,
)
from trialcrm.core import clock
from trialcrm.core.paging import Order


def _own_sites(user: Any) -> Any:
    """Sites of those whom the person takes part as, or sees without the rest of their site."""
    scope = scope_of(user)
    seen = scope.subject_ids(Perm.OWN_VISITS) | scope.subject_ids(Perm.VIEW_SUBJECT)
    return Subject.objects.filter(pk__in=seen).values("site")


def _posts(user: Any) -> Any:
    """Roles that staff hold or held where the person works or takes part."""
    staff = Membership.objects.exclude(role=Role.PART)
    return staff.visible_to(user, Perm.VIEW_SITE) | staff.filter(site__in=_own_sites(user))


def _users(user: Any) -> Any:
    """Participants have accounts too; who they are is told by their identity alone, so nobody reads theirs here."""
    return get_user_model()._default_manager.filter(Q(pk=user.pk) | Q(pk__in=_posts(user).values("user")))


def _working(place: str) -> Filter:
    return Filter(
        place,
        UUID,
        lambda rows, value, user: rows.filter(pk__in=_posts(user).filter(**{f"{place}_id": value}).values("user")),
        f"Who has or had a role there, by the key of the {place}",
    )


def _post_of(user: Any, people: list[Any]) -> dict[UUID, Membership]:
    """The role of each that tells most: one in force before one that ended, one at a site before one of the study.

    One's own roles are all told, but for a token that is for certain places.
    """
    if not all(hasattr(person, "_post") for person in people):
        today = clock.today("UTC")
        own = Q(user=user.pk) if limit_of(user) == Limit() else Q()
        seen = Q(pk__in=_posts(user).values("pk")) | own
        rows = Membership.objects.filter(seen, user__in=[person.pk for person in people])
        found: dict[UUID, Membership] = {}
        for held in sorted(
            rows.select_related("site__institution").order_by("starts_on", "id"),
            key=lambda held: (held.ends_on is None or held.ends_on >= today, held.site_id is not None),
        ):
            found[held.user_id] = held
        for person in people:
            person._post = found.get(person.pk)
    return {person.pk: person._post for person in people if person._post}


def _roles(user: Any, people: list[Any]) -> dict[UUID, str]:
    return {pk: held.role for pk, held in _post_of(user, people).items()}


def _site_names(user: Any, people: list[Any]) -> dict[UUID, str]:
    return {pk: held.site.name for pk, held in _post_of(user, people).items() if held.site}


def _addresses(user: Any, people: list[Any]) -> dict[UUID, str]:
    """Addresses for those who may see who works on a study, and everybody's own."""
    if not all(hasattr(person, "_is_known") for person in people):
        seen = Membership.objects.visible_to(user).filter(user__in=[person.pk for person in people])
        known = set(seen.values_list("user", flat=True))
        for person in people:
            person._is_known = person.pk == user.pk or person.pk in known
    return {person.pk: person.email for person in people if person._is_known}


USERS = publish(
    Published(
        name="users",
        title="User",
        brief="User",
        doc="Staff of the sites and studies in your sight, and yourself. Never the account of a participant.",
        permission="",
        rows=_users,
        fields=(
            *columns(get_user_model(), "id"),
            loaded("username", str | None, _addresses, "What one signs in with: the e-mail address"),
            loaded("email", str | None, _addresses, "For those who may see who works on the study"),
            *columns(get_user_model(), "name"),
            loaded("role", choices_of(Role) | None, _roles, "The role in force in your sight, or the last one"),
            loaded("site_name", str | None, _site_names, "Where that role is held; null for a role of a whole study"),
            *columns(get_user_model(), "is_active", "is_service", "created_at", "updated_at"),
        ),
        filters=(_working("study"), _working("site"), exact("is_active", bool)),
        orders={**NEWEST_FIRST, "name": Order(("name", "id"))},
    )
)


def _subjects(user: Any) -> Any:
    mine = {"subject": OuterRef("pk")}
    current = Screening.objects.visible_to(user).filter(is_current=True, **mine)
    consents = in_sight(Consent, user, own_permission=Perm.OWN_VISITS).exclude(status=ConsentStatus.INVALID)
    signed = consents.filter(signed_at__isnull=False, **mine)
    return in_sight(Subject, user, own_permission=Perm.OWN_VISITS).annotate(
        screening_status=Subquery(current.values("status")[:1]),
        consent_signed_at=Subquery(signed.order_by("signed_at").values("signed_at")[:1]),
    )


def _with_screening_status(rows: Any, status: str, user: Any) -> Any:
    return selectors.with_screening_status(user, rows, status)


SUBJECTS = publish(
    Published(
        name="subjects",
        title="Subject",
        brief="Subject",
        doc="A participant, coded. Full name and birth date are in `patients`, for those who may know them.",
        permission=Perm.VIEW_SUBJECT,
        own_permission=Perm.OWN_VISITS,
        rows=_subjects,
        fields=(
            *columns(Subject, "id", "subject_id", "state", "study_id", "site_id", "coordinator_id"),
            Field(
                "screening_status",
                choices_of(ScreeningStatus) | None,
                doc="Status of the current attempt; null before the first",
            ),
            *columns(Subject, "sex_at_birth", "race", "ethnicity", "age", "country", "source", "consented_on"),
            computed("consent_signed_at", datetime | None, "consent_signed_at", "When the first consent was signed"),
            *columns(Subject, "randomisation_number", "randomised_at", "first_dose_on", "last_dose_on", "ended_on"),
            *columns(Subject, "end_reason", "withdrawal_extent", "died_on", "created_at", "updated_at"),
        ),
        withheld=frozenset(
            {"state", "source", "randomisation_number", "ended_on", "end_reason", "withdrawal_extent", "died_on"}
        ),
        links=(
            *AT_SITE,
            Link("coordinator", "users"),
            Link("patient", "patients", "id"),
        ),
        many=(
            Many("screenings", "screenings", "subject_id"),
            Many("consents", "consents", "subject_id"),
            Many("visits", "visits", "subject_id"),
            Many("appointments", "appointments", "subject_id"),
            Many("notes", "notes", "subject_id"),
            Many("deviations", "deviations", "subject_id"),
            Many("orders", "orders", "subject_id"),
            Many("distributions", "distributions", "subject_id"),
            Many("adherence_logs", "adherence-logs", "subject_id"),
            Many("protocol_adherence", "protocol-adherence", "subject_id"),
            Many("feedback", "feedback", "subject_id"),
            Many("adverse_events", "adverse-events", "subject_id"),
            Many("conversations", "conversations", "subject_id"),
            Many("messages", "messages", "subject_id"),
        ),
        filters=(
            *places("study", "site"),
            exact("subject_id", str, doc="The participant id"),
            Filter(
                "screening_status",
                choices_of(ScreeningStatus),
                _with_screening_status,
                "Pending includes those who were not screened yet",
            ),
            *for_staff(exact("state", choices_of(SubjectState), doc="For staff")),
            exact("coordinator", UUID, "coordinator_id", "Key of the coordinator"),
        ),
        orders={
            "subject_id": Order(("subject_id", "id")),
            "-subject_id": Order(("-subject_id", "-id")),
            **NEWEST_FIRST,
        },
    )
)


def _patients(user: Any) -> Any:
    account = Membership.objects.filter(subject=OuterRef("pk"), role=Role.PART).order_by("-starts_on", "-id")
    rows = in_sight(Subject, user, Perm.VIEW_IDENTITY, Perm.OWN_VISITS).exclude(identity=None)
    return rows.select_related("site__institution", "identity").annotate(
        user_id=Subquery(account.values("user")[:1]), is_active=Subquery(account.values("user__is_active")[:1])
    )


def _of_identity(name: str, kind: Any, doc: str, value: str = "") -> Field:
    """A value of the identity; all of a page are opened at once, and their reading is logged once."""
    wanted = value or name

    def load(user: Any, rows: list[Any]) -> dict[UUID, Any]:
        if not all(hasattr(row, "_known_as") for row in rows):
            found = selectors.identities_of(user, [row.pk for row in rows], where="api")
            for row in rows:
                row._known_as = found.get(row.pk, Identity())
        return {row.pk: getattr(row._known_as, wanted) or None for row in rows}

    return loaded(name, kind, load, doc)


PATIENTS = publish(
    Published(
        name="patients",
        title="PatientProfile",
        brief="PatientProfile",
        doc="Who a participant is, under the same key as the participant. Every reading is written down.",
        permission=Perm.VIEW_IDENTITY,
        own_permission=Perm.OWN_VISITS,
        rows=_patients,
        kept_in=lambda row: row.identity,
        fields=(
            *columns(Subject, "id", "subject_id", "study_id", "site_id"),
            Field("user_id", UUID | None, doc="The participant's own account"),
            _of_identity("medical_record_number", str | None, "Medical record number"),
            _of_identity("display_name", str | None, "Full name; null once it was erased", "full_name"),
            _of_identity("full_name", str | None, "Full name; null once it was erased"),
            _of_identity("date_of_birth", date | None, "Birth date"),
            _of_identity("dob", date | None, "Birth date", "date_of_birth"),
            _of_identity("phone", str | None, "Phone"),
            _of_identity("email", str | None, "E-mail"),
            _of_identity("address", str | None, "Address"),
            computed("primary_clinic", str, lambda row: row.site.name, "The institution of the site"),
            computed("is_active", bool, lambda row: bool(row.is_active), "Whether they have an account that is active"),
            *columns(Subject, "created_at", "updated_at"),
        ),
        links=(
            Link("subject", "subjects", "id"),
            *AT_SITE,
            Link("user", "users"),
        ),
        many=(
            Many("appointments", "appointments", "subject_id"),
            Many("orders", "orders", "subject_id"),
            Many("distributions", "distributions", "subject_id"),
            Many("adherence_logs", "adherence-logs", "subject_id"),
            Many("protocol_adherence", "protocol-adherence", "subject_id"),
            Many("conversations", "conversations", "subject_id"),
            Many("messages", "messages", "subject_id"),
        ),
        filters=(*places("study", "site"),),
        orders={"subject_id": Order(("subject_id", "id")), **NEWEST_FIRST},
    )
)

CONSENTS = publish(
    Published(
        name="consents",
        title="Consent",
        doc="One person's consent to one version of the consent document.",
        permission=Perm.VIEW_CONSENT,
        own_permission=Perm.OWN_VISITS,
        rows=lambda user: in_sight(Consent, user, own_permission=Perm.OWN_VISITS),
        fields=(
            *columns(Consent, "id", "subject_id", "study_id", "site_id", "version_id", "status"),
            *columns(Consent, "discussed_at", "discussed_by_id", "mode", "signed_at", "signed_on", "signer_capacity"),
            *columns(Consent, "method", "countersigned_at", "countersigned_by_id", "copy_given", "is_inferred"),
            *columns(Consent, "withdrawn_on", "created_at", "updated_at"),
        ),
        withheld=frozenset({"discussed_by_id", "countersigned_at", "countersigned_by_id", "is_inferred"}),
        links=(
            Link("subject", "subjects"),
            Link("study", "studies"),
            Link("version", "consent-versions"),
            Link("discussed_by", "users"),
        ),
        filters=(*places(), exact("status", str)),
        orders=BY_CREATION,
    )
)
