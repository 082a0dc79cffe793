"""Keeping attached files: checked by their bytes, sealed with the participant's key, under names that tell nothing."""

import hashlib
from base64 import b64encode
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from messaging.domain.attachments import MAX_BYTES, media_type_of, tidy_name
from messaging.models import Attachment, Message
from trialcrm.core.decisions import refused, require
from trialcrm.core.ids import new_id

FOLDER = "attachments"


def attach(message: Message, file: Any) -> Attachment:
    """Seal a file and keep it with a message that is being written.

    The sealed bytes are in the storage before the transaction ends; if it is undone, they open for nobody.
    """
    name = tidy_name(str(file.name))
    if file.size > MAX_BYTES:
        require(refused(_("%(name)s is larger than 10 MB.") % {"name": name}, "files"))
    content = file.read()
    media_type = media_type_of(name, content)
    if media_type is None:
        words = _("%(name)s is not accepted. Attach a PDF, a PNG, JPEG or WebP picture, or a plain text.")
        require(refused(words % {"name": name}, "files"))
    digest = hashlib.sha256(content).hexdigest()
    kept = Attachment(subject=message.subject, message=message, media_type=media_type, size=len(content), sha256=digest)
    kept.name = kept.seal("name", name)
    sealed = kept.seal("content", b64encode(content).decode())
    kept.stored_as = default_storage.save(f"{FOLDER}/{new_id().hex}", ContentFile(sealed.encode()))
    kept.save()
    return kept
