"""How the studies came about: accounts, designs, sites, roles and consent documents."""

from datetime import UTC, datetime, time, timedelta

from django.contrib.auth.hashers import make_password

from subjects import services
from subjects.domain.consent import VersionStatus
from subjects.domain.studies import SiteStatus, StudyStatus
from subjects.domain.team import tasks_of
from subjects.models import Institution, Membership, Site, Study
from trialcrm.access.roles import Role
from trialcrm.audit.acts import SystemActor
from trialcrm.core import clock
from trialcrm.users.domain.invitations import IdentityMethod
from trialcrm.users.models import User
from trialcrm.users.services import create_account, record_identity
from trialcrm.users.services.proofs import witnessed

from .cast import CAST, Member, holders
from .clockwork import Story
from .protocols import Protocol, Version
from .world import PLACES, Place, World

BUILDER = SystemActor("demo")
_BEFORE_ALL = 445


def accounts(world: World) -> Story:
    yield _days_ago(world, _BEFORE_ALL)
    # Making a digest is slow on purpose; everybody has the same pass phrase, so one is enough.
    digests = {phrase: make_password(phrase) for phrase in {who.password for who in CAST}}
    for who in CAST:
        account = create_account(
            by=BUILDER, email=who.email, name=who.name, time_zone=who.zone, is_operator=who.is_operator
        )
        account.password = digests[who.password]
        account.save()
        record_identity(by=BUILDER, user=account, method=IdentityMethod.DOCUMENT, checked_on=clock.today("UTC"))
        world.users[who.email] = account


def study(world: World, protocol: Protocol) -> Story:
    """A study from its draft until it recruits, and on to the later versions of its consent document."""
    first, *later = protocol.versions
    yield _days_ago(world, protocol.approved_days_ago)
    study = _designed(protocol)
    world.criteria[protocol.id] = list(study.criteria.all())
    yield _days_ago(world, first.days_ago)
    world.versions[protocol.id] = []
    _put_in_force(world, study, first)
    study = services.move_study(by=BUILDER, study=study, to=StudyStatus.APPROVED)
    _give_roles(world, study)
    for place in PLACES:
        if place.study == protocol.id:
            _initiated(world, study, place)
    if protocol.recruits:
        yield _days_ago(world, first.days_ago - 9)
        _recruiting(world, study)
    for version in later:
        yield _days_ago(world, version.days_ago + 12)
        services.add_design(by=BUILDER, study=study, parts=[version.record()])
        yield _days_ago(world, version.days_ago)
        _supersede(world, study)
        _put_in_force(world, study, version)


def _designed(protocol: Protocol) -> Study:
    study = services.create_study(
        by=BUILDER, protocol_id=protocol.id, title=protocol.title, short_title=protocol.short_title, **protocol.facts
    )
    return services.add_design(by=BUILDER, study=study, parts=protocol.parts())


def _initiated(world: World, study: Study, place: Place) -> None:
    [investigator] = holders(Role.PI, place.number)
    site = services.add_site(
        by=BUILDER,
        study=study,
        institution=_institution(place),
        number=place.number,
        time_zone=place.zone,
        planned_subjects=place.planned,
        principal_investigator=_user(world, investigator),
    )
    world.sites[place.number] = services.move_site(by=BUILDER, site=site, to=SiteStatus.INITIATED)
    for who in CAST:
        _give_roles_of(world, who, study, site)
    for held in site.memberships.select_related("user", "site").order_by("created_at"):
        _delegate(held, _user(world, investigator))


def _delegate(held: Membership, investigator: User) -> None:
    """Every task of a role, accepted by its holder and signed by the investigator, before anything happens there."""
    if tasks := tasks_of(held.role):
        entry = services.propose_entry(
            by=investigator,
            membership=held,
            tasks=tasks,
            starts_on=held.starts_on,
            gcp_trained_on=held.starts_on - timedelta(days=40),
            training="Protocol training log, section 3.1 of the site file",
        )
        entry = services.accept_entry(by=held.user, entry=entry, proof=witnessed(held.user, entry))
        services.authorise_entry(by=investigator, entry=entry, proof=witnessed(investigator, entry))


def _institution(place: Place) -> Institution:
    """The institution as it is known from another study, or a new one."""
    known = Institution.objects.filter(name=place.institution, city=place.city).first()
    return known or Institution(name=place.institution, city=place.city, country=place.country)


def _give_roles(world: World, study: Study) -> None:
    """Roles in the whole study."""
    for who in CAST:
        _give_roles_of(world, who, study, None)


def _give_roles_of(world: World, who: Member, study: Study, site: Site | None) -> None:
    for post in who.posts:
        here = (post.study, post.site) == (study.protocol_id, site.number if site else "")
        if here and post.role != Role.PART:
            services.give_role(
                by=BUILDER,
                user=_user(world, who),
                role=post.role,
                study=study,
                site=site,
                starts_on=clock.now().date() - timedelta(days=1),
            )


def _user(world: World, who: Member) -> User:
    return world.users[who.email]


def _recruiting(world: World, study: Study) -> None:
    for place in PLACES:
        if place.study == study.protocol_id:
            services.move_site(by=BUILDER, site=world.sites[place.number], to=SiteStatus.ACTIVE)
    services.move_study(by=BUILDER, study=study, to=StudyStatus.RECRUITING)


def _put_in_force(world: World, study: Study, version: Version) -> None:
    record = study.consent_versions.get(label=version.label)
    on = clock.now().date()
    for status in (VersionStatus.APPROVED, VersionStatus.EFFECTIVE):
        record = services.move_consent_version(by=BUILDER, version=record, to=status, on=on)
    world.versions[study.protocol_id].append(record)


def _supersede(world: World, study: Study) -> None:
    current = world.versions[study.protocol_id].pop()
    on = clock.now().date() - timedelta(days=1)
    moved = services.move_consent_version(by=BUILDER, version=current, to=VersionStatus.SUPERSEDED, on=on)
    world.versions[study.protocol_id].append(moved)


def _days_ago(world: World, days: int) -> datetime:
    """The morning of a day, before any site opens."""
    return datetime.combine(world.now.date() - timedelta(days=days), time(5), UTC)
