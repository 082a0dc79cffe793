"""Identifiers of records and acts."""

import uuid

from uuid_utils import compat


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): sorts by the time it was made and cannot be guessed from a neighbour."""
    return compat.uuid7()
