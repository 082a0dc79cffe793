"""Setting up studies and sites."""

from datetime import timedelta

import pytest

from subjects import services
from subjects.models import Institution
from tests.support.cast import BUILDER
from trialcrm.access.roles import Role
from trialcrm.access.scope import scope_of
from trialcrm.audit.models import AuditLog
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


# --- who is the investigator of a site, and by which clock it works ---------------------------------------------------

WHY = "Dr Ito leaves the hospital"


def changed(trial, site=None, by=None, **facts):
    site = site or trial.site
    facts = {"principal_investigator": site.principal_investigator, "time_zone": site.time_zone, **facts}
    return services.change_site(by=by or trial.manager, site=site, reason=WHY, **facts)


def another_investigator(trial, **facts):
    given = {"user": trial.subinvestigator, "role": Role.PI, "study": trial.study, "site": trial.site, **facts}
    return services.give_role(by=trial.manager, **{"starts_on": trial.today(), **given})


def test_another_investigator_is_named_who_has_the_role_there(trial):
    another_investigator(trial)
    site = changed(trial, principal_investigator=trial.subinvestigator)
    assert site.principal_investigator == trial.subinvestigator
    assert [item.principal_investigator_id for item in site.history.order_by("history_id")][-2:] == [
        trial.investigator.pk,
        trial.subinvestigator.pk,
    ]
    log = AuditLog.objects.get(action="site.changed")
    assert (log.entity_id, log.reason) == (str(site.pk), WHY)
    assert trial.investigator.memberships.get(role=Role.PI).ends_on is None


def test_nobody_is_named_who_does_not_have_the_role_there_now(trial):
    another_investigator(trial, starts_on=trial.today() + timedelta(days=3))
    for person in (trial.subinvestigator, trial.other_investigator, trial.coordinator, None):
        with pytest.raises(Refused) as refusal:
            changed(trial, principal_investigator=person)
        assert refusal.value.field == "principal_investigator"


def test_the_zone_of_a_site_changes_while_nothing_was_recorded_by_it(trial):
    site = changed(trial, time_zone="America/Chicago")
    assert site.time_zone == "America/Chicago"
    assert scope_of(trial.coordinator).may("change_subject", site)
    with pytest.raises(Refused, match="no such time zone"):
        changed(trial, time_zone="Mars/Olympus")
    trial.registered(days_ago=3)
    with pytest.raises(Refused) as refusal:
        changed(trial, site=site, time_zone="America/Denver")
    assert refusal.value.field == "time_zone"


def test_a_site_is_changed_by_the_study_manager_until_the_study_is_archived(trial):
    for part in ("investigator", "coordinator", "monitor", "stranger"):
        with pytest.raises(Refused, match="study manager"):
            changed(trial, by=getattr(trial, part), time_zone="America/Chicago")
    for status in ("terminated", "locked", "archived"):
        services.move_study(by=BUILDER, study=trial.study, to=status)
    with pytest.raises(Refused, match="archived"):
        changed(trial, time_zone="America/Chicago")
