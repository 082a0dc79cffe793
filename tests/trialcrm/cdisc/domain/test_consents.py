from trialcrm.cdisc.domain.consents import consent_dates


def test_the_recorded_date_comes_before_the_milestone_and_the_inferred_one(delivery, tabulated):
    consent = consent_dates(tabulated(delivery))["T-10-001"]
    assert (consent.on.text, consent.is_inferred, consent.file, consent.row_no) == ("2024-01-02", False, "dm.xpt", 1)


def test_the_milestone_counts_where_demographics_are_silent(delivery, tabulated):
    delivery["DM"][0]["RFICDTC"] = None
    event = {"USUBJID": "T-10-001", "DSTERM": "CONSENT", "DSDECOD": "INFORMED CONSENT OBTAINED"}
    delivery["DS"].append(
        {"STUDYID": "TEST-1", "DSSEQ": 1, "DSCAT": "PROTOCOL MILESTONE", "DSSTDTC": "2024-01-01T09:30", **event}
    )
    consent = consent_dates(tabulated(delivery))["T-10-001"]
    assert (consent.on.text, consent.is_inferred, consent.file) == ("2024-01-01T09:30", False, "ds.xpt")


def test_else_the_start_of_the_element_that_begins_with_consent_is_taken_and_marked(delivery, tabulated):
    delivery["DM"][0]["RFICDTC"] = None
    consent = consent_dates(tabulated(delivery))["T-10-001"]
    assert (consent.on.text, consent.is_inferred, consent.file, consent.row_no) == ("2024-01-01", True, "se.xpt", 1)


def test_nothing_is_invented_where_nothing_tells(delivery, tabulated):
    delivery["DM"][0]["RFICDTC"] = None
    delivery["SE"] = []
    assert "T-10-001" not in consent_dates(tabulated({name: rows for name, rows in delivery.items() if rows}))


def test_every_consent_of_the_pilot_is_inferred_and_none_of_the_sample(pilot, sample):
    assert [consent.is_inferred for consent in consent_dates(pilot).values()] == [True] * 306
    assert [consent.is_inferred for consent in consent_dates(sample).values()] == [False] * 18


def test_screening_of_the_pilot_lasted_longer_than_its_protocol_allows_57_times(pilot, shared_data):
    import json

    from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
    from trialcrm.cdisc.domain.sdtm.sv import SUBJECT_VISITS
    from trialcrm.cdisc.domain.sdtm.te import ELEMENTS, max_screening_days

    expected = json.loads((shared_data / "cdiscpilot01" / "expected.json").read_text())["screening"]
    first = {visit.usubjid: visit.on for visit in pilot[SUBJECT_VISITS] if visit.visit_num == 1}
    days = [(row.anchor.exact - first[row.usubjid]).days for row in pilot[SUBJECTS] if row.anchor]
    limit = max_screening_days(pilot[ELEMENTS])
    assert limit == 14
    assert (sum(count > limit for count in days), max(days)) == (expected["over_14_days"], expected["max"])
