"""Setting up studies and sites, and giving people roles in them."""

from datetime import date, timedelta

import pytest

from subjects import services
from subjects.models import Institution, Membership, Subject
from tests.support.cast import BEGAN, BUILDER
from trialcrm.access.roles import Role
from trialcrm.access.scope import scope_of
from trialcrm.core import clock
from trialcrm.core.decisions import Refused


def _give(trial, person, role, **place):
    return services.give_role(
        by=trial.manager, user=person, role=role, study=trial.study, starts_on=date(2020, 1, 1), **place
    )


def test_a_protocol_id_is_given_once(trial):
    with pytest.raises(Refused, match="TEST-01"):
        services.create_study(by=BUILDER, protocol_id="TEST-01", title="Again")


def test_whoever_sets_up_a_study_by_the_portal_manages_it(trial):
    study = services.create_study(by=trial.manager, protocol_id="TEST-02", title="Another")
    assert study.pk in scope_of(trial.manager).study_ids("change_study")


def test_a_study_is_approved_only_with_a_plan_criteria_and_consent(trial):
    study = services.create_study(by=BUILDER, protocol_id="TEST-02", title="Another")
    with pytest.raises(Refused, match="no planned visit"):
        services.move_study(by=BUILDER, study=study, to="approved")


def test_a_study_recruits_only_with_an_active_site(trial):
    services.move_study(by=BUILDER, study=trial.study, to="suspended")
    for site in trial.study.sites.all():
        services.move_site(by=BUILDER, site=site, to="on_hold")
    with pytest.raises(Refused, match="No site is active"):
        services.move_study(by=BUILDER, study=trial.study, to="recruiting")


def test_a_site_is_activated_only_with_an_investigator(trial):
    institution = Institution(name="Lakeside", city="Springfield", country="USA")
    site = services.add_site(by=BUILDER, study=trial.study, institution=institution, number="703")
    services.move_site(by=BUILDER, site=site, to="initiated")
    with pytest.raises(Refused, match="no investigator"):
        services.move_site(by=BUILDER, site=site, to="active")


def test_the_coordinator_does_not_change_the_design(trial):
    with pytest.raises(Refused, match="study manager"):
        services.move_study(by=trial.coordinator, study=trial.study, to="suspended")


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
    with clock.frozen(clock.now() + timedelta(days=2)):
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
