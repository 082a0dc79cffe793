"""Giving roles, changing how long they last, and ending them."""

from datetime import date, timedelta

import pytest

from subjects import services
from subjects.models import Institution, Membership, Subject
from tests.support.cast import BEGAN, BUILDER
from tests.support.days import in_days
from trialcrm.access.roles import Role
from trialcrm.access.scope import scope_of
from trialcrm.core import clock
from trialcrm.core.decisions import Refused
from trialcrm.users.services import create_account


def _give(trial, person, role, **place):
    return services.give_role(
        by=trial.manager, user=person, role=role, study=trial.study, starts_on=date(2020, 1, 1), **place
    )


def test_a_role_opens_the_site_on_the_next_request_and_its_end_closes_it(trial):
    membership = _give(trial, trial.stranger, Role.CRC, site=trial.site)
    trial.registered()
    assert Subject.objects.visible_to(trial.stranger).exists()
    services.end_role(
        by=trial.manager, membership=membership, ends_on=trial.today() - timedelta(days=1), reason="Left the site."
    )
    assert not Subject.objects.visible_to(trial.stranger).exists()


def test_a_role_with_an_end_lapses_by_itself(trial):
    services.give_role(
        by=trial.manager,
        user=trial.stranger,
        role=Role.CRC,
        study=trial.study,
        site=trial.site,
        starts_on=date(2020, 1, 1),
        ends_on=trial.today(),
    )
    assert scope_of(trial.stranger).site_ids("view_subject")
    with clock.frozen(in_days(2)):
        assert not scope_of(trial.stranger).site_ids("view_subject")


def test_nobody_gives_a_role_to_themselves(trial):
    with pytest.raises(Refused, match="themselves"):
        _give(trial, trial.manager, Role.CRA)


def test_an_investigator_gives_no_role_in_the_whole_study(trial):
    with pytest.raises(Refused):
        services.give_role(
            by=trial.investigator, user=trial.stranger, role=Role.CRA, study=trial.study, starts_on=BEGAN
        )


@pytest.mark.parametrize(
    ("role", "words"), [(Role.CRC, "at a site"), (Role.PART, "one participant"), (Role.PI, "at a site")]
)
def test_a_role_needs_its_place(trial, role, words):
    with pytest.raises(Refused, match=words):
        _give(trial, trial.stranger, role)


def test_a_monitor_is_not_tied_to_a_site(trial):
    with pytest.raises(Refused, match="whole study"):
        _give(trial, trial.stranger, Role.CRA, site=trial.site)


def test_nobody_is_on_both_sides_of_a_study(trial):
    with pytest.raises(Refused, match="other side"):
        _give(trial, trial.coordinator, Role.CRA)


def test_an_operator_holds_no_role_in_a_study(trial):
    with pytest.raises(Refused, match="operator"):
        _give(trial, trial.operator, Role.CRC, site=trial.site)


def test_a_deactivated_account_is_given_nothing(trial):
    from trialcrm.users.services import deactivate_account

    deactivate_account(by=trial.operator, user=trial.stranger, reason="Left the hospital.")
    with pytest.raises(Refused, match="deactivated"):
        _give(trial, trial.stranger, Role.CRC, site=trial.site)


def test_a_role_does_not_end_before_it_began(trial):
    membership = Membership.objects.get(user=trial.outsider)
    with pytest.raises(Refused, match="before the role began"):
        services.end_role(by=trial.manager, membership=membership, ends_on=date(2019, 1, 1), reason="A typing error.")


def test_nobody_has_a_role_before_their_identity_was_checked(trial):
    newcomer = create_account(by=BUILDER, email="new@trial.test", name="Nia New")
    with pytest.raises(Refused, match="identity of Nia New"):
        _give(trial, newcomer, Role.CRC, site=trial.site)
    assert not Membership.objects.filter(user=newcomer).exists()


def test_only_the_study_manager_appoints_an_investigator(trial):
    with pytest.raises(Refused, match="study manager appoints"):
        services.give_role(
            by=trial.investigator,
            user=trial.stranger,
            role=Role.PI,
            study=trial.study,
            site=trial.site,
            starts_on=BEGAN,
        )


def test_the_first_investigator_gives_the_site_its_name(trial):
    institution = Institution(name="Lakeside", city="Springfield", country="USA")
    site = services.add_site(by=BUILDER, study=trial.study, institution=institution, number="703")
    _give(trial, trial.stranger, Role.PI, site=site)
    site.refresh_from_db()
    assert site.principal_investigator == trial.stranger


def test_a_role_is_held_once(trial):
    with pytest.raises(Refused, match="has this role already"):
        _give(trial, trial.coordinator, Role.CRC, site=trial.site)


def test_a_participants_account_is_that_participants_alone(trial):
    subject = trial.registered()
    give = {"by": trial.investigator, "study": trial.study, "starts_on": BEGAN}
    services.give_role(user=trial.stranger, role=Role.PART, subject=subject, **give)
    with pytest.raises(Refused, match="that participant alone"):
        services.give_role(user=trial.stranger, role=Role.CRC, site=trial.site, **give)
    with pytest.raises(Refused, match="that participant alone"):
        services.give_role(user=trial.stranger, role=Role.PART, subject=trial.registered(full_name="Ada Obi"), **give)


def test_new_dates_act_at_once(trial):
    membership = Membership.objects.get(user=trial.monitor)
    later = trial.today() + timedelta(days=30)
    services.change_role(
        by=trial.manager, membership=membership, starts_on=later, ends_on=None, reason="Starts after the training."
    )
    assert not scope_of(trial.monitor).anywhere("view_subject")


def test_with_the_role_go_its_tasks(trial):
    membership = Membership.objects.get(user=trial.coordinator)
    assert scope_of(trial.coordinator).may("change_visit", trial.site)
    services.end_role(
        by=trial.investigator, membership=membership, ends_on=trial.today() - timedelta(days=1), reason="Left the site."
    )
    assert scope_of(trial.coordinator).sites == {}
