"""Who may do what: every role and the permissions it carries, on one page.

A role is granted on a site (site staff), on a study (sponsor's side: all its sites), or on one subject (the
participant). Sponsor-side roles never hold the right to see an identity; only the unblinded pharmacist holds the
right to see a treatment (ICH E6(R3) 2.3, 3.16.1; GDPR Article 4(5)).
"""

from subjects.domain.permissions import Perm
from trialcrm.access.roles import Role
from trialcrm.cdisc.domain.permissions import Perm as ImportPerm

_READ_DESIGN = {Perm.VIEW_STUDY, Perm.VIEW_SITE}

_READ_CODED = _READ_DESIGN | {
    Perm.VIEW_SUBJECT,
    Perm.VIEW_CONSENT,
    Perm.VIEW_SCREENING,
    Perm.VIEW_VISIT,
    Perm.VIEW_HISTORY,
    ImportPerm.VIEW_FINDING,
}

_SITE_STAFF = _READ_CODED | {Perm.VIEW_IDENTITY, Perm.VIEW_NOTE, Perm.CHANGE_NOTE, Perm.VIEW_MEMBERSHIP}

_INVESTIGATOR = _SITE_STAFF | {
    Perm.CHANGE_SUBJECT,
    Perm.CHANGE_PARTICIPATION,
    Perm.CHANGE_CONSENT,
    Perm.CHANGE_SCREENING,
    Perm.CONFIRM_ELIGIBILITY,
    Perm.RANDOMISE,
    Perm.CHANGE_VISIT,
}

MATRIX = {
    Role.CRC: frozenset(
        _SITE_STAFF
        | {
            Perm.CHANGE_SUBJECT,
            Perm.CHANGE_PARTICIPATION,
            Perm.CHANGE_IDENTITY,
            Perm.CHANGE_CONSENT,
            Perm.CHANGE_SCREENING,
            Perm.RANDOMISE,
            Perm.CHANGE_VISIT,
        }
    ),
    Role.PI: frozenset(_INVESTIGATOR | {Perm.CHANGE_MEMBERSHIP}),
    Role.SUBI: frozenset(_INVESTIGATOR),
    Role.PHARM: frozenset(_READ_DESIGN | {Perm.VIEW_SUBJECT, Perm.VIEW_IDENTITY, Perm.VIEW_VISIT, Perm.VIEW_HISTORY}),
    Role.UPHARM: frozenset(
        _READ_DESIGN
        | {Perm.VIEW_SUBJECT, Perm.VIEW_IDENTITY, Perm.VIEW_VISIT, Perm.VIEW_HISTORY, Perm.VIEW_TREATMENT}
        | {ImportPerm.VIEW_FINDING}
    ),
    Role.CRA: frozenset(_READ_CODED | {Perm.VIEW_MEMBERSHIP, ImportPerm.VIEW_RUN}),
    Role.SPSAF: frozenset(_READ_CODED),
    Role.SPMGR: frozenset(
        _READ_CODED
        | {Perm.VIEW_MEMBERSHIP, Perm.CHANGE_MEMBERSHIP, Perm.CHANGE_STUDY, Perm.IMPORT_STUDY}
        | {ImportPerm.VIEW_RUN}
    ),
    Role.PART: frozenset({Perm.VIEW_STUDY, Perm.VIEW_VISIT}),
    Role.SYSADM: frozenset(),
    Role.INSP: frozenset(_READ_CODED | {Perm.VIEW_MEMBERSHIP, ImportPerm.VIEW_RUN}),
}
