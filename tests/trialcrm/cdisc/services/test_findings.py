from trialcrm.cdisc.models import Finding


def current(study, code):
    return list(Finding.objects.filter(study=study, code=code).current())


def test_a_row_that_disappeared_is_listed_and_kept_until_it_is_back(delivery, imported):
    study = imported(delivery).study
    row = delivery["SV"].pop()
    run = imported(delivery)
    (finding,) = current(study, "F25")
    assert (finding.value, finding.variable, finding.subject.subject_id) == ("T-10-003/101", "SV", "10-003")
    assert study.subjects.get(subject_id="10-003").visits.filter(visit_num=101).exists()
    assert run.changed == 0
    delivery["SV"].append(row)
    imported(delivery)
    assert current(study, "F25") == []
    assert finding.history.count() == 2


def test_a_file_that_is_no_longer_delivered_is_listed_once(delivery, imported):
    study = imported(delivery).study
    del delivery["DS"]
    imported(delivery)
    (finding,) = current(study, "F26")
    assert (finding.file, finding.variable, finding.subject) == ("ds.csv", "DS", None)
    assert study.subjects.get(subject_id="10-003").dispositions.exists()


def test_a_finding_that_is_no_longer_made_is_marked_and_still_belongs_to_the_earlier_run(delivery, imported):
    delivery["DM"][0]["RFICDTC"] = None
    first = imported(delivery)
    assert len(current(first.study, "F12")) == 1
    delivery["DM"][0]["RFICDTC"] = "2024-01-02"
    second = imported(delivery)
    assert current(first.study, "F12") == []
    assert Finding.objects.of_run(first).filter(code="F12").count() == 1
    assert not Finding.objects.of_run(second).filter(code="F12").exists()
    (gone,) = Finding.objects.filter(code="F12")
    assert gone.history.first().history_change_reason == "Not found in “delivery”"


def test_the_same_finding_twice_is_two_findings(delivery, imported, visit):
    delivery["SV"] += [visit("001", 3.5, "EXTRA", "2024-01-25"), visit("001", 3.6, "MORE", "2024-01-25")]
    study = imported(delivery).study
    assert len(current(study, "F11")) == 2
    before = Finding.history.count()
    imported(delivery)
    assert Finding.history.count() == before
