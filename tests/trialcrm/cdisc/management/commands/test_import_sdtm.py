import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from subjects.models import Study
from trialcrm.cdisc.models import ImportRun


def run(folder, **options):
    said = StringIO()
    call_command("import_sdtm", folder, stdout=said, **options)
    return said.getvalue()


def test_the_command_tells_each_step_and_what_was_taken_over(trial, delivery, written):
    said = run(written(delivery), email="manager@trial.test")
    assert said.startswith("1/8 Reading the files\n2/8 Checking every row\n")
    assert "TEST-1: " in said
    assert ImportRun.objects.get().by == trial.manager


def test_without_an_account_it_says_that_nobody_has_a_role_yet(db, delivery, written):
    assert "Nobody has a role" in run(written(delivery))
    assert not Study.objects.get(protocol_id="TEST-1").memberships.exists()


def test_a_refusal_ends_the_command_with_file_row_variable_and_reason(db, delivery, written):
    delivery["DM"][1]["SEX"] = "X"
    with pytest.raises(CommandError, match=r"dm\.csv, row 2, SEX: “X” is not in"):
        run(written(delivery))


def test_an_account_that_is_not_there_or_may_not_import_is_refused(trial, delivery, written):
    with pytest.raises(CommandError, match="no active account"):
        run(written(delivery), email="nobody@trial.test")
    with pytest.raises(CommandError, match="Only a study manager"):
        run(written(delivery), email="monitor@trial.test")


def test_a_folder_without_datasets_is_refused(db, tmp_path):
    with pytest.raises(CommandError, match="no SDTM datasets"):
        run(tmp_path)
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "missing")


def test_figures_that_differ_are_shown_and_end_the_command(db, delivery, written, tmp_path):
    expected = tmp_path / "expected.json"
    expected.write_text(json.dumps({"dm": {"subjects": 4, "by_SEX": {"F": 3}}}))
    with pytest.raises(CommandError, match="1 of 2 figures"):
        run(written(delivery), check=expected)
