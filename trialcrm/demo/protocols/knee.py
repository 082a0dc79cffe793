"""DEMO-02: an open study in which everybody gets the same, three months for each participant."""

from subjects.domain.studies import Blinding
from subjects.domain.visits import Anchor, VisitKind

from .parts import Criterion, Planned, Protocol, Version, call

_SHORTS = "Wear shorts or loose trousers; bring the exercise diary."

PROTOCOL = Protocol(
    id="DEMO-02",
    title="An open study of guided home exercise together with KNG-2 gel for twelve weeks in people with painful "
    "osteoarthritis of the knee",
    short_title="Moving with knee arthritis",
    approved_days_ago=330,
    recruits=True,
    ages=(45, 79),
    facts={
        "phase": "IV",
        "indication": "Osteoarthritis of the knee",
        "sponsor_name": "Aldervale Research",
        "blinding": Blinding.OPEN,
        "planned_subjects": 80,
        "max_screening_days": 21,
        "rescreen_max": 1,
        "rescreen_min_days": 21,
    },
    arms=(("G", "Exercise and KNG-2 gel"),),
    baseline="2",
    last_treatment="8",
    max_screening_days=21,
    criteria=(
        Criterion("INCL01", "Aged 45 to 80 years on the day of consent.", "Driving licence seen"),
        Criterion(
            "INCL02",
            "Arthritis of the knee seen on an X-ray of the last twelve months.",
            "X-ray report: moderate narrowing",
        ),
        Criterion("INCL03", "Pain of at least 4 on a scale from 0 to 10 on most days of the last month.", "Pain 6"),
        Criterion("INCL04", "Can walk 50 metres without help.", "Walked on the corridor"),
        Criterion("INCL05", "Has room and time for twenty minutes of exercise on five days a week."),
        Criterion("EXCL01", "Knee operation within the last year, or one already planned.", "Record reviewed"),
        Criterion("EXCL02", "Injection into the knee within the last three months."),
        Criterion("EXCL03", "Broken or inflamed skin over the knee.", "Skin intact"),
        Criterion("EXCL04", "Known allergy to a part of the gel."),
        Criterion("EXCL05", "Pregnant or breast-feeding.", allows_not_applicable=True),
    ),
    visits=(
        Planned("1", "Screening", 0, 0, 5, Anchor.CONSENT, preparation=_SHORTS),
        Planned("2", "First session", 0, 0, 0, preparation=_SHORTS),
        Planned("3", "Week 2", 14, 3, 3, preparation=_SHORTS),
        call("3.1", "Call after week 2", 7, 2, "3"),
        Planned("4", "Week 4", 28, 3, 3, preparation=_SHORTS),
        Planned("5", "Week 6", 42, 3, 3, kind=VisitKind.HOME, preparation="A physiotherapist comes to the home."),
        call("5.1", "Call after week 6", 7, 2, "5"),
        Planned("6", "Week 8", 56, 3, 3, preparation=_SHORTS),
        Planned("7", "Week 10", 70, 3, 3, kind=VisitKind.HOME, preparation="A physiotherapist comes to the home."),
        Planned("8", "Week 12", 84, 4, 4, preparation=_SHORTS),
        call("9", "Closing call", 28, 5, "8"),
    ),
    versions=(Version("1.0", 326),),
)
