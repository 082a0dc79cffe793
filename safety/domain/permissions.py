"""What may be granted in this app. A permission is held on a study, a site or a subject."""

from enum import StrEnum


class Perm(StrEnum):
    VIEW_EVENT = "view_adverseevent"
    RECORD_EVENT = "record_adverseevent"
    ASSESS_EVENT = "assess_adverseevent"
    CLOSE_EVENT = "close_adverseevent"
    SEND_REPORT = "send_safetyreport"
    RECEIVE_REPORT = "receive_safetyreport"
    #: Tell the site that something happened, without judging it: a draft for the site to take up.
    REPORT_EVENT = "report_adverseevent"
    #: A participant's own reports of symptoms.
    OWN_SYMPTOMS = "own_symptoms"
