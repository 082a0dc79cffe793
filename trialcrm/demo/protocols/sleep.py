"""DEMO-03: approved, its first site is getting ready; nobody has entered it yet."""

from subjects.domain.studies import Blinding
from subjects.domain.visits import Anchor

from .parts import Criterion, Planned, Protocol, Version, call

_DIARY = "Bring the sleep diary and the wrist sensor."

PROTOCOL = Protocol(
    id="DEMO-03",
    title="A randomised, single-blind study of evening light glasses for sleep in people who were in intensive care",
    short_title="Sleep after intensive care",
    approved_days_ago=24,
    recruits=False,
    ages=(18, 75),
    facts={
        "phase": "Not applicable",
        "indication": "Insomnia after intensive care",
        "sponsor_name": "Severnside Hospital",
        "blinding": Blinding.SINGLE,
        "planned_subjects": 40,
        "max_screening_days": 28,
        "rescreen_max": 0,
    },
    arms=(("L", "Amber glasses"), ("C", "Clear glasses")),
    baseline="2",
    last_treatment="8",
    max_screening_days=28,
    criteria=(
        Criterion("INCL01", "Aged 18 to 75 years on the day of consent."),
        Criterion("INCL02", "At least three days in intensive care within the last six months."),
        Criterion("INCL03", "Needs more than 30 minutes to fall asleep on three or more nights a week."),
        Criterion("INCL04", "Agrees to wear a wrist sensor day and night for eight weeks."),
        Criterion("EXCL01", "Sleep apnoea that is not treated."),
        Criterion("EXCL02", "Night shifts during the study."),
        Criterion("EXCL03", "An eye disease that makes coloured glasses unsafe."),
        Criterion("EXCL04", "A change of sleeping tablets within the last two weeks."),
    ),
    visits=(
        Planned("1", "Screening", 0, 0, 7, Anchor.CONSENT, preparation=_DIARY),
        Planned("2", "Glasses fitted", 0, 0, 0),
        call("2.1", "First call", 3, 1, "2"),
        Planned("3", "Week 1", 7, 2, 2, preparation=_DIARY),
        Planned("4", "Week 2", 14, 2, 2, preparation=_DIARY),
        call("4.1", "Second call", 7, 2, "4"),
        Planned("5", "Week 4", 28, 3, 3, preparation=_DIARY),
        Planned("6", "Week 6", 42, 3, 3, preparation=_DIARY),
        call("6.1", "Third call", 7, 2, "6"),
        Planned("8", "Week 8", 56, 4, 4, preparation=_DIARY),
        call("9", "Follow-up call", 28, 5, "8"),
    ),
    versions=(Version("1.0", 20),),
)
