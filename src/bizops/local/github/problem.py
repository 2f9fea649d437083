"""What GitHub says when it refuses: one exception, in GitHub's own words and shape."""

from collections.abc import Mapping
from typing import Any

__all__ = ["Problem", "forbidden", "invalid", "missing", "too_long"]

DOCUMENTATION = "https://docs.github.com/rest"


class Problem(Exception):
    """An answer that is an error. `body()` is what goes over the wire."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.errors, self.headers = status, message, errors, dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        errors = {} if self.errors is None else {"errors": self.errors}
        return {"message": self.message, **errors, "documentation_url": DOCUMENTATION, "status": str(self.status)}


def missing() -> Problem:
    """404: it does not exist, or whoever asks may not know that it does."""
    return Problem(404, "Not Found")


def forbidden(message: str = "Must have admin rights to Repository.") -> Problem:
    """403: visible, but not to be changed by this account."""
    return Problem(403, message)


def invalid(resource: str, field: str, code: str, message: str | None = None, **more: Any) -> Problem:
    """422 with one error: `code` is GitHub's (`missing_field`, `invalid`, `already_exists`, `custom`)."""
    error = {**more, "resource": resource, "field": field, "code": code}
    return Problem(422, "Validation Failed", errors=[error if message is None else {**error, "message": message}])


def too_long(resource: str, field: str, most: int) -> Problem:
    """422 for a text that is longer than GitHub takes."""
    if resource == "IssueComment":
        return invalid(resource, "data", "unprocessable", f"Body is too long (maximum is {most} characters)")
    return invalid(resource, field, "custom", f"{field} is too long (maximum is {most} characters)")
