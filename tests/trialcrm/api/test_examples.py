"""The examples of the README and the programs beside the API do what they say, against a portal that answers."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from messaging.models import Message
from subjects.domain.visits import Booking
from subjects.models import Visit
from subjects.services import book_appointment
from tests.support.cast import Trial
from tests.support.curl import path_with_curl
from tests.support.days import in_days
from tests.support.medications import pharmacy
from tests.support.messaging import asked, participant_of
from trialcrm.api.services.tokens import create_token
from trialcrm.core import clock
from trialcrm.core.bootstrap.places import REPOSITORY

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
README = (REPOSITORY / "README.md").read_text().partition("## For other programs")[2].partition("\n## ")[0]
EXAMPLES = REPOSITORY / "trialcrm" / "api" / "examples"
VERBS = ["read", "create", "change", "act"]


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return str(found)


def token_of(person: Any) -> str:
    return create_token(
        by=person, name="Example", verbs=VERBS, expires_on=clock.today("UTC") + timedelta(days=7)
    ).secret


class Scene:
    """Somebody in screening who has written, and somebody on treatment with a kit at home, on a portal that answers."""

    def __init__(self, address: str, path: str) -> None:
        self.trial, self.address, self.path = Trial(), address, path
        self.screened = self.trial.registered()
        self.message = asked(participant_of(self.screened), self.screened)
        self.subject = self.trial.on_treatment(first_dose_days_ago=5, full_name="Ed Stone")
        with clock.frozen(in_days(-4)):
            shop = pharmacy(self.trial)
            shop.kits("K1")
            self.order = shop.order(self.subject)
            shop.dispensed(self.order)
        own = participant_of(self.subject, "ed@home.test", "Ed Stone")
        self.token, self.own_token = token_of(self.trial.coordinator), token_of(own)
        yesterday = self.trial.today() - timedelta(days=1)
        noon = clock.at_noon(yesterday, self.trial.site.time_zone)
        assert noon
        self.day, self.due = str(yesterday), (noon - timedelta(hours=4)).isoformat()

    @property
    def conversation(self) -> str:
        return str(self.message.conversation_id)

    def run(self, *command: str | Path) -> str:
        who = {"TOKEN": self.token, "OWN_TOKEN": self.own_token, "SUBJECT": str(self.subject.pk)}
        known = {**who, "PORTAL": self.address, "ORDER": str(self.order.pk), "DAY": self.day, "DUE": self.due}
        environment = {"PATH": self.path, "NO_PROXY": "*", **known}
        done = subprocess.run(
            [*map(str, command)], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def python(self, *given: str, token: str = "") -> Any:
        file = EXAMPLES / "flows.py"
        return json.loads(self.run(sys.executable, file, self.address, token or self.token, *given))

    def shell(self, *given: str) -> Any:
        return json.loads(self.run("sh", EXAMPLES / "flows.sh", *given))


@pytest.fixture
def scene(portal: str, tmp_path: Path) -> Scene:
    path = os.environ["PATH"]
    if shutil.which("curl") is None:
        path = os.pathsep.join([path_with_curl(tmp_path), path])
    return Scene(portal, path)


def test_what_stands_in_for_curl_does_what_curl_does(scene: Scene, tmp_path: Path) -> None:
    call = ("sh", "-c", block("sh").splitlines()[0])
    here = json.loads(scene.run(*call))
    scene.path = os.pathsep.join([path_with_curl(tmp_path), scene.path])
    assert json.loads(scene.run(*call)) == here


def in_browser(page: Any, scene: Scene, text: str, **given: Any) -> Any:
    """What a module says on a page of the portal, which may reach nothing else."""
    page.goto("/account/login/")
    names = {"portal": scene.address, "token": scene.token, **given}
    return page.evaluate(f"async ({{ {', '.join(names)} }}) => {{ {text} }}", names)


def test_readme_curl_opens_lists_and_writes(scene: Scene) -> None:
    queue, week, orders, event, dose = json.loads(f"[{scene.run('sh', '-c', block('sh')).replace('}{', '},{')}]")
    assert [row["subject"]["subject_id"] for row in queue["items"]] == [scene.screened.subject_id]
    assert week["items"] == []
    assert orders["items"][0]["id"] == str(scene.order.pk)
    assert (event["event_term"], event["serious"]) == ("Headache", False)
    assert (dose["adherence_status"], dose["is_proxy"]) == ("taken", False)


def test_readme_python_adds_a_visit_once(scene: Scene) -> None:
    for _again in range(2):
        assert scene.run(sys.executable, "-c", block("python")).strip() == "completed"
    assert Visit.objects.filter(is_unscheduled=True, subject=scene.subject).count() == 1


def test_readme_javascript_sends_a_message_and_marks_one_as_read(page: Any, scene: Scene) -> None:
    text = f"{block('js')}; return [sent, read];"
    keys = {"conversation": scene.conversation, "message": str(scene.message.pk)}
    sent, read = in_browser(page, scene, text, **keys)
    assert (sent["status"], read["is_read"]) == ("sent", True)
    assert Message.objects.get(pk=sent["id"]).sender == scene.trial.coordinator


def test_readme_graphql_answers(page: Any, scene: Scene) -> None:
    asked_for = (
        "const answer = await fetch(`${portal}/graphql`, { method: 'POST', headers: { Authorization: `Bearer ${token}`,"
        " 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) }); return answer.json();"
    )
    (study,) = in_browser(page, scene, asked_for, query=block("graphql"))["data"]["studies"]["nodes"]
    assert scene.subject.subject_id in [row["subjectId"] for row in study["subjects"]["nodes"]]


def test_the_python_program(scene: Scene) -> None:
    subject, provider = scene.subject, scene.trial.coordinator
    at = clock.now() + timedelta(days=3)
    book_appointment(by=provider, subject=subject, booking=Booking(at, provider), reason="Blood sample")
    name = clock.local(at, subject.site.time_zone).strftime("%G-W%V")

    assert [row["subject"]["subject_id"] for row in scene.python("queue")] == [scene.screened.subject_id]
    assert scene.python("visit", str(subject.pk), scene.day, "Rash")["visit_type"] == "Rash"
    assert scene.python("event", str(subject.pk), scene.day, "Headache")["status"] == "open"
    assert scene.python("order", str(subject.pk))["id"] == str(scene.order.pk)
    dose = ["dose", str(scene.order.pk), scene.due]
    assert scene.python(*dose, token=scene.own_token)["adherence_status"] == "taken"
    assert scene.python(*dose, "missed", token=scene.own_token)["units"] == "0.00"
    assert {row["is_read"] for row in scene.python("read", scene.conversation)} == {True}
    assert scene.python("read", scene.conversation) == []
    assert scene.python("send", scene.conversation, "Thank you.")["status"] == "sent"
    assert [row["reason"] for row in scene.python("week", name)] == ["Blood sample"]
    assert scene.python("study")[0]["protocolId"] == "TEST-01"


def test_the_shell_program(scene: Scene) -> None:
    assert scene.shell("queue")["items"][0]["subject"]["subject_id"] == scene.screened.subject_id
    assert scene.shell("event", str(scene.subject.pk), scene.day, "Headache")["severity"] == "MILD"
    assert scene.shell("order", str(scene.subject.pk))["items"][0]["drug"].startswith("Xanomeline")
    assert scene.shell("visit", str(scene.subject.pk), scene.day, "Rash")["visit_type"] == "Rash"
    assert scene.shell("send", scene.conversation, "We will call you.")["status"] == "sent"
    assert scene.shell("read", str(scene.message.pk))["is_read"] is True
    assert scene.shell("week", "2026-W48")["total"] == 0
    scene.token = scene.own_token
    assert scene.shell("dose", str(scene.order.pk), scene.due)["adherence_status"] == "taken"
    assert scene.shell("study")["data"]["studies"]["nodes"][0]["protocolId"] == "TEST-01"


def test_the_javascript_program(page: Any, scene: Scene) -> None:
    program = (EXAMPLES / "flows.js").read_text().replace("export function portal", "function connect")
    calls = """
      const here = connect(portal, token);
      const [queue, visit] = [await here.screeningQueue(), await here.addVisit(subject, day, "Rash")];
      const [event, order] = [await here.logEvent(subject, day, "Headache"), await here.latestOrder(subject)];
      const dose = await connect(portal, ownToken).logDose(order.id, due);
      const [sent, read] = [await here.sendMessage(conversation, "We will call you."), await here.readMessage(message)];
      const [week, study] = [await here.week("2026-W48"), await here.study()];
      const refused = await here.addVisit(subject, "2099-01-01", "Rash").catch((error) => error.status);
      return { event: event.event_term, dose: dose.adherence_status,
        queue: queue.items.length, visit: visit.visit_type, sent: sent.status, read: read.is_read,
        week: week.total, study: study.data.studies.nodes.length, refused };
    """
    keys = {"conversation": scene.conversation, "message": str(scene.message.pk)}
    keys |= {"subject": str(scene.subject.pk), "day": scene.day, "due": scene.due, "ownToken": scene.own_token}
    found = in_browser(page, scene, program + calls, **keys)
    expected = {
        "event": "Headache",
        "dose": "taken",
        "queue": 1,
        "visit": "Rash",
        "sent": "sent",
        "read": True,
        "week": 0,
        "study": 1,
        "refused": 422,
    }
    assert found == expected


def test_no_example_of_the_readme_is_left_out() -> None:
    assert sorted(re.findall(r"```(\w+)", README)) == ["graphql", "js", "python", "sh"]
