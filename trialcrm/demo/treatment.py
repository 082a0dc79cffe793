"""From randomisation to the end of participation, whichever it is."""

from datetime import timedelta

from subjects import services
from subjects.domain.visits import OPEN
from trialcrm.access.roles import Role
from trialcrm.core import clock
from trialcrm.core.partial_dates import parse_partial_date

from . import words
from .cast import CAST
from .clockwork import Story
from .days import next_working_day, working_days
from .life import Life
from .visits import attend, book, on_target, window_of

_DAY = timedelta(days=1)


def allocated(life: Life) -> Story:
    """Randomised, or enrolled where everybody gets the same."""
    on = life.plan.first_dose_on or next_working_day(life.on + _DAY)
    yield life.at(on, 9, 5)
    if life.is_open_label:
        life.subject = services.enrol(by=life.team.coordinator, subject=life.subject, enrolled_on=life.on)
        return
    life.world.allocated[life.place.study] += 1
    number = f"R-{life.world.allocated[life.place.study]:03d}"
    life.subject = services.randomise(
        by=life.team.coordinator, subject=life.subject, randomisation_number=number, randomised_at=clock.now()
    )


def baseline_booked(life: Life) -> Story:
    """The first dose is booked for one of the next days."""
    yield life.later(15)
    following = next_working_day(life.today + _DAY)
    book(life, life.visit(life.protocol.baseline), life.rng.choice(working_days(following, following + 3 * _DAY)))


def dosed(life: Life) -> Story:
    """The first dose at the baseline visit, from which all other visits follow."""
    yield life.at(life.plan.first_dose_on or life.on, 10, 30)
    coordinator = life.team.coordinator
    life.subject = services.start_treatment(by=coordinator, subject=life.subject, first_dose_on=life.on)
    yield life.later(45)
    if (visit := life.visit(life.protocol.baseline)).status in OPEN:
        services.complete_visit(by=coordinator, visit=visit, started_on=life.on)
    _open_account(life)


def _open_account(life: Life) -> None:
    """The participant of the cast may look at their own visits from now on."""
    for who in CAST:
        post = who.posts[0]
        if (post.role, post.site, who.name) == (Role.PART, life.plan.site, life.plan.person.name):
            services.give_role(
                by=life.team.investigator,
                user=life.world.users[who.email],
                role=Role.PART,
                study=life.subject.study,
                subject=life.subject,
                starts_on=life.on,
            )


def seen(life: Life) -> Story:
    """All visits before the one that is next now, or up to the last one before participation ended."""
    for number in life.protocol.after_baseline(upto=life.plan.visit):
        yield from attend(life, number)
        if number == life.plan.until:
            return


def seen_to_the_end_of_treatment(life: Life) -> Story:
    last = life.protocol.last_treatment
    for number in life.protocol.after_baseline(upto=last):
        yield from attend(life, number)
    yield from on_target(life, life.visit(last))


def stopped(life: Life) -> Story:
    yield life.later(60)
    end_reason, term, reason = life.rng.choice(words.STOPPED)
    services.stop_treatment(
        by=life.team.investigator,
        subject=life.subject,
        last_dose_on=life.on,
        end_reason=end_reason,
        term=term,
        reason=reason,
    )


def followed(life: Life) -> Story:
    yield life.later(20)
    life.subject = services.enter_follow_up(by=life.team.coordinator, subject=life.subject)


def completed(life: Life) -> Story:
    yield from on_target(life, life.visit(life.protocol.last))
    yield life.later(90)
    services.complete_participation(by=life.team.investigator, subject=life.subject, ended_on=life.on)


def withdrew(life: Life) -> Story:
    yield life.at(next_working_day(life.on + life.rng.randint(2, 8) * _DAY), 14)
    end_reason, extent, term = life.rng.choice(words.WITHDREW)
    services.withdraw(
        by=life.team.investigator,
        subject=life.subject,
        ended_on=life.on,
        end_reason=end_reason,
        extent=extent,
        term=term,
    )


def lost(life: Life) -> Story:
    """The visit after the last one is missed, and three weeks later nobody has been reached."""
    last_contact = life.on
    following = life.subject.visits.filter(status__in=OPEN).order_by("target_on")[0]
    yield life.at(next_working_day(window_of(following).closes + _DAY), 9)
    services.miss_visit(by=life.team.coordinator, visit=following, reason=words.MISSED[1])
    yield life.at(next_working_day(life.on + 12 * _DAY), 16)
    services.lose_to_follow_up(
        by=life.team.investigator, subject=life.subject, ended_on=last_contact, reason=words.LOST
    )


def found(life: Life) -> Story:
    yield life.at(next_working_day(life.on + 9 * _DAY), 10)
    services.enter_follow_up(by=life.team.coordinator, subject=life.subject, reason=words.FOUND)


def died(life: Life) -> Story:
    """The family tells the site two weeks later; sometimes they name only the month."""
    yield life.at(next_working_day(life.on + 20 * _DAY), 11)
    day = life.on - 13 * _DAY
    text = f"{day:%Y-%m}" if life.plan.number % 2 else day.isoformat()
    services.record_death(
        by=life.team.investigator, subject=life.subject, died_on=parse_partial_date(text), reason=words.DIED
    )
