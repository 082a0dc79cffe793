import pytest

from trialcrm.cdisc.domain.datasets import BrokenFile, BrokenRow, Column, Source, build_dataset

SOURCE = Source("dm.xpt", "0" * 64, 10)


def test_a_refusal_says_file_row_variable_and_reason():
    assert str(BrokenFile("dm.xpt", None, "It is cut short.")) == "dm.xpt: It is cut short."
    assert str(BrokenRow("dm.xpt", 7, "SEX", "It is missing.")) == "dm.xpt, row 7, SEX: It is missing."


def test_blank_text_is_nothing_and_trailing_pad_is_cut():
    built = build_dataset(SOURCE, "DM", "", [Column("A"), Column("B"), Column("C")], [["  x  ", "   ", 0]])
    assert built.rows[0].values == {"A": "  x", "B": None, "C": 0}


def test_missing_variables_are_named():
    built = build_dataset(SOURCE, "DM", "", [Column("SEX")], [])
    built.require(["SEX"])
    with pytest.raises(BrokenFile, match="no AGE, RACE"):
        built.require(["AGE", "SEX", "RACE"])


def test_a_nul_character_within_a_text_is_refused_since_no_database_keeps_it():
    with pytest.raises(BrokenFile, match="row 1, A: The text holds a NUL character"):
        build_dataset(SOURCE, "DM", "", [Column("A")], [["x\0y"]])


def test_a_row_of_another_length_is_refused():
    with pytest.raises(BrokenFile, match="row 2"):
        build_dataset(SOURCE, "DM", "", [Column("A")], [["x"], ["x", "y"]])
