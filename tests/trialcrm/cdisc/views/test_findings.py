import csv
import io

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from trialcrm.audit.models import AuditLog
from trialcrm.cdisc.models import Finding


def lines(client, url, **query):
    """The CSV of a list of findings, as (code, participant)."""
    answer = client.get(url, {"format": "csv", **query})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return [(row["Code"], row["Participant"]) for row in csv.DictReader(io.StringIO(text))]


def of_study(run):
    return reverse("cdisc:study-findings", args=[run.study_id])


def test_findings_that_tell_the_treatment_are_for_those_who_may_see_treatments(client, trial, run):
    assert Finding.objects.filter(code="F16", is_unblinding=True).count() == 1
    for part, seen in (("manager", False), ("monitor", False), ("coordinator", False), ("unblinded_pharmacist", True)):
        client.force_login(getattr(trial, part))
        page = client.get(of_study(run))
        assert (page.status_code, b"F16" in page.content) == (200, seen)
        assert (("F16", "10-001") in lines(client, of_study(run))) is seen
        assert b"F16" not in client.get(run.get_absolute_url()).content


def test_findings_about_a_participant_are_for_those_who_see_the_site(client, trial, run):
    client.force_login(trial.coordinator)
    found = lines(client, of_study(run))
    assert ("F24", "10-001") in found
    assert not [pair for pair in found if pair[1] == "20-003"]
    client.force_login(trial.outsider)
    found = lines(client, of_study(run))
    assert ("F12", "20-003") in found
    assert {pair[1] for pair in found} <= {"20-003", ""}


def test_findings_of_a_study_out_of_sight_are_not_there(client, trial, run):
    client.force_login(trial.inspector)
    assert client.get(of_study(run)).status_code == 404


def test_filters_stand_in_the_address_and_a_choice_without_sense_is_ignored(client, trial, run):
    client.force_login(trial.monitor)
    url = of_study(run)
    assert {code for code, _who in lines(client, url, code="F12")} == {"F12"}
    assert {code for code, _who in lines(client, url, severity="warning")} >= {"F12", "F13"}
    site = run.study.sites.get(number="20")
    assert {who for _code, who in lines(client, url, site=site.pk)} == {"20-003"}
    assert {who for _code, who in lines(client, url, q="10-002")} == {"10-002"}
    assert lines(client, url, code="F99", severity="dreadful", site="x") == lines(client, url)


def test_the_chip_of_a_code_counts_what_the_other_filters_leave(client, trial, run):
    client.force_login(trial.monitor)
    page = client.get(of_study(run), {"q": "20-003", "code": "F12"}, headers={"HX-Request": "true"}).content.decode()
    assert 'name="code" value="F12" form="finding-filters"' in page
    assert "F12 <span>1</span>" in page
    assert "<html" not in page


def test_an_export_is_logged(client, trial, run):
    client.force_login(trial.monitor)
    lines(client, of_study(run), code="F12")
    entry = AuditLog.objects.get(action="finding.exported")
    assert (entry.actor, entry.study_id, entry.payload["rows"]) == (trial.monitor, run.study_id, 1)


def test_the_findings_of_an_import_without_a_study_are_none(client, trial, run, written):
    from trialcrm.cdisc import services

    refused = services.carry_out(services.queue_import(by=trial.manager, label="x"), written({}, "empty"))
    client.force_login(trial.manager)
    page = client.get(reverse("cdisc:import-findings", args=[refused.pk]))
    assert b"No findings" in page.content


def test_a_list_takes_as_many_queries_for_all_findings_as_for_one(client, trial, run):
    client.force_login(trial.monitor)

    def queries(**filters):
        with CaptureQueriesContext(connection) as captured:
            client.get(of_study(run), filters)
        return len(captured)

    queries()
    assert queries(code="F12") == queries()


def test_the_page_of_an_imported_study_leads_to_its_findings(client, trial, run):
    for study, leads in ((run.study, True), (trial.study, False)):
        client.force_login(trial.manager)
        page = client.get(study.get_absolute_url()).content.decode()
        assert (reverse("cdisc:study-findings", args=[study.pk]) in page) is leads
