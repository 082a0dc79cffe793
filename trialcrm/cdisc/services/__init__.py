"""The verbs of imports."""

from .runs import DUTY, carry_out, discard_old_uploads, queue_import, run_queued, start_again, upload

__all__ = ["DUTY", "carry_out", "discard_old_uploads", "queue_import", "run_queued", "start_again", "upload"]
