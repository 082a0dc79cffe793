"""What one person may do where: one query, literal ids, and no leak between places."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subjects.domain.permissions import Perm
from subjects.models import EligibilityCriterion, Membership, Site, Study, Subject, Visit
from tests.support.cast import BUILDER, Trial
from trialcrm.access import grants
from trialcrm.access.roles import Role
from trialcrm.access.scope import EVERYTHING, Limit, Scope, forget, limit, scope_of
from trialcrm.audit import context
from trialcrm.core import clock
from trialcrm.core.ids import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_under_way() -> Iterator[None]:
    with context.request():
        yield


def test_one_query_answers_every_question_of_a_request(
    trial: Trial, request_under_way: None, django_assert_num_queries: Any
) -> None:
    subjects = [trial.registered(), trial.registered(full_name="Ada Obi")]
    person = trial.coordinator
    forget()

    with django_assert_num_queries(1):
        scope = scope_of(person)
        assert all(scope_of(person).may(Perm.VIEW_SUBJECT, subject) for subject in subjects)
        assert scope.anywhere(Perm.VIEW_VISIT)
        assert scope_of(person) is scope


def test_outside_of_a_request_nothing_is_kept(trial: Trial, django_assert_num_queries: Any) -> None:
    person = trial.coordinator
    with django_assert_num_queries(2):
        assert scope_of(person) == scope_of(person)


def test_lists_are_filtered_by_literal_ids_without_a_subquery(trial: Trial, request_under_way: None) -> None:
    assert scope_of(trial.monitor).site_ids(Perm.VIEW_VISIT) == {trial.site.pk, trial.other_site.pk}
    with CaptureQueriesContext(connection) as queries:
        list(Visit.objects.visible_to(trial.monitor))

    (query,) = [item["sql"] for item in queries.captured_queries]
    assert query.count("SELECT") == 1
    assert trial.site.pk.hex in query
    assert trial.other_site.pk.hex in query


def test_site_staff_see_their_site_and_not_the_next_one(trial: Trial) -> None:
    here, there = trial.registered(), trial.registered(site=trial.other_site)

    assert list(Subject.objects.visible_to(trial.coordinator)) == [here]
    assert list(Subject.objects.visible_to(trial.outsider)) == [there]
    assert not Visit.objects.visible_to(trial.coordinator).filter(subject=there).exists()
    assert not scope_of(trial.coordinator).may(Perm.VIEW_SUBJECT, there)


def test_a_role_in_the_whole_study_reaches_every_site_of_it(trial: Trial) -> None:
    subjects = {trial.registered(), trial.registered(site=trial.other_site)}

    assert set(Subject.objects.visible_to(trial.monitor)) == subjects
    assert set(Site.objects.visible_to(trial.monitor)) == {trial.site, trial.other_site}
    assert all(scope_of(trial.monitor).may(Perm.VIEW_SUBJECT, subject) for subject in subjects)


def test_a_site_added_later_is_within_a_right_on_the_whole_study(trial: Trial, request_under_way: None) -> None:
    scope = scope_of(trial.manager)
    later = Site(study=trial.study, institution=trial.site.institution, number="799")

    assert scope.may(Perm.VIEW_SITE, later)


def test_a_right_on_one_subject_reaches_that_subject_only(trial: Trial) -> None:
    mine, other = trial.registered(), trial.registered(full_name="Ada Obi")
    grants.enrol(trial.stranger, Role.PART, mine)

    assert {visit.subject_id for visit in Visit.objects.visible_to(trial.stranger, Perm.OWN_VISITS)} == {mine.pk}
    scope = scope_of(trial.stranger)
    assert scope.may(Perm.OWN_VISITS, mine)
    assert not scope.may(Perm.OWN_VISITS, other)
    assert not scope.may(Perm.OWN_VISITS, trial.site)
    assert scope.site_ids(Perm.OWN_VISITS) == frozenset()


def test_whoever_works_at_a_site_reads_the_design_of_its_study(trial: Trial) -> None:
    assert EligibilityCriterion.objects.visible_to(trial.coordinator).count() == 3
    assert list(Study.objects.visible_to(trial.coordinator)) == [trial.study]
    assert scope_of(trial.coordinator).may(Perm.VIEW_STUDY, trial.study)


def test_a_right_to_change_at_one_site_does_not_reach_the_study_itself(trial: Trial) -> None:
    """Or an investigator, who approves the staff of one site, could appoint study managers."""
    scope = scope_of(trial.investigator)
    study_wide = Membership.objects.get(user=trial.manager)

    assert scope.may(Perm.CHANGE_MEMBERSHIP, trial.site)
    assert not scope.may(Perm.CHANGE_MEMBERSHIP, trial.study)
    assert not scope.may(Perm.CHANGE_MEMBERSHIP, study_wide)
    assert scope_of(trial.manager).may(Perm.CHANGE_MEMBERSHIP, trial.study)


def test_records_of_the_whole_study_are_listed_where_others_have_a_site(trial: Trial) -> None:
    seen = Membership.objects.visible_to(trial.coordinator)

    assert seen.filter(user=trial.monitor).exists()
    assert seen.filter(user=trial.investigator).exists()
    assert not seen.filter(user=trial.outsider).exists()


@pytest.mark.parametrize("part", ["stranger", "operator"])
def test_without_a_role_nothing_is_seen(trial: Trial, part: str) -> None:
    trial.registered()
    person = getattr(trial, part)

    for model in (Study, Site, Subject, Visit, Membership):
        assert not model.objects.visible_to(person).exists()
    assert not scope_of(person).anywhere(Perm.VIEW_STUDY)


def test_nobody_signed_in_and_nobody_deactivated_may_do_anything(trial: Trial) -> None:
    person = trial.coordinator
    person.is_active = False

    assert not Site.objects.visible_to(person).exists()
    assert not Site.objects.visible_to(AnonymousUser()).exists()


def test_rights_begin_and_end_at_their_time_without_any_job(trial: Trial) -> None:
    """Removed rights act on the next request."""
    starts, ends = clock.now() + timedelta(days=1), clock.now() + timedelta(days=3)
    grants.enrol(trial.stranger, Role.CRA, trial.study, starts_at=starts, ends_at=ends)

    def sees() -> bool:
        return Site.objects.visible_to(trial.stranger).exists()

    assert not sees()
    with clock.frozen(starts):
        assert sees()
    with clock.frozen(ends - timedelta(seconds=1)):
        assert sees()
    with clock.frozen(ends):
        assert not sees()


def test_ending_a_role_acts_within_the_same_request(trial: Trial, request_under_way: None) -> None:
    assert scope_of(trial.monitor).anywhere(Perm.VIEW_VISIT)

    grants.dismiss(trial.monitor, Role.CRA, trial.study, ends_at=clock.now())

    assert not scope_of(trial.monitor).anywhere(Perm.VIEW_VISIT)


def test_the_portal_itself_reaches_everything(trial: Trial) -> None:
    assert scope_of(BUILDER) is EVERYTHING
    assert EVERYTHING.may("anything", trial.site)
    assert EVERYTHING.anywhere("anything")
    assert Site.objects.visible_to(BUILDER).count() == Site.objects.count()


def test_an_account_asks_the_same_scope(trial: Trial) -> None:
    person = trial.coordinator

    assert person.has_perm("subjects.view_visit")
    assert person.has_perm("subjects.view_visit", trial.site)
    assert not person.has_perm("subjects.view_visit", trial.other_site)
    assert not person.has_perm("subjects.import_study")
    assert not trial.operator.has_perm("subjects.view_visit")


def test_several_roles_at_one_place_are_all_known(trial: Trial) -> None:
    grants.enrol(trial.coordinator, Role.PHARM, trial.site)

    assert sorted(scope_of(trial.coordinator).roles_at(trial.site.pk)) == ["crc", "pharm"]
    assert scope_of(trial.coordinator).all_roles() == {"crc", "pharm"}
    assert scope_of(trial.coordinator).roles_at(None) == []


# --- less than one may, for the rest of a request ---------------------------------------------------------------------


def test_a_limit_to_a_site_leaves_what_lies_there_and_the_design_of_its_study(
    trial: Trial, request_under_way: None
) -> None:
    here, there = trial.registered(), trial.registered(site=trial.other_site)
    limit(trial.monitor, Limit(sites=frozenset({trial.site.pk})))

    assert list(Subject.objects.visible_to(trial.monitor)) == [here]
    assert list(Site.objects.visible_to(trial.monitor)) == [trial.site]
    assert EligibilityCriterion.objects.visible_to(trial.monitor).count() == 3
    assert not scope_of(trial.monitor).may(Perm.VIEW_SUBJECT, there)


def test_a_limit_to_a_site_takes_a_right_on_the_whole_study_away(trial: Trial, request_under_way: None) -> None:
    limit(trial.manager, Limit(sites=frozenset({trial.site.pk})))

    assert scope_of(trial.manager).may(Perm.CHANGE_MEMBERSHIP, trial.site)
    assert not scope_of(trial.manager).may(Perm.CHANGE_MEMBERSHIP, trial.study)
    assert not scope_of(trial.manager).may(Perm.CHANGE_MEMBERSHIP, trial.other_site)


def test_a_limit_to_a_study_leaves_everything_of_it_and_nothing_else(trial: Trial, request_under_way: None) -> None:
    whole = scope_of(trial.monitor)
    limit(trial.monitor, Limit(studies=frozenset({trial.study.pk})))
    assert scope_of(trial.monitor) == whole

    limit(trial.monitor, Limit(studies=frozenset({new_id()})))
    assert scope_of(trial.monitor) == Scope()


def test_studies_and_sites_of_a_limit_both_hold(trial: Trial, request_under_way: None) -> None:
    limit(trial.monitor, Limit(studies=frozenset({new_id()}), sites=frozenset({trial.site.pk})))

    assert scope_of(trial.monitor) == Scope()


def test_a_limit_adds_nothing_to_what_one_may(trial: Trial, request_under_way: None) -> None:
    limit(trial.coordinator, Limit(sites=frozenset({trial.other_site.pk})))

    assert not Subject.objects.visible_to(trial.coordinator).exists()
    assert not scope_of(trial.coordinator).anywhere(Perm.VIEW_STUDY)


def test_a_limit_holds_for_a_right_on_one_subject_too(trial: Trial, request_under_way: None) -> None:
    mine = trial.registered()
    grants.enrol(trial.stranger, Role.PART, mine)

    limit(trial.stranger, Limit(sites=frozenset({trial.site.pk})))
    assert scope_of(trial.stranger).may(Perm.OWN_VISITS, mine)
    limit(trial.stranger, Limit(sites=frozenset({trial.other_site.pk})))
    assert not scope_of(trial.stranger).may(Perm.OWN_VISITS, mine)


def test_a_limit_is_of_one_person_and_outlives_what_is_forgotten_or_undone(
    trial: Trial, request_under_way: None
) -> None:
    limit(trial.monitor, Limit(sites=frozenset({trial.site.pk})))
    forget()
    context.forget()

    assert scope_of(trial.monitor).site_ids(Perm.VIEW_VISIT) == {trial.site.pk}
    assert scope_of(trial.inspector).site_ids(Perm.VIEW_VISIT) == {trial.site.pk, trial.other_site.pk}


def test_a_limit_ends_with_its_request_and_cannot_be_set_outside_of_one(trial: Trial) -> None:
    with context.request():
        limit(trial.monitor, Limit(sites=frozenset({trial.site.pk})))

    assert len(scope_of(trial.monitor).site_ids(Perm.VIEW_VISIT)) == 2
    with pytest.raises(LookupError):
        limit(trial.monitor, Limit())
