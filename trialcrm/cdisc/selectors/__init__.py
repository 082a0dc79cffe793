"""What pages and commands read of imports, always within the reader's sight."""

from .findings import BY_CODE, CodeCount, code_counts, finding_lines, findings_of_run, findings_of_study, sites_of
from .runs import NEWEST_FIRST, RunPage, run_for, run_list, run_page

__all__ = [
    "BY_CODE",
    "NEWEST_FIRST",
    "CodeCount",
    "RunPage",
    "code_counts",
    "finding_lines",
    "findings_of_run",
    "findings_of_study",
    "run_for",
    "run_list",
    "run_page",
    "sites_of",
]
