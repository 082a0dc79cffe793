"""How regularly people took their medication: everybody's figure falls into one band."""

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from medications.domain.adherence import AdherenceStatus
from medications.domain.permissions import Perm
from medications.selectors import SubjectAdherence, adherence_by_subject
from subjects.models import Subject
from subjects.selectors import subject_list
from trialcrm.access.scope import scope_of
from trialcrm.core.figures import Bar, bars

from .place import Place

PREFIX = "adherence"
TONES = {AdherenceStatus.LOW: "critical", AdherenceStatus.OVER: "warning", AdherenceStatus.ADHERENT: "good"}
ORDER = (AdherenceStatus.ADHERENT, AdherenceStatus.LOW, AdherenceStatus.OVER, AdherenceStatus.NOT_EVALUABLE)


@dataclass(frozen=True, slots=True)
class Adherence:
    """People by band, and the mean of those who could be evaluated, in percent."""

    bars: list[Bar]
    people: int
    mean: Decimal | None


def may_see(place: Place) -> bool:
    return scope_of(place.user).anywhere(Perm.VIEW_ADHERENCE)


def adherence(place: Place) -> Adherence | None:
    """People with a signed order by the band of their pill count; nothing for who may not see adherence."""
    if not may_see(place):
        return None
    found = _found(place)
    counts = Counter(item.status for item in found)
    known = [Decimal(item.percent) for item in found if item.percent is not None]
    mean = sum(known, Decimal(0)) / len(known) if known else None
    return Adherence(
        bars=bars(
            (str(band.label), counts[band], place.url(f"{PREFIX}:{band.value}"), TONES.get(band, "")) for band in ORDER
        ),
        people=len(found),
        mean=mean.quantize(Decimal("0.1"), ROUND_HALF_UP) if mean is not None else None,
    )


def _found(place: Place) -> list[SubjectAdherence]:
    chosen = set(place.site_ids)
    return [item for item in adherence_by_subject(place.user, place.study) if item.subject.site_id in chosen]


def people_under(place: Place, key: str) -> QuerySet[Subject] | None:
    """The people in a band; None when there is no such band."""
    if key not in AdherenceStatus.values or not may_see(place):
        return None
    chosen = [item.subject.pk for item in _found(place) if item.status == key]
    return subject_list(place.user).filter(pk__in=chosen).select_related(None)


def title_of(key: str) -> str:
    return _("Adherence: %(band)s") % {"band": AdherenceStatus(key).label}
