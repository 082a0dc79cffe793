"""What may be granted in this app. A permission is held on a study, a site or a subject."""

from enum import StrEnum


class Perm(StrEnum):
    VIEW_ORDER = "view_medicationorder"
    CHANGE_ORDER = "change_medicationorder"
    SIGN_ORDER = "sign_medicationorder"
    VIEW_STOCK = "view_kit"
    CHANGE_STOCK = "change_kit"
    VERIFY_STOCK = "verify_kit"
    SHIP_STOCK = "ship_kit"
    VIEW_KIT_CONTENT = "view_kitcontent"
    VIEW_DISTRIBUTION = "view_distribution"
    DISPENSE = "dispense_kit"
    COUNT_RETURN = "count_return"
    WITNESS_RECEIPT = "witness_receipt"
    VIEW_ADHERENCE = "view_adherencelog"
    LOG_DOSE_FOR = "log_dose_for"
    #: A participant's own orders, distributions and doses.
    OWN_MEDICATION = "own_medication"
