from io import StringIO

from django.core.management import call_command

from trialcrm.core import jobs


def test_tick_does_what_is_due_and_names_it(db, monkeypatch):
    done = []
    monkeypatch.setattr(jobs, "_duties", {})
    jobs.duty("count", every=60)(lambda: done.append(1))
    said = StringIO()
    call_command("tick", stdout=said)
    assert (done, said.getvalue()) == ([1], "count\n")


def test_the_ledger_is_sealed_and_expired_sessions_are_cleared_as_duties():
    assert {"seal the ledger", "clear expired sessions"} <= set(jobs.names())
