"""One import of one delivery: its states and moves."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle

#: Raised whenever the same files would be taken over differently; each run keeps the one it worked with.
MAPPING_VERSION = 1


class RunStatus(TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


_R = RunStatus

RUN_LIFECYCLE = Lifecycle.of("import", RunStatus, {_R.QUEUED: {_R.RUNNING}, _R.RUNNING: {_R.DONE, _R.REFUSED}})

#: Nothing is decided yet.
OPEN = frozenset({_R.QUEUED, _R.RUNNING})
