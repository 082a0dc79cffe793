"""DEMO-01: a blinded trial in early Alzheimer's disease, about half a year for each participant."""

from subjects.domain.studies import Blinding
from subjects.domain.visits import Anchor

from .parts import Criterion, Planned, Protocol, Version, call

_FASTING = "Nothing to eat from 8 pm the evening before; bring the diary and all tablets that are left."
_BRING = "Bring the diary and all tablets that are left."

PROTOCOL = Protocol(
    id="DEMO-01",
    title="A randomised, double-blind, placebo-controlled study of MEM-417 tablets taken once a day for 24 weeks by "
    "people with early Alzheimer’s disease",
    short_title="Memory in early Alzheimer’s",
    approved_days_ago=440,
    recruits=True,
    ages=(52, 88),
    facts={
        "phase": "II",
        "indication": "Mild cognitive impairment or mild dementia due to Alzheimer’s disease",
        "sponsor_name": "Aldervale Research",
        "blinding": Blinding.DOUBLE,
        "planned_subjects": 120,
        "max_screening_days": 14,
        "rescreen_max": 1,
        "rescreen_min_days": 14,
    },
    arms=(("A", "MEM-417 20 mg"), ("P", "Placebo")),
    baseline="3",
    last_treatment="10",
    criteria=(
        Criterion("INCL01", "Aged 50 to 89 years on the day of consent.", "Passport seen"),
        Criterion(
            "INCL02",
            "Memory problems for at least six months, noticed by the person or by somebody who knows them well.",
            "Interview with the study partner",
        ),
        Criterion("INCL03", "Between 20 and 28 points in the study’s test of memory and thinking.", "24 of 30 points"),
        Criterion(
            "INCL04",
            "Amyloid shown by a scan or in cerebrospinal fluid within the last 18 months.",
            "Scan report in the record",
        ),
        Criterion(
            "INCL05",
            "Has a study partner who spends at least ten hours a week with them and comes along to the clinic visits.",
            "Partner present and agrees",
        ),
        Criterion(
            "INCL06",
            "Cannot become pregnant: past the menopause, sterilised, or using a reliable method during the study.",
            allows_not_applicable=True,
        ),
        Criterion(
            "EXCL01",
            "Another disease explains the memory problems better, for example a stroke or Parkinson’s disease.",
            "Referral letter reviewed",
        ),
        Criterion(
            "EXCL02",
            "The head scan shows more than four microbleeds, or no scan is possible.",
            "Scan read centrally: two microbleeds",
        ),
        Criterion("EXCL03", "Takes a medicine against blood clotting other than low-dose aspirin.", "Medicine list"),
        Criterion(
            "EXCL04", "Blood pressure above 165/95 mmHg when measured twice ten minutes apart.", "138/82 and 134/80"
        ),
        Criterion("EXCL05", "Kidney function (eGFR) below 45 ml/min.", "eGFR 71"),
        Criterion("EXCL06", "Took part in another drug study within the last three months."),
    ),
    visits=(
        Planned("1", "Screening 1", 0, 0, 3, Anchor.CONSENT),
        Planned("2", "Screening 2", 7, 5, 5, Anchor.CONSENT, preparation="Head scan at 10; no metal in the pockets."),
        Planned("3", "Baseline", 0, 0, 0, preparation=_FASTING),
        Planned("4", "Week 2", 14, 3, 3, preparation=_BRING),
        call("4.1", "Call after week 2", 7, 2, "4"),
        Planned("5", "Week 4", 28, 3, 3, preparation=_BRING),
        Planned("6", "Week 8", 56, 4, 4, preparation=_FASTING),
        call("6.1", "Call after week 8", 14, 2, "6"),
        Planned("7", "Week 12", 84, 4, 4, preparation=_FASTING),
        call("7.1", "Call after week 12", 14, 3, "7"),
        Planned("8", "Week 16", 112, 4, 4, preparation=_BRING),
        Planned("9", "Week 20", 140, 5, 5, preparation=_BRING),
        Planned("10", "Week 24", 168, 5, 5, preparation=_FASTING),
        call("11", "Safety call", 28, 5, "10"),
    ),
    versions=(
        Version("1.0", 436),
        Version(
            "2.0",
            150,
            "Headache added to the known side effects; the scan at week 12 is no longer done; a new contact for "
            "questions outside office hours.",
        ),
    ),
)
