"""Setting up studies and sites."""

import pytest

from subjects import services
from subjects.models import Institution
from tests.support.cast import BUILDER
from trialcrm.access.scope import scope_of
from trialcrm.core.decisions import Refused


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
