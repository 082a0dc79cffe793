"""Columns that carry terms of dictionaries licensed per organisation (MedDRA, WHODrug).

Holding coded terms needs a licence of one's own, so the import never takes them over: verbatim terms stay,
the coding does not.
"""

from functools import cache

_MEDDRA = (
    "LLT",
    "LLTCD",
    "PTCD",
    "HLT",
    "HLTCD",
    "HLGT",
    "HLGTCD",
    "BODSYS",
    "BDSYCD",
    "SOC",
    "SOCCD",
    "SOCLST",
)
_WHODRUG = ("CLAS", "CLASCD")
# In these domains --DECOD is CDISC terminology (disposition, deviation, procedure of the protocol), not a
# dictionary's.
_FREE_DECOD = frozenset({"DS", "DV"})


@cache
def is_licensed(dataset: str, variable: str) -> bool:
    """Whether `variable` of `dataset` carries dictionary terms or codes."""
    prefix, stem = variable[:2], variable[2:]
    if prefix != dataset:
        return False
    return stem in _MEDDRA or stem in _WHODRUG or (stem == "DECOD" and dataset not in _FREE_DECOD)
