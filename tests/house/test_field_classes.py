"""Every field is classed, and what identifies or unblinds lies only where its readers are few."""

from typing import Any

import pytest

from tests.house import field_classes, walk
from tests.house.kinds import IDENTIFYING, KINDS, TREATMENT
from trialcrm.access.querysets import view_permission
from trialcrm.access.roles import SPONSOR_ROLES, Role, permissions_of

EVERY_MODEL = pytest.mark.parametrize("model", walk.our_models(), ids=lambda model: model._meta.label)
#: What opens the tables that tell a treatment: who got which, and what a kit holds.
VIEW_TREATMENT = {"view_treatmentassignment", "view_kitcontent"}
#: The roles that may know the treatment of a blinded study.
UNBLINDED = {Role.UPHARM}


def columns(model: Any) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def fields_of(model: Any, kind: str) -> set[str]:
    found = field_classes.classes_of(model._meta.label, columns(model))
    return {name for name, its in found.items() if its == kind}


@EVERY_MODEL
def test_every_field_is_classed_and_no_class_is_for_a_field_that_is_gone(model: Any) -> None:
    assert set(field_classes.classes_of(model._meta.label, columns(model))) == columns(model)


def test_no_table_is_classed_that_is_gone() -> None:
    assert set(field_classes.FIELDS) <= {model._meta.label for model in walk.our_models()}


def test_classes_are_the_five() -> None:
    assert {kind for kinds in field_classes.FIELDS.values() for kind in kinds} <= set(KINDS)


@EVERY_MODEL
def test_what_identifies_is_in_tables_that_nobody_at_the_sponsors_side_may_open(model: Any) -> None:
    if fields_of(model, IDENTIFYING):
        openers = {role for role in Role if view_permission(model) in permissions_of(role)}
        assert openers.isdisjoint(SPONSOR_ROLES | {Role.INSP, Role.SYSADM})


@EVERY_MODEL
def test_the_values_of_identifying_fields_of_participants_never_enter_the_log(model: Any) -> None:
    if hasattr(model, "subject_id") and hasattr(model, "IDENTIFYING"):
        assert set(model.IDENTIFYING) == fields_of(model, IDENTIFYING)


@EVERY_MODEL
def test_what_tells_the_treatment_is_in_tables_that_only_the_unblinded_open(model: Any) -> None:
    if fields_of(model, TREATMENT):
        assert view_permission(model) in VIEW_TREATMENT


def test_only_the_unblinded_roles_may_see_treatments() -> None:
    assert {role for role in Role if VIEW_TREATMENT & permissions_of(role)} == UNBLINDED
