from trialcrm.cdisc.domain.eligibility import unmet_criteria


def test_numbers_in_a_disposition_name_the_criterion(pilot):
    found = [(unmet.usubjid, unmet.criterion_code, unmet.is_assigned) for unmet in unmet_criteria(pilot)]
    assert found == [
        ("01-703-1175", "EXCL16", True),
        ("01-705-1382", "EXCL25", True),
        ("01-708-1372", "EXCL16", True),
    ]


def test_recorded_criteria_are_taken_as_they_are(sample):
    found = [(unmet.usubjid, unmet.criterion_code, unmet.is_assigned, unmet.file) for unmet in unmet_criteria(sample)]
    assert found == [("CDISC015", "INCL03", False, "ie.json")]


def test_a_number_that_fits_no_criterion_stays_without_one(delivery, tabulated):
    delivery["TI"] = [{"STUDYID": "TEST-1", "IETESTCD": "EXCL02", "IETEST": "Text", "IECAT": "EXCLUSION"}]
    delivery["SUPPDS"] = [
        {"STUDYID": "TEST-1", "RDOMAIN": "DS", "USUBJID": f"T-10-{number}", "QNAM": "ENTCRIT", "QVAL": value}
        for number, value in (("001", " 2"), ("003", "9"))
    ]
    assert [unmet.criterion_code for unmet in unmet_criteria(tabulated(delivery))] == ["EXCL02", None]
