"""What is read of the trail: the story of one record, of one subject, and the search over everything."""

from .exports import COLUMNS, csv_lines, json_text
from .lines import lines_of
from .own import OwnLine, own_lines, rows_about, zone_of_own
from .records import NEWEST, Story, story_of
from .search import Wanted, actions, kinds, people_of, rows_in_sight, rows_of_subject, zone_of
from .sight import Sight

__all__ = [
    "COLUMNS",
    "NEWEST",
    "OwnLine",
    "Sight",
    "Story",
    "Wanted",
    "actions",
    "csv_lines",
    "json_text",
    "kinds",
    "lines_of",
    "own_lines",
    "people_of",
    "rows_about",
    "rows_in_sight",
    "rows_of_subject",
    "story_of",
    "zone_of",
    "zone_of_own",
]
