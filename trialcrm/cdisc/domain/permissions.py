"""What may be granted here. The right to import is one of the study itself (`import_study`)."""

from enum import StrEnum


class Perm(StrEnum):
    VIEW_RUN = "view_importrun"
    VIEW_FINDING = "view_finding"
