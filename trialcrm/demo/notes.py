"""What is noted about participants, by whom, and what is added later."""

from datetime import timedelta

from subjects import services
from subjects.domain.notes import NoteType

from .clockwork import Story
from .days import next_working_day
from .life import Life

_NEXT_DAY = timedelta(days=1)

#: By type: how often, who writes (a member of the team), and what.
NOTES: dict[NoteType, tuple[int, tuple[str, ...], tuple[str, ...]]] = {
    NoteType.CALL: (
        5,
        ("coordinator",),
        (
            "Called to confirm the next visit. Sleeps better, appetite normal. Asked whether the tablets may be taken "
            "with breakfast: yes.",
            "Partner called: the box was left at a relative’s house over the weekend. Two tablets missed, counted with "
            "them on the phone.",
            "Returned a call from the evening before. The transport form is filled in and sent by post.",
            "Asked about travelling abroad in spring. Dates compared with the visit windows; a letter for customs "
            "follows.",
        ),
    ),
    NoteType.VISIT: (
        5,
        ("coordinator", "physician"),
        (
            "Came with the study partner, in good spirits. Diary complete. Blood taken at the second try, left arm.",
            "Arrived twenty minutes late because of roadworks. All procedures done in the planned order.",
            "Walks with a stick since last week after twisting an ankle at home; no fall. Physician informed.",
            "Weight 1.2 kg below the last visit; eats less in the evening. To be watched.",
        ),
    ),
    NoteType.SAFETY: (
        3,
        ("physician", "investigator"),
        (
            "Mild headache on three days of the last week, gone without medicine. No change to the treatment.",
            "Reports dizziness when getting up quickly. Blood pressure lying 132/80, standing 124/78. Advice given.",
            "Small bruise at the place where blood was taken, no treatment needed.",
            "Laboratory: potassium 5.3, repeated from a fresh sample 4.6. No action.",
        ),
    ),
    NoteType.MEDICATION: (
        3,
        ("coordinator", "physician"),
        (
            "Family doctor started vitamin D. Checked against the list of medicines not allowed: permitted.",
            "Returned four tablets, two expected. Missed the weekend; the weekly box was explained again.",
            "Antibiotic for five days from the dentist, finished. Entered in the list of other medicines.",
        ),
    ),
    NoteType.GENERAL: (
        3,
        ("coordinator",),
        (
            "Prefers appointments after ten; the bus from the valley comes at half past nine.",
            "Hears badly on the left: sit on the right side, speak slowly.",
            "New study partner from next month; consent form for partners handed over.",
            "Travel costs paid out in cash, receipt in the site file.",
        ),
    ),
    NoteType.MONITOR: (
        2,
        ("coordinator",),
        (
            "Monitor on site: source of the last two visits compared, one date corrected in the paper diary.",
            "Monitor asked for the original scan report; copy without name placed in the folder.",
        ),
    ),
}
SCREENING = (
    "Long conversation about the scan. Afraid of narrow rooms; showed the open scanner, agrees to try.",
    "Discussion of the consent form took 50 minutes, many good questions on the placebo.",
    "Partner was present during the whole discussion. Copy of the signed form handed over.",
    "Old hospital letters requested by fax; medicine list to be completed when they arrive.",
)
ADDED = (
    "Called again today: no complaints any more.",
    "Correction: it was the right side, not the left.",
    "Letter has arrived and is in the folder.",
    "Discussed in the team meeting; no further steps.",
)


def after_consent(life: Life) -> Story:
    if life.chance(40):
        yield from _written(life, NoteType.SCREENING, "coordinator", life.rng.choice(SCREENING))


def after_visit(life: Life) -> Story:
    """Every fifth visit or so leaves a note."""
    if life.chance(20):
        kind = life.rng.choices(list(NOTES), [often for often, _who, _texts in NOTES.values()])[0]
        _often, authors, texts = NOTES[kind]
        yield from _written(life, kind, life.rng.choice(authors), life.rng.choice(texts))


def _written(life: Life, kind: NoteType, author: str, text: str) -> Story:
    yield life.later(life.rng.randint(4, 18))
    by = getattr(life.team, author)
    note = services.write_note(by=by, subject=life.subject, note_type=kind, note_text=text)
    if life.chance(25):
        yield life.at(next_working_day(life.on + _NEXT_DAY), 11)
        services.add_addendum(by=by, note=note, note_text=life.rng.choice(ADDED))
