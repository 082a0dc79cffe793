"""What the lists are about: the studies and sites in sight."""

from subjects import selectors, services
from tests.support.cast import BEGAN
from trialcrm.access.roles import Role


def test_whoever_was_assigned_one_participant_finds_that_one_in_their_lists(trial):
    one, _other = trial.registered(), trial.registered(full_name="Ed Other")
    services.give_role(
        by=trial.investigator,
        user=trial.stranger,
        role=Role.SUBI,
        study=trial.study,
        site=trial.site,
        subject=one,
        starts_on=BEGAN,
    )
    focus = selectors.focus_of(trial.stranger)
    assert focus.sites == [trial.site]
    assert list(selectors.subject_list(trial.stranger).filter(site__in=focus.site_ids)) == [one]


def test_who_was_assigned_nobody_has_the_sites_of_their_roles(trial):
    assert selectors.focus_of(trial.coordinator).sites == [trial.site]
    assert selectors.focus_of(trial.monitor).sites == [trial.site, trial.other_site]
    assert selectors.focus_of(trial.stranger).sites == []
