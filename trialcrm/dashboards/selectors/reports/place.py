"""What a report is about: one study, at all of its sites that the reader sees or at one of them."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from subjects.models import Site, Study
from subjects.selectors import study_for


@dataclass(frozen=True, slots=True)
class Place:
    user: Any
    study: Study
    sites: list[Site]
    site: Site | None

    @property
    def chosen(self) -> list[Site]:
        return [self.site] if self.site else self.sites

    @property
    def site_ids(self) -> list[uuid.UUID]:
        return [site.pk for site in self.chosen]

    @property
    def zones(self) -> dict[uuid.UUID, str]:
        return {site.pk: site.time_zone for site in self.chosen}

    def url(self, key: str, site: uuid.UUID | None = None) -> str:
        """Where the records behind a number are listed."""
        at = site or (self.site.pk if self.site else None)
        query = {"of": key, **({"site": at} if at else {})}
        return f"{reverse('dashboards:report-records', args=[self.study.pk])}?{urlencode(query)}"


def place_for(user: Any, study: uuid.UUID, site: str = "") -> Place:
    """The study and its sites in the person's sight, narrowed to one when it is among them; 404 without the study."""
    found = study_for(user, study)
    rows = Site.objects.visible_to(user).filter(study=found).select_related("institution").order_by("number")
    sites = list(rows)
    return Place(user, found, sites, next((item for item in sites if str(item.pk) == site), None))
