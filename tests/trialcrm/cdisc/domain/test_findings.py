from collections import Counter

import pytest

from trialcrm.cdisc.domain.findings import Severity, find_all


@pytest.fixture
def findings(delivery, tabulated):
    """Findings of the small study after a change, by code."""

    def judge(code):
        return [finding for finding in find_all(tabulated(delivery)) if finding.code == code]

    return judge


@pytest.fixture(scope="module")
def pilot_findings(pilot):
    return find_all(pilot)


PILOT_COUNTS = {
    "F01": 294,
    "F02": 250,
    "F03": 36,
    "F04": 26,
    "F05": 45,
    "F06": 4,
    "F07": 1191,
    "F08": 1,
    "F09": 1,
    "F10": 22,
    "F11": 92,
    "F12": 306,
    "F13": 52 + 3,
    "F14": 6,
    "F15": 1,
    "F16": 12,
    "F17": 8,
    "F18": 2,
    "F19": 10,
    "F21": 251 + 150,
    "F22": 3,
    "F23": 15,
    "F24": 303,
}


def test_the_pilot_has_each_oddity_as_often_as_published(pilot_findings):
    assert Counter(finding.code for finding in pilot_findings) == PILOT_COUNTS


def test_every_finding_has_a_place_a_title_and_a_sentence(pilot_findings):
    for finding in pilot_findings:
        assert finding.file.endswith(".xpt")
        assert finding.row is None or finding.row > 0
        assert str(finding.title)
        assert str(finding.text)
        assert "{" not in str(finding.text)


def test_the_sample_has_its_own_oddities_only(sample):
    assert Counter(finding.code for finding in find_all(sample)) == {"F10": 1, "F11": 6, "F24": 15}


def places(findings, code):
    return [(finding.file, finding.usubjid, finding.variable) for finding in findings if finding.code == code]


def test_f09_the_repeated_visit_is_told_with_its_new_number(pilot_findings, delivery, findings):
    (repeated,) = [finding for finding in pilot_findings if finding.code == "F09"]
    assert (repeated.usubjid, repeated.value, repeated.severity) == ("01-711-1143", "9.2", Severity.WARNING)
    assert str(repeated.text) == "Visit 9.2 of 2013-09-22 is taken over as visit 9.3."
    delivery["SV"].append({**delivery["SV"][2], "SVSTDTC": "2024-01-28", "SVENDTC": None})
    assert [finding.row for finding in findings("F09")] == [9]


def test_f10_a_visit_before_its_forerunner_is_told(delivery, findings):
    assert not findings("F10")
    delivery["SV"][2] |= {"SVSTDTC": "2024-01-09", "SVENDTC": None}
    (finding,) = findings("F10")
    assert (finding.row, finding.value) == (3, "2024-01-09")


def test_f11_each_further_visit_of_a_day_is_told(delivery, findings):
    assert not findings("F11")
    for index in (0, 2):
        delivery["SV"][index] |= {"SVSTDTC": "2024-01-10", "SVENDTC": None}
    assert [finding.row for finding in findings("F11")] == [2, 3]


def test_f12_an_inferred_consent_is_told_and_where_it_differs_from_the_first_visit(pilot_findings, delivery, findings):
    assert not findings("F12")
    delivery["DM"][0]["RFICDTC"] = None
    assert str(findings("F12")[0].text) == (
        "2024-01-01 inferred from the start of screening (se.xpt, row 1); first visit 2024-01-02."
    )
    delivery["SE"] = delivery["SE"][1:]
    assert "Neither" in str(findings("F12")[0].text)
    differing = [f.usubjid for f in pilot_findings if f.code == "F12" and "first visit" in str(f.text)]
    assert differing == ["01-701-1162"]


def test_f13_failures_without_reason_and_people_entered_against_a_criterion(pilot_findings, findings):
    kinds = Counter((f.file, f.severity) for f in pilot_findings if f.code == "F13")
    assert kinds == {("dm.xpt", Severity.WARNING): 52, ("suppds.xpt", Severity.IMPORTANT): 3}
    entered = [f.value for f in pilot_findings if f.code == "F13" and f.file == "suppds.xpt"]
    assert entered == ["EXCL16", "EXCL25", "EXCL16"]
    assert [finding.usubjid for finding in findings("F13")] == ["T-10-002"]


def test_f13_a_recorded_criterion_is_reason_enough(delivery, findings):
    unmet = {"IESEQ": 1, "IETESTCD": "EXCL01", "IECAT": "EXCLUSION", "IEORRES": "Y"}
    delivery["IE"] = [{"STUDYID": "TEST-1", "USUBJID": "T-10-002", **unmet}]
    assert not findings("F13")


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"RFENDTC": "2024-03-02"}, "RFENDTC"),
        ({"RFENDTC": "2024-03-01", "RFPENDTC": "2024-04"}, "RFPENDTC"),
        ({}, "DTHDTC"),
    ],
)
def test_f15_dates_that_contradict_a_death_are_told(delivery, findings, change, variable):
    delivery["DM"][2] |= {"DTHDTC": "2024-03-01", "DTHFL": "Y", **change}
    delivery["DS"][0] |= {"DSDECOD": "DEATH", "DSSTDTC": "2024-03-03"}
    (finding,) = findings("F15")
    assert (finding.variable, finding.severity) == (variable, Severity.IMPORTANT)


def test_f15_partial_dates_contradict_only_when_certain(delivery, findings):
    delivery["DM"][2] |= {"DTHDTC": "2024-03", "DTHFL": "Y", "RFENDTC": "2024-03-20", "RFPENDTC": "2024-03-20"}
    delivery["DS"][0] |= {"DSDECOD": "DEATH", "DSSTDTC": "2024-03-15"}
    assert not findings("F15")


def test_f15_the_pilot(pilot_findings):
    assert places(pilot_findings, "F15") == [("dm.xpt", "01-710-1083", "RFENDTC")]


def test_findings_about_arms_and_elements_are_marked_as_unblinding(pilot_findings, delivery, findings):
    assert {f.code for f in pilot_findings if f.is_unblinding} == {"F16", "F22"}
    assert {f.is_unblinding for f in pilot_findings if f.code in {"F16", "F22"}} == {True}
    delivery["DM"][0] |= {"ACTARMCD": "PBO", "ACTARM": "Placebo"}
    assert [finding.usubjid for finding in findings("F16")] == ["T-10-001"]


def test_no_other_finding_names_an_arm(pilot, pilot_findings):
    for finding in pilot_findings:
        if not finding.is_unblinding:
            assert not {"Placebo", "Xanomeline"} & set(str(finding.text).split())


def test_f17_a_completer_flag_beside_another_end_is_told(delivery, findings):
    flag = {"STUDYID": "TEST-1", "RDOMAIN": "DM", "USUBJID": "T-10-003", "QVAL": "Y"}
    delivery["SUPPDM"] = [{**flag, "QNAM": "COMPLT2"}]
    assert [finding.variable for finding in findings("F17")] == ["COMPLT2"]
    delivery["SUPPDM"].append({**flag, "USUBJID": "T-10-001", "QNAM": "COMPLT4"})
    assert not findings("F17")


def test_f18_retrieval_without_its_event(pilot_findings):
    assert [f.usubjid for f in pilot_findings if f.code == "F18"] == ["01-715-1155", "01-718-1066"]


def test_f19_outdated_values_are_told_once_each_with_their_count(pilot_findings):
    values = {(f.file, f.variable, f.value) for f in pilot_findings if f.code == "F19"}
    assert values == {
        ("dm.xpt", "ARMCD", "Scrnfail"),
        ("ds.xpt", "DSDECOD", "PROTOCOL VIOLATION"),
        ("ta.xpt", "EPOCH", "Screening"),
        ("ta.xpt", "EPOCH", "Treatment"),
        ("ts.xpt", "TSVAL (AGEMIN)", "50 years"),
        ("ts.xpt", "TSVAL (AGEMAX)", "No maximum"),
        ("ts.xpt", "TSVAL (LENGTH)", "26 weeks"),
        ("ts.xpt", "TSVAL (TPHASE)", "Phase II Trial"),
        ("ts.xpt", "TSPARMCD", "AGESPAN"),
        ("ts.xpt", "TSPARMCD", "COMPTRT"),
    }
    (violation,) = [f for f in pilot_findings if f.value == "PROTOCOL VIOLATION"]
    assert str(violation.text) == "“PROTOCOL VIOLATION” stands for “PROTOCOL DEVIATION” today (6 rows); both are kept."


def test_f21_times_are_told_only_where_others_have_none(pilot_findings, delivery, findings):
    assert Counter(f.variable for f in pilot_findings if f.code == "F21") == {"DSDTC": 251, "RFPENDTC": 150}
    delivery["DM"][0]["RFPENDTC"] = "2024-02-20T10:00"
    assert [finding.value for finding in findings("F21")] == ["2024-02-20T10:00"]
    for row in delivery["DM"]:
        row["RFPENDTC"] = "2024-02-20T10:00"
    assert not findings("F21")


def test_f22_unnamed_elements(pilot_findings):
    assert [f.usubjid for f in pilot_findings if f.code == "F22"] == ["01-708-1067", "01-710-1337", "01-715-1134"]


def test_f23_planned_days_that_are_offsets_are_told(delivery, findings):
    assert [(finding.row, finding.value) for finding in findings("F23")] == [(3, "14"), (4, "21"), (5, "28")]


def test_f24_a_blank_death_flag_is_not_taken_for_life(delivery, findings):
    assert len(findings("F24")) == 3
    delivery["DM"][2] |= {"DTHDTC": "2024-03-01"}
    assert len(findings("F24")) == 2


@pytest.mark.parametrize(
    ("domain", "index", "variable"), [("SV", 1, "SVSTDY"), ("SE", 0, "SESTDY"), ("DS", 0, "DSSTDY")]
)
def test_f08_a_study_day_that_the_dates_do_not_give_is_told(delivery, findings, domain, index, variable):
    assert not findings("F08")
    delivery[domain][index][variable] = 366
    (finding,) = findings("F08")
    assert (finding.file, finding.row, finding.variable) == (f"{domain.lower()}.xpt", index + 1, variable)
