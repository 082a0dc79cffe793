from dataclasses import replace

import pytest

from subjects.domain.importing import Item, Place
from subjects.models import Arm, Institution, Site, Study, Subject, Visit
from subjects.services import importing
from subjects.services.importing import Design, Unfit
from trialcrm.audit.acts import SystemActor, UnrecordedWrite
from trialcrm.audit.models import AuditLog
from trialcrm.core.decisions import Refused

BY = SystemActor("test")
PLACE = Place("DM", "dm.xpt", "ab12" * 16, 1)


def item(*key, row=1, variables=None, **values):
    return Item(key, values, replace(PLACE, row=row), variables or {})


@pytest.fixture
def study(db):
    importing.import_study(by=BY, item=item("IMP-1", title="Imported", status="enrolment_closed"))
    return Study.objects.get(protocol_id="IMP-1")


@pytest.fixture
def site(study):
    importing.import_sites(by=BY, study=study, items=[of_site("10")])
    return study.sites.get()


def of_site(number, **values):
    facts = {"number": number, "institution": f"Site {number}", "country": "USA", "status": "closed", **values}
    return item(number, **facts)


def of_subject(number, site="10", row=1, **values):
    facts = {"site": site, "subject_id": f"{site}-{number}", "unique_subject_id": f"U-{number}", "state": "completed"}
    return item(f"U-{number}", row=row, variables={"subject_id": "SUBJID"}, **{**facts, **values})


def import_subjects(study, *items):
    return importing.import_subjects(by=BY, study=study, items=items)


def test_a_place_reads_as_file_row_and_digest():
    assert str(PLACE) == "dm.xpt, row 1, sha256 ab12ab12ab12…"
    assert str(replace(PLACE, row=None)) == "dm.xpt, sha256 ab12ab12ab12…"


def test_new_records_are_added_with_their_place_as_the_reason(study, site):
    outcome = import_subjects(study, of_subject("1"), of_subject("2", row=2))
    assert (len(outcome.created), len(outcome.changed), len(outcome.unchanged)) == (2, 0, 0)
    subject = Subject.objects.get(subject_id="10-2")
    assert (subject.study, subject.site) == (study, site)
    assert subject.history.get().history_change_reason == "dm.xpt, row 2, sha256 ab12ab12ab12…"


def test_only_what_differs_is_changed_and_the_rest_is_not_written(study, site):
    import_subjects(study, of_subject("1"), of_subject("2"))
    outcome = import_subjects(study, of_subject("1"), of_subject("2", row=9, age=70))
    assert (len(outcome.created), len(outcome.changed), len(outcome.unchanged)) == (0, 1, 1)
    assert Subject.objects.get(subject_id="10-1").history.count() == 1
    assert Subject.objects.get(subject_id="10-2").history.first().history_change_reason.startswith("dm.xpt, row 9")


def test_what_a_delivery_does_not_speak_of_is_left_as_it_is(study, site):
    Site._base_manager.filter(pk=site.pk).update(time_zone="America/New_York")
    importing.import_sites(by=BY, study=study, items=[of_site("10")])
    site.refresh_from_db()
    assert site.time_zone == "America/New_York"


def test_a_value_that_does_not_fit_is_refused_with_its_place_and_its_own_name(study, site):
    with pytest.raises(Unfit, match="at most 40 characters") as caught:
        import_subjects(study, of_subject("1"), of_subject("2", row=7, subject_id="x" * 41))
    assert (caught.value.place.row, caught.value.variable) == (7, "SUBJID")
    assert not Subject.objects.filter(study=study).exists()


def test_a_value_outside_of_its_list_is_refused(study, site):
    with pytest.raises(Unfit, match="not a valid choice"):
        import_subjects(study, of_subject("1", state="asleep"))


def test_a_record_that_is_not_there_cannot_be_named(study, site):
    with pytest.raises(Unfit, match="“99” is not known"):
        import_subjects(study, of_subject("1", site="99"))


def test_a_key_that_is_there_twice_is_refused(study, site):
    with pytest.raises(Unfit, match="there twice") as caught:
        import_subjects(study, of_subject("1"), of_subject("1", row=5))
    assert caught.value.place.row == 5


def test_two_people_cannot_share_an_id(study, site):
    import_subjects(study, of_subject("1"))
    with pytest.raises(Unfit, match="10-1 is the id of U-1"):
        import_subjects(study, of_subject("1"), of_subject("2", subject_id="10-1"))


def test_a_site_with_the_number_of_another_study_is_another_hospital(study, site):
    importing.import_study(by=BY, item=item("IMP-2", title="Other", status="enrolment_closed"))
    other = Study.objects.get(protocol_id="IMP-2")
    importing.import_sites(by=BY, study=other, items=[of_site("10")])
    assert other.sites.get().institution != site.institution
    assert set(Institution.objects.filter(name__startswith="Site 10").values_list("name", flat=True)) == {
        "Site 10",
        "Site 10 (IMP-2)",
    }


def test_states_of_study_and_site_follow_their_tables_only(study, site):
    assert site.status == "closed"
    importing.import_sites(by=BY, study=study, items=[of_site("10", status="enrolment_closed")])
    site.refresh_from_db()
    assert site.status == "closed"
    importing.import_study(by=BY, item=item("IMP-1", title="Imported", status="follow_up_complete"))
    study.refresh_from_db()
    assert study.status == "follow_up_complete"


def test_parts_of_the_design_find_each_other_by_their_codes(study):
    design = Design(
        arms=[item("A", code="A", name="Arm A")],
        elements=[item("E", code="E", name="Element")],
        arm_elements=[item("A", 1, arm="A", element="E", order=1, epoch="TREATMENT")],
        parameters=[],
        planned_visits=[],
        criteria=[],
    )
    importing.import_design(by=BY, study=study, design=design)
    assert Arm.objects.get(study=study).elements.get().element.code == "E"


def test_records_of_a_subject_move_with_it_to_another_site(study, site):
    importing.import_sites(by=BY, study=study, items=[of_site("20")])
    visit = item("U-1", 1, subject="U-1", visit_num=1, visit_type="V1", due_on=None, status="completed")
    import_subjects(study, of_subject("1"))
    on = {"due_on": "2024-01-02", "started_on": "2024-01-02"}
    importing.import_visits(by=BY, study=study, items=[replace(visit, values={**visit.values, **on})])
    import_subjects(study, of_subject("1", site="20", subject_id="10-1"))
    importing.import_visits(by=BY, study=study, items=[replace(visit, values={**visit.values, **on})])
    assert Visit.objects.get(study=study).site.number == "20"


def test_only_the_manager_of_a_study_imports_into_it(trial, study, site):
    for part in ("coordinator", "monitor", "manager"):
        with pytest.raises(Refused, match="Only the study manager"):
            importing.import_subjects(by=getattr(trial, part), study=study, items=[of_subject("1")])


def test_nothing_is_brought_in_outside_of_an_act(study):
    with pytest.raises(UnrecordedWrite):
        importing.bring_in(Arm, ("code",), [item("A", code="A", name="Arm A")], study)


def test_each_verb_logs_its_files_and_what_it_left_alone(study, site):
    import_subjects(study, of_subject("1"))
    import_subjects(study, of_subject("1"), of_subject("2"))
    entry = AuditLog.objects.filter(action="import.subjects", outcome="done").order_by("-id").first()
    assert entry.payload["files"] == {"dm.xpt": "ab12" * 16}
    assert (entry.payload["unchanged"], entry.payload["counts"]) == (1, {"subjects.Subject": {"created": 1}})
    assert entry.study_id == study.pk
