"""Builds the demo: three studies at six sites, dated so that today is a full day.

Everything is done by the portal's own services, by the person whose task it is and at the time when it would have been.
"""

import contextlib
import gc
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from subjects.models import Study, Subject
from trialcrm.core import clock
from trialcrm.core.events import without_announcements

from . import drugs, fates, founding, harms, talk
from .clockwork import play
from .protocols import PROTOCOLS
from .world import World


def build(say: Callable[[str], None] = print) -> None:
    """Build the demo where it does not exist yet; all of it or nothing.

    Raises:
        ImproperlyConfigured: with production settings; everybody knows the passwords of the cast.
    """
    if settings.MODE == "production":
        raise ImproperlyConfigured("The demo's passwords are known to everybody; it is not built in production.")
    if Study.objects.filter(protocol_id__in=PROTOCOLS).exists():
        return
    say("Building the demo study …")
    with transaction.atomic(), _without_collection():
        world = World(clock.now())
        studies = [founding.study(world, protocol) for protocol in PROTOCOLS.values()]
        with without_announcements():
            kept = play([founding.accounts(world), *studies, *fates.lives(world)], world.now)
            # What follows looks at people who are there.
            play([*drugs.supplies(world), *harms.events(world), *talk.talks(world)], world.now, kept)
    say(f"{Subject.objects.count()} participants in {len(PROTOCOLS)} studies.")


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """Python looks for no garbage: all that is built is kept to the end, and the search takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
