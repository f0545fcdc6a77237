"""What a method was called with: form or JSON, told apart as Slack tells them. Knows no method."""

import json
from dataclasses import dataclass

from tests.fakes.slack.shapes import Json
from tests.fakes.slack.workspace import Refused


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments by name; those of a form are strings, and lists in them are JSON in a string."""

    values: dict[str, Json]

    def text(self, name: str) -> str:
        """A string, empty when it was not given."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def whole(self, name: str, default: int) -> int:
        """A whole number."""
        value = self.text(name)
        if not value.isdecimal():
            if value:
                raise Refused("invalid_arguments", [f"[ERROR] must be an integer [json-pointer:/{name}]"])
            return default
        return int(value)

    def flag(self, name: str) -> bool:
        """Whether something is wanted."""
        return self.text(name).lower() in {"true", "1"}

    def json(self, name: str, error: str) -> Json:
        """A list or an object, None when it was not given.  Raises: Refused with `error` when it cannot be read."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as err:
            raise Refused(error) from err
