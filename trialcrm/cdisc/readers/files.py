"""Bytes and text of a delivered file."""

from hashlib import sha256
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.datasets import BrokenFile, Source

_ENCODINGS = ("utf-8-sig", "windows-1252")


def load(path: Path) -> tuple[Source, bytes]:
    """A file's bytes and what identifies them. Raises `BrokenFile` where it cannot be read or is empty."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = format_lazy(_("The file cannot be read: {error}."), error=error.strerror or type(error).__name__)
        raise BrokenFile(path.name, None, reason) from error
    if not content:
        raise BrokenFile(path.name, None, _("The file is empty."))
    return Source(path.name, sha256(content).hexdigest(), len(content)), content


def decode(source: Source, content: bytes) -> str:
    """The text: UTF-8 if the bytes are, else Windows-1252. Raises `BrokenFile` where they are neither."""
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BrokenFile(source.file, None, _("The text is neither UTF-8 nor Windows-1252."))
