"""What may be granted here. A permission is held on a study, a site or a subject."""

from enum import StrEnum


class Perm(StrEnum):
    #: Come into the console; what is seen there follows from the rights to each kind of record.
    VIEW_CONSOLE = "view_console"
