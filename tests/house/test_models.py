"""Tables: kept in the trail, read through the one filter, known by ids that tell nothing, and never deleted."""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.deletion import CASCADE

from tests.house import walk
from trialcrm.access.querysets import ScopedQuerySet
from trialcrm.audit.models import AuditedBase
from trialcrm.core.ids import new_id

UUID_VERSION = 7
#: Tables outside of the trail, and why.
NOT_AUDITED = {
    "api.KeptAnswer": "a key that a program chose, and which record came of its call; the act itself is in the trail",
    "access.GroupMembership": "mirrors Membership, which is audited",
    "access.RoleGroup": "the group of a role at a place; says nothing that Membership does not",
    "audit.AuditLog": "is the trail",
    "audit.LedgerEntry": "is the trail's own witness",
    "audit.LedgerSeal": "is the trail's own witness",
    "cdisc.ImportedRecord": "an index that a later delivery is compared with; the history of each record says the same",
    "messaging.Notification": "points to a record that is audited itself; says only who was told and when they looked",
    "messaging.OutgoingMail": "the queue of mails, which hold nothing about anybody's health; what was tried and when",
    "live.LiveEvent": "ids of what changed, kept for a day; the trail has the change itself",
    "subjects.SiteGroupPermission": "guardian's grants, which follow the role matrix",
    "subjects.StudyGroupPermission": "guardian's grants, which follow the role matrix",
    "subjects.SubjectGroupPermission": "guardian's grants, which follow the role matrix",
    "subjects.SubjectKey": "destroying it erases an identity for good, so that no copy may exist",
    "users.SignInAttempts": "forgets on purpose; each attempt is in the log",
}
#: Audited tables that are not read through `visible_to` of a place, and why.
NOT_SCOPED = {
    "cdisc.ImportRun": "has no study before its files are read; its own `visible_to` adds who started it",
    "cdisc.SourceFile": "is seen with its run",
    "subjects.Institution": "a directory of hospitals without any data of people",
    "users.IdentityCheck": "is seen with the person's membership",
    "users.Invitation": "is seen with the role that it offers, whose table has a site",
    "users.User": "is seen with a membership, or by the person",
}
#: Tables whose key is not a UUID of version 7: by number in the order of writing, by another's key, or guardian's own.
OTHER_KEYS = {
    "api.KeptAnswer",
    "access.GroupMembership",
    "access.RoleGroup",
    "audit.LedgerEntry",
    "audit.LedgerSeal",
    "live.LiveEvent",
    "subjects.SiteGroupPermission",
    "subjects.StudyGroupPermission",
    "subjects.SubjectGroupPermission",
    "subjects.SubjectKey",
    "users.SignInAttempts",
}
MODELS = walk.our_models()
AUDITED = [model for model in MODELS if issubclass(model, AuditedBase)]
OF_SUBJECTS = [
    model
    for model in AUDITED
    if any(field.name == "subject" and not field.null for field in model._meta.concrete_fields)
]
EVERY_MODEL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
EVERY_AUDITED = pytest.mark.parametrize("model", AUDITED, ids=lambda model: model._meta.label)
EVERY_OF_SUBJECTS = pytest.mark.parametrize("model", OF_SUBJECTS, ids=lambda model: model._meta.label)


def labels(found: Any) -> set[str]:
    return {model._meta.label for model in found}


def test_every_table_is_in_the_trail_or_says_why_not() -> None:
    assert labels(MODELS) - labels(AUDITED) == set(NOT_AUDITED)


@EVERY_AUDITED
def test_every_audited_table_has_a_history_with_the_act(model: Any) -> None:
    columns = {field.name for field in model.history.model._meta.concrete_fields}
    assert {"act_id", "history_change_reason", "history_user"} <= columns


@EVERY_AUDITED
def test_what_is_left_out_of_the_history_is_said_to_be_untracked(model: Any) -> None:
    kept = {field.name for field in model.history.model._meta.concrete_fields}
    left_out = {field.name for field in model._meta.concrete_fields} - kept
    assert left_out <= set(model.UNTRACKED)


def test_every_audited_table_is_read_through_the_one_filter_or_says_why_not() -> None:
    open_to_all = [model for model in AUDITED if not isinstance(model._default_manager.get_queryset(), ScopedQuerySet)]
    assert labels(open_to_all) == set(NOT_SCOPED)


@EVERY_OF_SUBJECTS
def test_every_record_of_a_participant_carries_study_and_site(model: Any) -> None:
    needed = {field.name for field in model._meta.concrete_fields if not field.null}
    assert {"study", "site", "subject"} <= needed


@EVERY_MODEL
def test_every_record_has_words_for_itself(model: Any) -> None:
    assert model.__str__ is not models.Model.__str__


def test_keys_of_records_are_ordered_by_time_and_cannot_be_guessed() -> None:
    assert new_id().version == UUID_VERSION
    others = [model for model in MODELS if model._meta.pk.default is not new_id]
    assert labels(others) == OTHER_KEYS


@EVERY_MODEL
def test_no_record_is_deleted_because_another_one_is(model: Any) -> None:
    cascades = [
        field.name
        for field in model._meta.concrete_fields
        if field.remote_field and field.remote_field.on_delete is CASCADE
    ]
    assert not (cascades and issubclass(model, AuditedBase))


@EVERY_MODEL
def test_free_text_names_no_column_of_a_licensed_dictionary(model: Any) -> None:
    """Terms of MedDRA may be stored by subscribers only; this portal stores what the site wrote."""
    dictionary = ("llt", "hlt", "hlgt", "soc", "bodsys", "meddra", "ptcd")
    names = [part for field in model._meta.concrete_fields for part in field.name.lower().split("_")]
    assert set(names).isdisjoint(dictionary)


def test_settings_name_the_tables_that_rights_are_granted_on() -> None:
    places = (settings.ACCESS_STUDY_MODEL, settings.ACCESS_SITE_MODEL, settings.ACCESS_SUBJECT_MODEL)
    assert labels(map(apps.get_model, places)) <= labels(AUDITED)
