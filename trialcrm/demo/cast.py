"""The people who work in the demo: one account for each role, and a coordinator and an investigator for every site.

The pass phrase is printed for everybody to see; these accounts exist only where the demo made them, and it refuses to
make them with production settings.
"""

from dataclasses import dataclass

from trialcrm.access.roles import Role

DOMAIN = "demo.trialcrm.example"
SHARED_PHRASE = "calm-harbour-seven-larks"


@dataclass(frozen=True, slots=True)
class Post:
    """A role at one site of a study, or in the whole study where no site is named."""

    role: Role
    study: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the cast; without a post in a study, somebody who runs the installation."""

    name: str
    zone: str
    posts: tuple[Post, ...]

    @property
    def email(self) -> str:
        return f"{'.'.join(self.name.removeprefix('Dr ').lower().split())}@{DOMAIN}"

    @property
    def password(self) -> str:
        return SHARED_PHRASE

    @property
    def role(self) -> str:
        return str(self.posts[0].role.label)

    @property
    def site(self) -> str:
        return ", ".join(dict.fromkeys(post.site or post.study or "no study" for post in self.posts))

    @property
    def is_operator(self) -> bool:
        return any(post.role == Role.SYSADM for post in self.posts)


NEW_YORK, LONDON, SYDNEY = "America/New_York", "Europe/London", "Australia/Sydney"
STUDIES = ("DEMO-01", "DEMO-02", "DEMO-03")


def _at(role: Role, *places: str) -> tuple[Post, ...]:
    """Posts at places written like `DEMO-01/701`, or `DEMO-01` for the whole study."""
    return tuple(Post(role, *place.split("/")) for place in places)


CAST = [
    Member("Nora Lindqvist", NEW_YORK, _at(Role.CRC, "DEMO-01/701")),
    Member("Dr Hana Ito", NEW_YORK, _at(Role.PI, "DEMO-01/701")),
    Member("Dr Paul Sol", NEW_YORK, _at(Role.SUBI, "DEMO-01/701")),
    Member("Pat Moreno", NEW_YORK, _at(Role.PHARM, "DEMO-01/701")),
    Member("Uma Kerr", NEW_YORK, _at(Role.UPHARM, "DEMO-01/701")),
    Member("Max Ferro", LONDON, _at(Role.CRA, "DEMO-01", "DEMO-02")),
    Member("Sam Adeyemi", LONDON, _at(Role.SPSAF, "DEMO-01", "DEMO-02")),
    Member("Mia Grant", LONDON, _at(Role.SPMGR, *STUDIES)),
    Member("Grace Okafor", NEW_YORK, _at(Role.PART, "DEMO-01/701")),
    Member("Olga Petrov", LONDON, _at(Role.SYSADM, "")),
    Member("Ida Novak", LONDON, _at(Role.INSP, "DEMO-01")),
    Member("Tom Hughes", LONDON, _at(Role.CRC, "DEMO-01/702")),
    Member("Dr Lea Roth", LONDON, _at(Role.PI, "DEMO-01/702")),
    Member("Kirra Daley", SYDNEY, _at(Role.CRC, "DEMO-01/703")),
    Member("Dr Arun Menon", SYDNEY, _at(Role.PI, "DEMO-01/703")),
    Member("Carla Mendes", NEW_YORK, _at(Role.CRC, "DEMO-02/801")),
    Member("Dr Ben Achterberg", NEW_YORK, _at(Role.PI, "DEMO-02/801")),
    Member("Owen Pryce", LONDON, _at(Role.CRC, "DEMO-02/802", "DEMO-03/901")),
    Member("Dr Salma Rahimi", LONDON, _at(Role.PI, "DEMO-02/802", "DEMO-03/901")),
]


def holders(role: Role, site: str) -> list[Member]:
    """Who holds a role at a site."""
    return [who for who in CAST if any((post.role, post.site) == (role, site) for post in who.posts)]
