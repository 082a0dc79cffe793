import time

import pytest

from trialcrm.cdisc.domain.datasets import BrokenFile, BrokenRow
from trialcrm.cdisc.domain.findings import find_all
from trialcrm.cdisc.domain.sdtm import DOMAINS
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.domain.sdtm.ts import SUMMARY
from trialcrm.cdisc.domain.tabulations import tabulate
from trialcrm.cdisc.domain.visits import subject_visits
from trialcrm.cdisc.readers.folder import read_folder


def test_a_domain_that_was_not_delivered_has_no_rows(delivery, tabulated):
    tabulations = tabulated(delivery)
    assert tabulations.study_id == "TEST-1"
    assert tabulations[SUMMARY] == []
    assert len(tabulations[SUBJECTS]) == 3
    assert (tabulations.file(SUBJECTS), tabulations.file(SUMMARY)) == ("dm.xpt", "TS")


def test_a_delivery_without_demographics_is_refused(delivery, tabulated):
    del delivery["DM"]
    with pytest.raises(BrokenFile, match="no demographics"):
        tabulated(delivery)


def test_a_row_about_a_stranger_is_refused(delivery, tabulated):
    delivery["SV"][3]["USUBJID"] = "T-10-999"
    with pytest.raises(BrokenRow, match=r"sv\.xpt, row 4, USUBJID: .*no T-10-999"):
        tabulated(delivery)


def test_a_row_of_another_study_is_refused(delivery, tabulated):
    delivery["DS"][0]["STUDYID"] = "TEST-2"
    with pytest.raises(BrokenRow, match=r"row 1, STUDYID"):
        tabulated(delivery)


def test_a_row_of_another_domain_is_refused(delivery, tabulated):
    delivery["DM"][1]["DOMAIN"] = "AE"
    with pytest.raises(BrokenRow, match=r"dm\.xpt, row 2, DOMAIN"):
        tabulated(delivery)


def test_participation_ends_once(delivery, tabulated):
    delivery["DS"].append({**delivery["DS"][0], "DSSEQ": 2, "DSDECOD": "COMPLETED"})
    with pytest.raises(BrokenRow, match=r"ds\.xpt, row 2, DSDECOD: .*already ended in row 1"):
        tabulated(delivery)


def test_a_participant_named_twice_is_refused(delivery, tabulated):
    delivery["DM"].append(dict(delivery["DM"][0]))
    with pytest.raises(BrokenRow, match=r"row 4: The row repeats row 1 \(T-10-001\)"):
        tabulated(delivery)


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.noun)
def test_every_domain_names_its_required_variables(domain, make_dataset):
    with pytest.raises(BrokenFile, match=domain.required[0]):
        domain.parse(make_dataset(domain.dataset, [{"STUDYID": "TEST-1"}]))


def test_the_pilot_is_read_parsed_and_judged_in_under_three_seconds(shared_data):
    start = time.perf_counter()
    tabulations = tabulate(read_folder(shared_data / "cdiscpilot01"))
    assert subject_visits(tabulations)
    assert find_all(tabulations)
    assert time.perf_counter() - start < 3
