import pytest

from messaging import selectors
from messaging.models import Notification
from messaging.services import notices
from messaging.services.notices import About, notify
from trialcrm.live.models import LiveEvent


@pytest.fixture
def about(trial):
    return About(trial.study.pk, trial.site.pk)


def tell(person, about, key="1"):
    return notify([person], kind="lot_expiring", key=key, about=about, mail=False)


def test_one_thing_is_told_once_to_one_person(trial, about):
    assert [tell(trial.pharmacist, about), tell(trial.pharmacist, about)] == [1, 0]
    assert [tell(trial.coordinator, about), tell(trial.pharmacist, about, "2")] == [1, 1]
    assert selectors.unread(trial.pharmacist) == 2


def test_only_the_person_told_hears_of_it_live(trial, about):
    tell(trial.pharmacist, about)
    (event,) = LiveEvent.objects.filter(kind="notified")
    assert (event.person_id, event.permission, event.study_id) == (trial.pharmacist.pk, "", None)


def test_reading_keeps_the_time_of_the_first_reading(trial, about):
    tell(trial.pharmacist, about)
    one = Notification.objects.get()
    notices.read(one)
    first = Notification.objects.get().read_at
    notices.read(one)
    notices.read_all(trial.pharmacist)
    assert Notification.objects.get().read_at == first


def test_reading_all_reads_nobody_elses(trial, about):
    tell(trial.pharmacist, about)
    tell(trial.coordinator, about)
    assert notices.read_all(trial.pharmacist) == 1
    assert selectors.unread(trial.coordinator) == 1
