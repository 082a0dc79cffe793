"""Guardian's own answers and the scope's are the same, whatever is granted."""

import random
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Group
from guardian.core import ObjectPermissionChecker
from guardian.shortcuts import get_objects_for_user

from subjects.domain.permissions import Perm
from subjects.models import Site, Study, Subject
from tests.support.cast import BUILDER, Trial
from trialcrm.access import grants
from trialcrm.access.models import GroupMembership, RoleGroup
from trialcrm.access.roles import Role, install_matrix, permissions_of
from trialcrm.access.scope import scope_of
from trialcrm.core import clock
from trialcrm.role_matrix import MATRIX
from trialcrm.users.services import create_account

pytestmark = pytest.mark.django_db
PERMISSIONS = (Perm.VIEW_STUDY, Perm.VIEW_SUBJECT, Perm.CHANGE_MEMBERSHIP, Perm.VIEW_IDENTITY, Perm.VIEW_HISTORY)


class Guardian:
    """What guardian says of one person, asked directly and cautiously."""

    def __init__(self, user: Any) -> None:
        self.user, self.checker = user, ObjectPermissionChecker(user)

    def listed(self, permission: str, model: Any) -> set[Any]:
        cautiously = {"accept_global_perms": False, "with_superuser": False}
        return set(get_objects_for_user(self.user, str(permission), model, **cautiously))

    def reaches(self, permission: str, place: Any) -> bool:
        """A grant on the place or on what it lies in."""
        above = {Study: [], Site: ["study"], Subject: ["site", "study"]}[type(place)]
        places = [place, *(getattr(place, name) for name in above)]
        return any(self.checker.has_perm(permission, item) for item in places)


@pytest.mark.parametrize("seed", range(6))
def test_scope_and_guardian_agree_on_random_grants(trial: Trial, seed: int) -> None:
    chance = random.Random(seed)
    subjects = [trial.registered(), trial.registered(full_name="Ada Obi"), trial.registered(site=trial.other_site)]
    people = [create_account(by=BUILDER, email=f"p{number}@trial.test", name=f"P {number}") for number in range(4)]
    places = [trial.study, trial.site, trial.other_site, *subjects]
    for person in people:
        for role, place in chance.sample(list(product(Role, places)), chance.randint(0, 3)):
            grants.enrol(person, role, place)

    for person, permission in product(people, PERMISSIONS):
        guardian, scope = Guardian(person), scope_of(person)
        for place in [trial.site, trial.other_site, *Subject.objects.select_related("site", "study")]:
            assert scope.may(permission, place) == guardian.reaches(permission, place)
        on_sites = {site for study in guardian.listed(permission, Study) for site in study.sites.all()}
        assert scope.site_ids(permission) == {site.pk for site in on_sites | guardian.listed(permission, Site)}
        assert scope.subject_ids(permission) == {subject.pk for subject in guardian.listed(permission, Subject)}
        assert scope.whole_studies.get(permission, set()) == {s.pk for s in guardian.listed(permission, Study)}


def test_guardian_knows_no_date_so_only_the_scope_is_asked(trial: Trial) -> None:
    grants.enrol(trial.stranger, Role.CRA, trial.study, ends_at=clock.now() - timedelta(days=1))

    assert Guardian(trial.stranger).reaches(Perm.VIEW_SUBJECT, trial.study)
    assert not scope_of(trial.stranger).anywhere(Perm.VIEW_SUBJECT)
    assert not trial.stranger.has_perm("subjects.view_subject", trial.study)


@pytest.fixture
def changed_matrix() -> Any:
    yield lambda **changes: install_matrix(MATRIX | {Role(role): names for role, names in changes.items()})
    install_matrix(MATRIX)


def test_every_group_follows_a_change_of_the_matrix(trial: Trial, changed_matrix: Any) -> None:
    grants.enrol(trial.stranger, Role.SYSADM, trial.study)
    changed_matrix(
        crc=(permissions_of(Role.CRC) - {Perm.VIEW_IDENTITY}) | {Perm.IMPORT_STUDY},
        sysadm=frozenset({Perm.VIEW_MEMBERSHIP}),
    )
    grants.make_permissions()
    grants.follow_matrix()

    coordinator = scope_of(trial.coordinator)
    assert not coordinator.may(Perm.VIEW_IDENTITY, trial.site)
    assert coordinator.may(Perm.IMPORT_STUDY, trial.site)
    assert coordinator.may(Perm.VIEW_VISIT, trial.site)
    assert scope_of(trial.stranger).may(Perm.VIEW_MEMBERSHIP, trial.study)

    install_matrix(MATRIX)
    grants.follow_matrix()
    assert scope_of(trial.coordinator).may(Perm.VIEW_IDENTITY, trial.site)
    assert not scope_of(trial.stranger).anywhere(Perm.VIEW_MEMBERSHIP)


def test_following_an_unchanged_matrix_changes_nothing(trial: Trial, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        grants.follow_matrix()


def test_a_group_without_its_grants_is_not_left_behind(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise LookupError

    monkeypatch.setattr(grants, "_give", fail)
    with pytest.raises(LookupError):
        grants.enrol(trial.stranger, Role.INSP, trial.other_site)
    monkeypatch.undo()

    assert not Group.objects.filter(name=f"site:{trial.other_site.pk}:insp").exists()
    grants.enrol(trial.stranger, Role.INSP, trial.other_site)
    assert scope_of(trial.stranger).may(Perm.VIEW_SUBJECT, trial.other_site)


def test_there_is_one_group_for_each_role_at_a_place(trial: Trial) -> None:
    for _again in range(2):
        grants.enrol(trial.stranger, Role.CRC, trial.site)

    assert GroupMembership.objects.filter(user=trial.stranger).count() == 1
    assert RoleGroup.objects.filter(group__name=f"site:{trial.site.pk}:crc").count() == 1
