import pytest

from trialcrm.cdisc.domain.datasets import Column, Source, build_dataset
from trialcrm.cdisc.domain.licensed import is_licensed


@pytest.mark.parametrize(
    ("dataset", "variable", "licensed"),
    [
        ("AE", "AEDECOD", True),
        ("AE", "AEPTCD", True),
        ("AE", "AESOC", True),
        ("AE", "AESOCCD", True),
        ("AE", "AETERM", False),
        ("AE", "AESEV", False),
        ("MH", "MHBODSYS", True),
        ("CM", "CMDECOD", True),
        ("CM", "CMCLAS", True),
        ("DS", "DSDECOD", False),
        ("DS", "DSTERM", False),
        ("DM", "SEX", False),
    ],
)
def test_dictionary_columns_are_known_and_disposition_terms_are_none(dataset, variable, licensed):
    assert is_licensed(dataset, variable) is licensed


def test_a_dictionary_term_is_not_taken_over_as_a_supplemental_qualifier_either():
    columns = [Column("QNAM"), Column("QVAL")]
    built = build_dataset(Source("s", "", 1), "SUPPAE", "", columns, [["AELLT", "a term"], ["AETRTEM", "Y"]])
    assert [row.values["QVAL"] for row in built.rows] == [None, "Y"]
