"""The protocols of the demo's three studies, written for it."""

from . import knee, memory, sleep
from .parts import Criterion, Planned, Protocol, Version

PROTOCOLS = {protocol.id: protocol for protocol in (memory.PROTOCOL, knee.PROTOCOL, sleep.PROTOCOL)}

__all__ = ["PROTOCOLS", "Criterion", "Planned", "Protocol", "Version"]
