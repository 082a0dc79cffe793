"""What went wrong, in the words of RFC 9457 (problem details)."""

from dataclasses import dataclass

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "This cannot be read",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Not done here",
    409: "Not possible as it stands",
    410: "No longer there",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Another media type is needed",
    422: "Not accepted",
    428: "Say which version you changed",
    429: "Too many calls",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right; the field is empty where it is about the whole."""

    field: str
    message: str


class Problem(Exception):
    """An answer that is not what was asked for: why, and the fields at fault."""

    def __init__(self, status: int, detail: str = "", faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(detail or TITLES[status])
        self.status, self.detail, self.faults = status, detail, faults

    def told(self) -> dict[str, object]:
        """The body of the answer."""
        said: dict[str, object] = {"type": "about:blank", "title": TITLES[self.status], "status": self.status}
        if self.detail:
            said["detail"] = self.detail
        if self.faults:
            said["errors"] = [{"field": fault.field, "message": fault.message} for fault in self.faults]
        return said


class TooOften(Problem):
    """A call too many; after so many seconds the next one is taken."""

    def __init__(self, wait: float) -> None:
        self.wait = max(1, round(wait))
        super().__init__(429, f"Too many calls. Try again in {self.wait} seconds.")
