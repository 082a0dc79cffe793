"""Which files may be attached: told by their bytes and not by what they are called."""

import puremagic

#: A photograph of a phone, a scanned letter of some pages.
MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 5
#: Documents of office programs are not accepted: they may hold macros and call other servers when they are opened.
KINDS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
}
TEXT = "text/plain"
NAME_LENGTH = 120


def media_type_of(name: str, content: bytes) -> str | None:
    """The media type of a file that may be attached, or None for any other.

    A text is UTF-8 without control characters, and called `.txt`.
    """
    found = _by_bytes(content)
    if found in KINDS:
        return found
    return TEXT if name.lower().endswith(".txt") and _is_text(content) else None


def _by_bytes(content: bytes) -> str:
    try:
        return str(puremagic.from_string(content, mime=True))
    except (puremagic.PureError, ValueError):
        return ""


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return bool(text) and all(letter.isprintable() or letter in "\n\r\t\ufeff" for letter in text)


def tidy_name(name: str) -> str:
    """A file name without folders and control characters, short enough to be shown."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    short = f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}" if dot and len(ending) < 8 else kept[:NAME_LENGTH]
    return short or "file"
