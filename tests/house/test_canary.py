"""Who the canary participant is, and which treatment they got, is read by those only who may.

Everybody opens every page, fragment and file of the portal, searches for the name and sends every form empty; what
comes back is searched for what would give the participant away (GDPR Articles 5(1)(f) and 25, ICH E6(R3) 3.16.1).
"""

from collections.abc import Iterator

import pytest
from django.core.mail import EmailMessage
from django.test import TestCase

from medications.domain.permissions import Perm as Med
from messaging.domain.permissions import Perm as Mail
from messaging.services.outbox import drain
from safety.domain.permissions import Perm as Safe
from subjects.domain.permissions import Perm
from subjects.models import OfferedRole
from subjects.services import resend
from tests.house import crawl, walk
from tests.house.answers import answer
from tests.house.test_access_matrix import Case, sample_of
from tests.house.world import ARM_WORDS, CANARY, CANARY_WORDS, EVERYBODY, World, undone
from trialcrm.users.models import User

# One worker of pytest-xdist builds the world, and not each of them.
pytestmark = [pytest.mark.usefixtures("crawling"), pytest.mark.xdist_group("pages")]
#: These read what somebody else at the same place reads, and a test below holds them to it; they open only the pages
#: that the other may not open.
READ_AS = {
    "investigator": "coordinator",
    "subinvestigator": "coordinator",
    "other_investigator": "outsider",
    "inspector": "monitor",
    "manager": "monitor",
}
PEOPLE = ("anonymous", *EVERYBODY)
#: A part of a page is drawn by the page's own template from what the page is drawn from: those ask for it too who see
#: participants without their names, or some of them only, or themselves.
ASKING_FOR_PARTS = ("monitor", "pharmacist", "assigned", "participant")
#: Pages about the design of a study, which lists its arms; and the trail, in which the design's records are.
DESIGN = {"subjects:studies", "subjects:study", "trail:search", "trail:record", "pages:search"}
#: What is said about the canary, the right that opens it at their site, and whether the participant reads it too.
SAID = {
    "feather-note": (Perm.VIEW_NOTE, False),
    "feather-message": (Mail.VIEW_CONVERSATION, True),
    "feather-rash": (Mail.VIEW_CONVERSATION, True),
    "feather-colleague": (Mail.VIEW_CONVERSATION, False),
    "feather-symptom": (Safe.VIEW_EVENT, True),
    "feather-feedback": (Med.VIEW_ORDER, True),
}
#: One record of each kind is looked at, but on the pages of these one for each state: the participant wrote some.
OF_EACH = {
    "medications.AdherenceLog": 3,
    "medications.Distribution": 9,
    "messaging.Attachment": 2,
    "messaging.Conversation": 2,
    "messaging.Message": 4,
    "safety.AdverseEvent": 9,
    "subjects.Membership": 9,
}
#: Pages that do tell.
TELLING = {
    "medications:order",
    "medications:order-doses",
    "medications:subject-medication",
    "messaging:conversation",
    "safety:events",
    "subjects:subject",
    "subjects:subject-identity",
    "subjects:subject-notes",
}
#: Shows invented data to everybody.
INVENTED = "pages:gallery"
#: Each route with the first of the words that can be put in.
CASES_ABOUT_THEM = [Case(route, crawl.other_values(route)[0]) for route in crawl.routes() if route.name != INVENTED]


@pytest.mark.parametrize("part", PEOPLE)
def test_nobody_reads_of_the_canary_what_they_may_not(world: World, part: str) -> None:
    leaks = [leak for address, text in everything(world, part) for leak in found_in(world, part, address, text)]
    assert leaks == []


def found_in(world: World, part: str, address: str, text: str) -> Iterator[str]:
    words = [
        *([] if may_know_who(world, part) else CANARY_WORDS),
        *(word for word in SAID if not may_read(world, part, word)),
        *([] if crawl.holds(world, part, Perm.VIEW_TREATMENT) else treatment_words(address)),
    ]
    yield from (f"{part} reads “{word}” at {address}" for word in words if word in text)


def may_know_who(world: World, part: str) -> bool:
    return part == "participant" or crawl.holds(world, part, Perm.VIEW_IDENTITY)


def may_read(world: World, part: str, word: str) -> bool:
    right, is_for_participant = SAID[word]
    return crawl.holds(world, part, right) or (is_for_participant and part == "participant")


def treatment_words(address: str) -> list[str]:
    design = address.split(maxsplit=1)[0] in DESIGN
    return [word for word in ARM_WORDS if not (design and word.startswith("arm-"))]


def everything(world: World, part: str) -> Iterator[tuple[str, str]]:
    """Every address about the canary, with what it answers."""
    other, refused = READ_AS.get(part), set()
    for case in CASES_ABOUT_THEM:
        for address in about_the_canary(world, case.route):
            right = crawl.gate_of(address).permission
            is_open = crawl.gate_of(address).public or crawl.may_pass(world, part, address)
            # A gate refuses before anything is looked up, with the same page wherever it asks for the same right.
            if (is_open or right not in refused) and (other is None or not crawl.may_pass(world, other, address)):
                yield from heard(world, part, address, takes_posts=sample_of(world, case).takes_posts)
            refused |= set() if is_open else {right}


def about_the_canary(world: World, route: walk.Route) -> list[crawl.Address]:
    """The canary's own record, or another one of their study; one address for all words that can be put in."""
    each = OF_EACH if route.path.endswith("<uuid:pk>/") else {}
    values = crawl.other_values(route)[0]
    return crawl.with_records(route, values, lambda model: world.here(model)[: each.get(model._meta.label, 1)])


def heard(world: World, part: str, address: crawl.Address, *, takes_posts: bool) -> Iterator[tuple[str, str]]:
    """The page, its fragment, its files, what a search finds on it, and its form sent empty."""
    page, client = answer(world, part, address.url), world.client(part)
    yield str(address), page.text
    with undone():
        if page.status_code == 200:
            for what, query, headers in further(page.text, with_parts=part in ASKING_FOR_PARTS):
                yield f"{address}{query} {what}", crawl.text_of(client.get(address.url + query, headers=headers))
        if page.status_code in (200, 405) and takes_posts:
            yield f"{address} POST", crawl.text_of(client.post(address.url, headers=crawl.HTMX))


def further(text: str, *, with_parts: bool) -> Iterator[tuple[str, str, dict[str, str]]]:
    if with_parts and "hx-" in text:
        target = next((target for target in ("rows", "tab") if f'id="{target}"' in text), "panel")
        yield f"in #{target}", "", {**crawl.HTMX, "HX-Target": target}
    for kind in ("csv", "json", "ics"):
        if f"format={kind}" in text:
            yield kind, f"?format={kind}", {}


@pytest.mark.parametrize(("part", "other"), READ_AS.items())
def test_those_who_are_left_out_read_the_same(world: World, part: str, other: str) -> None:
    assert readable(world, part) == readable(world, other)


def readable(world: World, part: str) -> dict[str, object]:
    scope = crawl.scope_of(world.person(part))
    return {name: places for name, places in scope.sites.items() if name.startswith("view_")}


@pytest.mark.parametrize(
    "part", ["monitor", "safety", "manager", "inspector", "outsider", "other_participant", "stranger"]
)
def test_the_canarys_name_finds_nobody_for_those_who_may_not_know_it(world: World, part: str) -> None:
    for name in ("pages:search", "subjects:subjects", "subjects:screening", "subjects:visits"):
        route = next(route for route in walk.routes() if route.name == name)
        (address,) = about_the_canary(world, route)
        found = crawl.body_of(world.client(part).get(address.url, {"q": "zebra"}, headers=crawl.HTMX))
        assert world.canary.subject_id not in found, name


def test_the_coordinator_does_read_who_the_canary_is(world: World) -> None:
    """Otherwise the tests above would find nothing because there is nothing."""
    routes = [route for route in crawl.routes() if route.name in TELLING]
    found = [to for route in routes for to in about_the_canary(world, route)]
    texts = "".join(answer(world, "coordinator", address.url).text for address in found)
    assert [word for word in ("Canary Zebra", "MRN-CANARY", "010 7713", *SAID) if word not in texts] == []


def test_words_for_a_record_never_say_who_the_participant_is(world: World) -> None:
    """An account is called by its name; what the log says of accounts is for operators and its owner only."""
    records = [record for model in walk.our_models() if model is not User for record in model._base_manager.all()]
    told = [record for record in records if getattr(record, "entity_type", "") != User._meta.label]
    assert [str(record) for record in told if any(word in str(record) for word in CANARY_WORDS)] == []


def test_no_mail_says_anything_of_a_participant(world: World, mailoutbox: list[EmailMessage]) -> None:
    """A mail says that there is something to read, and never about whom or what."""
    drain()
    texts = [mail.message().as_string().replace(CANARY["email"], "") for mail in mailoutbox]
    words = (*CANARY_WORDS, *SAID, *ARM_WORDS, world.canary.subject_id)
    assert texts
    assert [word for word in words for text in texts if word in text] == []


def test_an_invitation_says_nothing_of_who_is_invited_to_what(world: World, mailoutbox: list[EmailMessage]) -> None:
    offer = OfferedRole.objects.get(subject=world.canary)
    with TestCase.captureOnCommitCallbacks(execute=True):
        resend(by=world.coordinator, offer=offer)
    (mail,) = mailoutbox
    text = mail.message().as_string().replace(offer.invitation.email, "")
    words = (*CANARY_WORDS, world.canary.subject_id, world.study.protocol_id, world.study.title)
    assert [word for word in words if word in text] == []
