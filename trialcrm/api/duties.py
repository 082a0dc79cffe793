"""Keys of calls are for sending again after a broken connection; a day later nobody does."""

from datetime import timedelta

from trialcrm.core import clock
from trialcrm.core.jobs import duty

from .models import KeptAnswer

KEPT = timedelta(days=1)


@duty("forget answers to old calls", every=3600)
def forget_old_answers() -> int:
    return KeptAnswer.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
