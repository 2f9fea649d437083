"""What every part of a policy is: frozen, without unknown keys, its numbers finite."""

from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator


class PlacedError(ValueError):
    """What is wrong at a path below the part whose rule finds it."""

    def __init__(self, what: str, *path: str) -> None:
        super().__init__(what)
        self.path = path


class Part(BaseModel):
    """A part of a policy: unknown keys are errors, numbers are finite, and true is no number."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_number(cls, value: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields[info.field_name or ""]
        if isinstance(value, bool) and field.annotation in (int, float, Decimal):
            raise ValueError("expected a number")
        return value
