"""What somebody fills into a modal: the state that Slack makes of it, and what Slack does not let through. Knows no meaning."""

import re
from collections.abc import Mapping
from typing import NoReturn

from tests.fakes.slack.shapes import Json

MOST_CHARS = 3000
CHOSEN = {"datepicker": "selected_date", "timepicker": "selected_time", "datetimepicker": "selected_date_time"}
WHOLE, DECIMAL = re.compile(r"-?\d+"), re.compile(r"-?\d+(\.\d+)?")


def filled(blocks: list[Json], values: Mapping[str, str]) -> Json:
    """`state.values` of a modal by block and action. values: by block id.  Raises: ValueError when Slack would not send it."""
    inputs = {block["block_id"]: block for block in blocks if block["type"] == "input"}
    if unknown := values.keys() - inputs.keys():
        _refuse(f"no input {sorted(unknown)} is shown")
    return {name: _state(name, block, values.get(name)) for name, block in inputs.items()}


def _state(name: str, block: Json, value: str | None) -> Json:
    element = block["element"]
    given = _first(element) if value is None else value
    if not given and not block.get("optional"):
        _refuse(f"{name}: please complete this required field")
    return {element.get("action_id", "a1"): {"type": element["type"], **(_told(name, element, given) if given else _nothing(element))}}


def _first(element: Json) -> str:
    for key in ("initial_value", "initial_date", "initial_time", "initial_date_time"):
        if key in element:
            return str(element[key])
    return str(element["initial_option"]["value"]) if "initial_option" in element else ""


def _nothing(element: Json) -> Json:
    return {_key(element): None}


def _key(element: Json) -> str:
    chooses = "options" in element or "option_groups" in element
    return CHOSEN.get(element["type"], "selected_option" if chooses else "value")


def _told(name: str, element: Json, value: str) -> Json:
    options = [*element.get("options", ()), *(each for group in element.get("option_groups", ()) for each in group["options"])]
    chosen = [option for option in options if value in (option["value"], option["text"]["text"])]
    if options and not chosen:
        _refuse(f"{name}: no option {value!r} is shown")
    if element["type"] == "number_input":
        _number(name, element, value)
    elif not element.get("min_length", 0) <= len(value) <= element.get("max_length", MOST_CHARS):
        _refuse(f"{name}: {len(value)} characters do not go in")
    return {_key(element): chosen[0] if chosen else int(value) if element["type"] == "datetimepicker" else value}


def _number(name: str, element: Json, value: str) -> None:
    if (DECIMAL if element["is_decimal_allowed"] else WHOLE).fullmatch(value) is None:
        _refuse(f"{name}: {value!r} is no number that goes in")
    if not float(element.get("min_value", "-inf")) <= float(value) <= float(element.get("max_value", "inf")):
        _refuse(f"{name}: {value} is out of bounds")


def _refuse(told: str) -> NoReturn:
    raise ValueError(told)
