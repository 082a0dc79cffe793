"""What is noted about participants, by whom, and what is added later."""

from datetime import timedelta

from subjects import services
from subjects.domain.notes import NoteType

from .clockwork import Story
from .days import next_working_day
from .life import Life

_NEXT_DAY = timedelta(days=1)

#: By type: how often, who writes (a member of the team), and what; some notes with what is added to them later.
NOTES: dict[NoteType, tuple[int, tuple[str, ...], dict[str, str]]] = {
    NoteType.CALL: (
        5,
        ("coordinator",),
        {
            "Called to confirm the next visit. Sleeps better, appetite normal. Asked whether to take the treatment "
            "with breakfast: yes.": "",
            "Partner called: the box was left at a relative’s house over the weekend. Two doses missed, counted with "
            "them on the phone.": "The box has been collected; no further dose missed.",
            "Returned a call from the evening before. The transport form is filled in and sent by post.": "",
            "Asked about travelling abroad in spring. Dates compared with the visit windows.": "A letter for customs "
            "has been posted.",
        },
    ),
    NoteType.VISIT: (
        5,
        ("coordinator", "physician"),
        {
            "Came in good spirits. Diary complete. Blood taken at the second try, left arm.": "Correction: it was the "
            "right arm.",
            "Arrived twenty minutes late because of roadworks. All procedures done in the planned order.": "",
            "Walks with a stick since last week after twisting an ankle at home; no fall. Physician informed.": "Seen "
            "by the physician: no swelling, walks freely again.",
            "Weight 1.2 kg below the last visit; eats less in the evening. To be watched.": "",
        },
    ),
    NoteType.SAFETY: (
        3,
        ("physician", "investigator"),
        {
            "Mild headache on three days of the last week, gone without medicine. Treatment goes on.": "Called again "
            "today: no complaints any more.",
            "Reports dizziness when getting up quickly. Blood pressure lying 132/80, standing 124/78.": "",
            "Small bruise at the place where blood was taken, no treatment needed.": "",
            "Laboratory: potassium 5.3, a fresh sample is ordered.": "Fresh sample: potassium 4.6. No action.",
        },
    ),
    NoteType.MEDICATION: (
        3,
        ("coordinator", "physician"),
        {
            "Family doctor started vitamin D. Checked against the list of medicines not allowed: permitted.": "",
            "Returned four doses, two expected. Missed the weekend; the weekly box was explained again.": "",
            "Antibiotic for five days from the dentist.": "Finished; entered in the list of other medicines.",
        },
    ),
    NoteType.GENERAL: (
        3,
        ("coordinator",),
        {
            "Prefers appointments after ten; the bus from the valley comes at half past nine.": "",
            "Hears badly on the left: sit on the right side, speak slowly.": "Has a new hearing aid.",
            "Somebody else will come along from next month; information for companions handed over.": "",
            "Travel costs paid out in cash, receipt in the site file.": "",
        },
    ),
    NoteType.MONITOR: (
        3,
        ("coordinator",),
        {
            "Monitor on site: source of the last two visits compared, one date differs in the paper diary.": "Date in "
            "the paper diary corrected, signed and dated.",
            "Monitor asked for the original report; copy without name placed in the folder.": "",
        },
    ),
}
SCREENING = {
    "Long conversation about the examinations. Many good questions, no doubts left.": "",
    "The discussion of the consent form took 50 minutes; somebody from the family was present.": "",
    "Copy of the signed form handed over. Wants to be called in the evening.": "",
    "Old hospital letters requested; the list of medicines is completed when they arrive.": "Letters have arrived and "
    "are in the folder; list complete.",
}


def after_consent(life: Life) -> Story:
    if life.chance(40):
        yield from _written(life, NoteType.SCREENING, "coordinator", SCREENING)


def after_visit(life: Life) -> Story:
    """Every eighth visit or so leaves a note."""
    if life.chance(12):
        kind = life.rng.choices(list(NOTES), [often for often, _who, _texts in NOTES.values()])[0]
        _often, authors, texts = NOTES[kind]
        yield from _written(life, kind, life.rng.choice(authors), texts)


def _written(life: Life, kind: NoteType, author: str, texts: dict[str, str]) -> Story:
    """A note that this participant does not have yet; what is to be added follows on the next day."""
    new = [text for text in texts if text not in life.noted]
    if not new:
        return
    text = life.rng.choice(new)
    life.noted.add(text)
    yield life.later(life.rng.randint(4, 18))
    by = getattr(life.team, author)
    note = services.write_note(by=by, subject=life.subject, note_type=kind, note_text=text)
    if texts[text]:
        yield life.at(next_working_day(life.on + _NEXT_DAY), 11)
        services.add_addendum(by=by, note=note, note_text=texts[text])
