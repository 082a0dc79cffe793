"""The sponsor's console: everything coded is there for those who may, and nothing else for anybody."""

import functools
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from safety.models import AdverseEvent
from subjects import services
from subjects.models import Membership, Subject, Visit
from tests.house import crawl, walk
from tests.house.world import ARM_WORDS, CANARY_WORDS, standing, undone
from trialcrm.access import scope
from trialcrm.audit.models import AuditLog
from trialcrm.console.admin import console
from trialcrm.console.selectors import shown_fields
from trialcrm.core import clock

# One worker of pytest-xdist builds the world, and not each of them.
pytestmark = pytest.mark.xdist_group("console")
ADMINS = list(console._registry.values())
READERS = ("monitor", "manager", "inspector")
OTHERS = ("coordinator", "investigator", "pharmacist", "unblinded_pharmacist", "stranger", "operator")
#: What must never be registered.
NEVER = {
    "subjects.SubjectIdentity",
    "subjects.TreatmentAssignment",
    "subjects.SubjectElement",
    "subjects.Arm",
    "medications.KitContent",
    "messaging.Message",
    "messaging.Attachment",
    "messaging.Conversation",
    "users.User",
}


def list_url(model, **query):
    meta = model._meta
    return reverse(f"console:{meta.app_label}_{meta.model_name}_changelist", query=query or None)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing() as built, pytest.MonkeyPatch.context() as patch:
        # Rights stay as they are here, and are looked up once for hundreds of requests.
        patch.setattr(scope, "_resolve", functools.cache(scope._resolve))
        yield built


def get(world, part, url, **query):
    with undone():
        return world.client(part).get(url, query)


@pytest.mark.parametrize("part", READERS)
def test_readers_find_the_console_and_every_kind_of_record(world, part):
    page = get(world, part, reverse("console:index"))
    assert page.status_code == 200
    linked = {url for group in page.context["groups"].values() for _label, url in group["kinds"]}
    assert linked == {list_url(admin.model) for admin in ADMINS}
    assert {get(world, part, url).status_code for url in linked} == {200}


def test_who_may_read_less_finds_less(world):
    """Sponsor safety does not read who works at a site."""
    page = get(world, "safety", reverse("console:index"))
    linked = {url for group in page.context["groups"].values() for _label, url in group["kinds"]}
    assert list_url(AdverseEvent) in linked
    assert list_url(Membership) not in linked
    assert get(world, "safety", list_url(Membership)).status_code == 403


@pytest.mark.parametrize("part", OTHERS)
def test_nobody_else_comes_in(world, part):
    urls = [reverse("console:index"), list_url(Subject), console.url_of(world.canary)]
    answers = [get(world, part, url) for url in urls]
    assert {answer.status_code for answer in answers} == {403}
    assert all(answer.context["reason"] for answer in answers)


def test_who_is_not_signed_in_is_led_to_the_portals_own_sign_in(client, trial):
    assert client.get(reverse("console:index")).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("admin", ADMINS, ids=lambda admin: admin.model.__name__)
def test_the_registration_is_sound_and_reading_only(admin, rf, world):
    request = rf.get("/")
    request.user = world.monitor
    assert admin.check() == []
    assert admin.has_view_permission(request)
    assert not admin.has_add_permission(request)
    assert not admin.has_change_permission(request)
    assert not admin.has_delete_permission(request)


@pytest.mark.parametrize("admin", ADMINS, ids=lambda admin: admin.model.__name__)
def test_nothing_is_written_through_the_console(world, admin):
    with undone():
        client = world.client("manager")
        for url in [list_url(admin.model), *map(console.url_of, world.here(admin.model)[:1])]:
            for method in (client.post, client.put, client.patch, client.delete):
                assert method(url).status_code == 405


def test_what_tells_a_treatment_an_identity_or_a_message_is_not_in_it():
    assert NEVER.isdisjoint(admin.model._meta.label for admin in ADMINS)


def test_there_is_no_address_to_add_change_or_delete():
    for wanted in ("add", "delete", "history"):
        with pytest.raises(NoReverseMatch):
            reverse(f"console:subjects_visit_{wanted}")


@pytest.mark.parametrize("admin", ADMINS, ids=lambda admin: admin.model.__name__)
def test_only_coded_fields_are_shown(admin):
    shown, model = set(shown_fields(admin.model)), admin.model
    assert shown.isdisjoint(model.IDENTIFYING)
    assert set(admin.list_display) <= shown
    free = {
        field.name for field in model._meta.concrete_fields if field.get_internal_type() in ("TextField", "JSONField")
    }
    assert shown & free <= (free if hasattr(model, "SITE_TEXT") or not hasattr(model, "site") else set())


@pytest.mark.parametrize("part", ["monitor", "manager"])
@pytest.mark.parametrize("admin", ADMINS, ids=lambda admin: admin.model.__name__)
def test_the_canary_and_the_treatment_are_nowhere(world, part, admin):
    url = list_url(admin.model)
    for found in [url, f"{url}?format=csv", *map(console.url_of, world.here(admin.model)[:2])]:
        answer = get(world, part, found)
        text = crawl.text_of(answer)
        assert answer.status_code == 200
        assert [word for word in (*CANARY_WORDS, *ARM_WORDS) if word in text] == [], found


def test_a_search_for_a_name_or_a_note_finds_nothing(world):
    found = {admin: get(world, "manager", list_url(admin.model), q="Zebra").context["rows"] for admin in ADMINS}
    assert list(filter(None, found.values())) == []


def test_what_is_left_out_cannot_be_asked_for_in_the_address(world):
    """Otherwise one could guess free text word by word."""
    everything = get(world, "monitor", list_url(Visit)).context["page"].total
    for name in ("not_done_reason__contains", "out_of_window_reason", "subject__identity__name_index__contains"):
        assert get(world, "monitor", list_url(Visit), **{name: "x"}).context["page"].total == everything


def test_records_of_other_studies_do_not_exist(world):
    foreign = world.elsewhere(type(world.other_study))[0]
    assert get(world, "monitor", console.url_of(world.other_study)).status_code == 404
    assert str(foreign) not in crawl.text_of(get(world, "monitor", list_url(type(foreign))))


def test_a_record_shows_its_history_coded(world):
    page = get(world, "monitor", console.url_of(world.canary))
    assert page.context["story"].lines
    assert "Registered" in crawl.text_of(page) or page.context["story"].lines[-1].text


def test_filters_dates_and_search_narrow_the_list(world):
    url = list_url(Visit)
    everything = get(world, "monitor", url).context["page"].total
    missed = get(world, "monitor", url, status__exact="missed").context
    assert 0 < missed["page"].total < everything
    assert get(world, "monitor", url, site=str(world.other_site.pk)).context["page"].total < everything
    one = get(world, "monitor", url, q=world.canary.subject_id).context["page"].total
    assert one == Visit.objects.filter(subject=world.canary).count()
    assert get(world, "monitor", url).context["dates"]


@pytest.mark.parametrize(
    "query", [{"due_on__year": "9999"}, {"due_on__year": "x"}, {"due_on__month": "99", "due_on__year": "2026"}]
)
def test_a_date_that_makes_no_sense_shows_the_whole_list(world, query):
    assert get(world, "monitor", list_url(Visit), **query).status_code in (200, 302)


@pytest.mark.parametrize("query", [{"site": "x"}, {"study": "x"}, {"page": "x"}, {"status__exact": "x"}, {"o": "1"}])
def test_other_nonsense_in_the_address_is_no_failure(world, query):
    assert get(world, "monitor", list_url(Visit), **query).status_code == 200


def test_a_file_has_what_the_list_has_and_is_logged(world):
    with undone():
        answer = world.client("monitor").get(list_url(Visit), {"format": "csv", "status__exact": "missed"})
        lines = b"".join(answer.streaming_content).decode().splitlines()
        assert len(lines) == 1 + get(world, "monitor", list_url(Visit), status__exact="missed").context["page"].total
        log = AuditLog.objects.filter(action="console.exported").latest("id")
        assert log.payload["records"] == "subjects.Visit"


def test_the_queries_of_a_list_do_not_grow(client, trial):
    client.force_login(trial.monitor)
    urls = [list_url(admin.model) for admin in ADMINS]
    trial.on_treatment(first_dose_days_ago=20)

    def counts():
        found = {}
        client.get(urls[0])
        for url in urls:
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            found[url] = len(captured)
        return found

    # The time at which a session was last used is written now and then; not while the clock stands.
    with clock.frozen(clock.now()):
        counts()
        before = counts()
        for _number in range(3):
            trial.on_treatment(first_dose_days_ago=20)
        assert counts() == before


@pytest.mark.parametrize("admin", ADMINS, ids=lambda admin: admin.model.__name__)
def test_every_address_names_its_own_kind_of_record(admin):
    """The generated tests put a record into an address by the word before it."""
    assert crawl.model_of(admin.model._meta.model_name) is admin.model


def test_every_address_of_the_console_has_its_gate():
    routes = [route for route in walk.routes() if route.name.startswith("console:")]
    assert len(routes) == 1 + 2 * len(ADMINS)
    assert {route.gate.permission for route in routes} == {"view_console"}


def test_a_page_keeps_to_the_policy_of_the_portal(world):
    answer = get(world, "monitor", list_url(Visit))
    text = crawl.body_of(answer)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", text)


def test_what_participants_do_has_no_name(client, trial):
    subject = trial.on_treatment(first_dose_days_ago=20)
    client.force_login(trial.monitor)
    services.start_visit(
        by=trial.coordinator,
        visit=services.schedule_visit(
            by=trial.coordinator,
            visit=subject.visits.order_by("due_on").first(),
            booking=services.Booking(clock.now(), trial.coordinator),
            out_of_window_reason="The participant asked for it",
        ),
    )
    assert "Grace Okafor" not in client.get(console.url_of(subject)).content.decode()


def test_a_record_whose_story_is_not_told_opens_in_part_too(world):
    """That somebody holds the role of a participant is no line of the trail that a reader of the console gets."""
    held = Membership.objects.get(role="part", subject=world.canary)
    url = reverse("console:subjects_membership_change", args=[held.pk])
    with undone():
        response = world.client("monitor").get(url, headers=crawl.HTMX)
    assert response.status_code == 200
    assert not any(word in response.content.decode() for word in CANARY_WORDS)


def test_the_file_is_offered_with_the_filters_that_the_list_has_got(world):
    url = list_url(Visit)
    with undone():
        part = world.client("monitor").get(
            url, {"status__exact": "missed"}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="rows"
        )
    assert re.search(
        r'href="[^"]*status__exact=missed[^"]*format=csv|format=csv[^"]*status__exact=missed', crawl.text_of(part)
    )
