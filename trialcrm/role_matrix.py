"""Who may do what: every role and the permissions it carries, on one page.

A role is granted on a site (site staff), on a study (sponsor's side: all its sites), or on one subject (the
participant). Sponsor-side roles never hold the right to see an identity; only the unblinded pharmacist holds the
right to see a treatment (ICH E6(R3) 2.3, 3.16.1; GDPR Article 4(5)).

At a site the investigator may everything by the role. What the others may do only with a task that the investigator has
delegated to them stands in TASKS (ICH E6(R3) 2.3.1 to 2.3.3); the rest comes with the role.
"""

from medications.domain.permissions import Perm as Med
from messaging.domain.permissions import Perm as Mail
from safety.domain.permissions import Perm as Safe
from subjects.domain.permissions import Perm
from subjects.domain.team import Task
from trialcrm.access.roles import Role
from trialcrm.cdisc.domain.permissions import Perm as ImportPerm
from trialcrm.console.domain.permissions import Perm as ConsolePerm

_READ_DESIGN = {Perm.VIEW_STUDY, Perm.VIEW_SITE}

_READ_CODED = _READ_DESIGN | {
    Perm.VIEW_SUBJECT,
    Perm.VIEW_CONSENT,
    Perm.VIEW_SCREENING,
    Perm.VIEW_VISIT,
    Perm.VIEW_HISTORY,
    Perm.VIEW_SIGNATURE,
    Perm.VIEW_DEVIATION,
    Med.VIEW_ORDER,
    Med.VIEW_STOCK,
    Med.VIEW_DISTRIBUTION,
    Med.VIEW_ADHERENCE,
    Safe.VIEW_EVENT,
    ImportPerm.VIEW_FINDING,
}

_SITE_STAFF = _READ_CODED | {
    Perm.VIEW_IDENTITY,
    Perm.VIEW_NOTE,
    Perm.CHANGE_NOTE,
    Perm.VIEW_MEMBERSHIP,
    Perm.VIEW_DELEGATION,
    Perm.CHANGE_DEVIATION,
    Med.CHANGE_ORDER,
    Safe.RECORD_EVENT,
    Safe.SEND_REPORT,
    Mail.VIEW_CONVERSATION,
    Mail.WRITE_MESSAGE,
    Mail.TRIAGE_MESSAGE,
}

_INVESTIGATOR = _SITE_STAFF | {
    Perm.CHANGE_SUBJECT,
    Perm.CHANGE_PARTICIPATION,
    Perm.CHANGE_CONSENT,
    Perm.CHANGE_SCREENING,
    Perm.CONFIRM_ELIGIBILITY,
    Perm.RANDOMISE,
    Perm.CHANGE_VISIT,
    Med.SIGN_ORDER,
    Safe.ASSESS_EVENT,
}

_PHARMACIST = _READ_DESIGN | {
    Perm.VIEW_SUBJECT,
    Perm.VIEW_IDENTITY,
    Perm.VIEW_VISIT,
    Perm.VIEW_HISTORY,
    Perm.VIEW_SIGNATURE,
    Med.VIEW_ORDER,
    Med.VIEW_STOCK,
    Med.CHANGE_STOCK,
    Med.VIEW_DISTRIBUTION,
    Med.DISPENSE,
    Med.COUNT_RETURN,
    Med.VIEW_ADHERENCE,
    Safe.REPORT_EVENT,
    Mail.VIEW_CONVERSATION,
    Mail.WRITE_MESSAGE,
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
            Perm.CHANGE_DELEGATION,
            Perm.INVITE_PARTICIPANT,
            Med.COUNT_RETURN,
            Med.WITNESS_RECEIPT,
            Med.LOG_DOSE_FOR,
        }
    ),
    Role.PI: frozenset(
        _INVESTIGATOR
        | {
            Perm.CHANGE_MEMBERSHIP,
            Perm.INVITE_PARTICIPANT,
            Perm.CHANGE_DELEGATION,
            Perm.SIGN_DELEGATION,
            Perm.ASSESS_DEVIATION,
            Safe.CLOSE_EVENT,
        }
    ),
    Role.SUBI: frozenset(_INVESTIGATOR),
    Role.PHARM: frozenset(_PHARMACIST),
    Role.UPHARM: frozenset(_PHARMACIST | {Perm.VIEW_TREATMENT, Med.VIEW_KIT_CONTENT, ImportPerm.VIEW_FINDING}),
    Role.CRA: frozenset(
        _READ_CODED
        | {Perm.VIEW_MEMBERSHIP, Perm.VIEW_DELEGATION, Perm.CHANGE_DEVIATION, ImportPerm.VIEW_RUN, Med.VERIFY_STOCK}
        | {ConsolePerm.VIEW_CONSOLE}
    ),
    Role.SPSAF: frozenset(_READ_CODED | {Safe.RECEIVE_REPORT, ConsolePerm.VIEW_CONSOLE}),
    Role.SPMGR: frozenset(
        _READ_CODED
        | {Perm.VIEW_MEMBERSHIP, Perm.CHANGE_MEMBERSHIP, Perm.CHANGE_STUDY, Perm.IMPORT_STUDY}
        | {Perm.VIEW_DELEGATION, Med.SHIP_STOCK, ImportPerm.VIEW_RUN, ConsolePerm.VIEW_CONSOLE}
    ),
    Role.PART: frozenset({Perm.VIEW_STUDY, Perm.OWN_VISITS, Med.OWN_MEDICATION, Safe.OWN_SYMPTOMS, Mail.OWN_MESSAGES}),
    Role.SYSADM: frozenset(),
    Role.INSP: frozenset(
        _READ_CODED | {Perm.VIEW_MEMBERSHIP, Perm.VIEW_DELEGATION, ImportPerm.VIEW_RUN, ConsolePerm.VIEW_CONSOLE}
    ),
}

#: What each delegated task adds to a role at a site, as far as the matrix lets that role do it at all.
TASKS: dict[str, frozenset[str]] = {
    Task.CONSENT: frozenset({Perm.CHANGE_CONSENT}),
    Task.ELIGIBILITY: frozenset({Perm.CONFIRM_ELIGIBILITY}),
    # History and examination are written at the site's own records; the portal has no right that depends on it.
    Task.EXAMINATION: frozenset(),
    Task.VISITS: frozenset({Perm.CHANGE_VISIT}),
    Task.DATA: frozenset({Perm.CHANGE_SUBJECT, Perm.CHANGE_PARTICIPATION, Perm.CHANGE_SCREENING}),
    Task.PRESCRIBE: frozenset({Med.SIGN_ORDER}),
    Task.DISPENSE: frozenset({Med.CHANGE_STOCK, Med.DISPENSE}),
    Task.RECORD_EVENTS: frozenset({Safe.RECORD_EVENT}),
    Task.ASSESS_EVENTS: frozenset({Safe.ASSESS_EVENT}),
    Task.SEND_REPORTS: frozenset({Safe.SEND_REPORT}),
    Task.RANDOMISE: frozenset({Perm.RANDOMISE}),
    # Breaking the blind in an emergency is no page of the portal yet.
    Task.UNBLIND: frozenset(),
    Task.MESSAGES: frozenset({Mail.WRITE_MESSAGE, Mail.TRIAGE_MESSAGE}),
    Task.DEVIATIONS: frozenset({Perm.CHANGE_DEVIATION}),
    Task.DOCUMENTS: frozenset({Perm.CHANGE_DELEGATION}),
    Task.OVERSIGHT: frozenset({Perm.SIGN_DELEGATION, Perm.ASSESS_DEVIATION, Safe.CLOSE_EVENT}),
}
