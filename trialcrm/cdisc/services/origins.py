"""Where each record came from, and what of an earlier delivery a later one no longer has."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from subjects.domain.importing import Key
from subjects.models import Study, Subject
from subjects.services.importing import Outcome
from trialcrm.cdisc.domain.findings import Finding
from trialcrm.cdisc.domain.findings.catalogue import MISSING_FILE, MISSING_ROW, say
from trialcrm.cdisc.models import ImportedRecord

_BATCH = 500
_ROW_GONE = _("{key} is no longer in the delivery; what was taken over from {file} is kept.")
_FILE_GONE = _("The delivery has no {domain}; what was taken over from {file} is kept.")


def note_origins(study: Study, outcomes: Iterable[Outcome]) -> None:
    """Keep the place of every record that was added or changed; inside an act under way."""
    rows = [
        _origin(study, item, record) for outcome in outcomes for item, record in (*outcome.created, *outcome.changed)
    ]
    columns = ["site", "subject", "domain", "record_id", "file", "sha256", "row"]
    ImportedRecord._base_manager.bulk_create(
        rows,
        _BATCH,
        update_conflicts=True,
        unique_fields=["study", "record_type", "key"],
        update_fields=columns,
    )


def _origin(study: Study, item: Any, record: Any) -> ImportedRecord:
    return ImportedRecord(
        study=study,
        site_id=getattr(record, "site_id", None),
        subject_id=record.pk if isinstance(record, Subject) else getattr(record, "subject_id", None),
        domain=item.place.dataset,
        key=_text(item.key),
        record_type=record._meta.label,
        record_id=record.pk,
        file=item.place.file,
        sha256=item.place.sha256,
        row=item.place.row,
    )


def _text(key: Key) -> str:
    return "/".join(str(part) for part in key)


def missing(study: Study, outcomes: Iterable[Outcome], delivered: Collection[str]) -> Iterator[Finding]:
    """What was taken over before and is not in this delivery: rows by themselves, whole files once.

    It is kept as it is; nothing that was recorded is deleted because a file no longer has it.
    """
    present = {(record._meta.label, _text(item.key)) for outcome in outcomes for item, record in outcome.all()}
    told: set[tuple[str, str]] = set()
    columns = ("record_type", "key", "domain", "file", "row", "subject__unique_subject_id")
    for kind, key, domain, file, row, subject in ImportedRecord.objects.filter(study=study).values_list(*columns):
        is_delivered = domain in delivered
        finding = (domain, key if is_delivered else "")
        if (kind, key) in present or finding in told:
            continue
        told.add(finding)
        if is_delivered:
            text = say(_ROW_GONE, key=key, file=file)
            yield Finding(MISSING_ROW, file, row, subject, domain, key, text)
        else:
            text = say(_FILE_GONE, domain=domain, file=file)
            yield Finding(MISSING_FILE, file, None, None, domain, None, text)
