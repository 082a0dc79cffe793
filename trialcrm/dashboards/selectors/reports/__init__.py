"""One study at a glance: enrolment, screening, flow, windows, harms, adherence; each number with its records.

Nothing here is ever told by arm: most readers are blinded, and a report is printed and sent on.
"""

from .doses import Adherence, adherence
from .harms import events
from .people import People, people_of, title_of
from .place import Place, place_for
from .progress import SITE_COLUMNS, Consort, Enrolment, by_site, consort, enrolment, funnel, site_heads
from .records import COLUMNS, Record, Records, record_lines, records_behind
from .tables import Table, table_of
from .visits import windows

__all__ = [
    "COLUMNS",
    "SITE_COLUMNS",
    "Adherence",
    "Consort",
    "Enrolment",
    "People",
    "Place",
    "Record",
    "Records",
    "Table",
    "adherence",
    "by_site",
    "consort",
    "enrolment",
    "events",
    "funnel",
    "people_of",
    "place_for",
    "record_lines",
    "records_behind",
    "site_heads",
    "table_of",
    "title_of",
    "windows",
]
