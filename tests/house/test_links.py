"""Links that open by what they carry: invitations by mail, and files for five minutes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from messaging.models import Attachment
from messaging.selectors.attachments import ticket_for
from tests.house import crawl
from tests.house.world import World
from tests.support.days import in_days
from trialcrm.core import clock
from trialcrm.users.domain.invitations import digest_of_token
from trialcrm.users.models import Invitation

pytestmark = [pytest.mark.usefixtures("crawling"), pytest.mark.xdist_group("pages")]


def link_of(invitation: Invitation) -> str:
    """A link for an invitation of the world, whose own was in its mail only."""
    invitation.token_digest = digest_of_token("a-token")
    invitation.save()
    return reverse("users-invitation", args=["a-token"])


@pytest.fixture
def open_link(world: World) -> str:
    """The link of an invitation that nobody has answered, to somebody without an account."""
    found = Invitation.objects.get(email="sent-701@trial.test")
    return link_of(found)


def test_an_invitation_opens_for_whoever_holds_its_link_and_tells_only_who_is_invited(
    world: World, open_link: str
) -> None:
    response = world.client("anonymous").get(open_link)
    assert response.status_code == 200
    assert world.canary.subject_id not in crawl.text_of(response)


@pytest.mark.parametrize("email", ["withdrawn-701@trial.test", "accepted-701@trial.test"])
def test_an_invitation_that_is_over_opens_nothing(world: World, email: str) -> None:
    response = world.client("anonymous").get(link_of(Invitation.objects.get(email=email)))
    assert response.status_code == 410
    assert email not in crawl.text_of(response)


def test_an_invitation_is_no_help_after_its_time(world: World, open_link: str) -> None:
    with clock.frozen(in_days(365)):
        assert world.client("anonymous").get(open_link).status_code == 410


def attachment_of(world: World) -> Attachment:
    return Attachment.objects.filter(subject=world.canary).order_by("pk")[0]


@pytest.mark.parametrize(("part", "route"), [("coordinator", "attachment"), ("participant", "my-attachment")])
def test_a_file_opens_with_the_link_that_was_made_for_the_person(world: World, part: str, route: str) -> None:
    response = world.client(part).get(reverse(f"messaging:{route}", args=[attachment_of(world).pk]), follow=True)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("part", "route", "status"),
    [
        ("anonymous", "attachment", 302),
        ("investigator", "attachment", 403),
        ("monitor", "attachment", 403),
        ("outsider", "attachment", 404),
        ("assigned", "attachment", 404),
        ("other_participant", "my-attachment", 404),
    ],
)
def test_the_link_of_somebody_else_opens_no_file(world: World, part: str, route: str, status: int) -> None:
    found = attachment_of(world)
    link = f"{reverse(f'messaging:{route}', args=[found.pk])}?ticket={ticket_for(world.coordinator, found)}"
    assert world.client(part).get(link).status_code == status


def test_the_link_of_a_file_ends_after_five_minutes(world: World) -> None:
    found = attachment_of(world)
    link = f"{reverse('messaging:attachment', args=[found.pk])}?ticket={ticket_for(world.coordinator, found)}"
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert world.client("coordinator").get(link).status_code == 403
