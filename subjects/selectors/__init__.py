"""What the pages and other entrances read, always within the reader's sight."""

from .charts import Chart, chart_for, subject_for
from .identities import identity_of, names_of, subjects_named

__all__ = ["Chart", "chart_for", "identity_of", "names_of", "subject_for", "subjects_named"]
