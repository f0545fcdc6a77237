"""Slack's Block Kit as rules: which blocks, elements and views there are, and how long their parts may be. Knows no messages.

A complaint reads as Slack's do: what is wrong, and a JSON pointer to where. Limits: docs.slack.dev/reference/block-kit (2026-11) and the
13,200 characters of all blocks together, which Slack enforces and does not document (github.com/slackapi/bolt-js issue 2509).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Json: TypeAlias = Any  # JSON as parsed: what is in it is what is looked at here
Rule: TypeAlias = Callable[[Json, str], Iterator[str]]

MOST_BLOCKS = 50
MOST_BLOCKS_OF_A_VIEW = 100
MARKDOWN_CHARS = 12_000
ALL_BLOCKS_CHARS = 13_200
PLAIN, RICH = ("plain_text",), ("mrkdwn", "plain_text")


def text(most: int, kinds: Sequence[str] = PLAIN) -> Rule:
    """A text object of one of these kinds with at most so many characters."""

    def look(value: Json, at: str) -> Iterator[str]:
        if not isinstance(value, dict) or value.get("type") not in kinds:
            yield f"must be of type {' or '.join(kinds)} [json-pointer:{at}]"
            return
        yield from _unknown(value, {"type", "text", "emoji", "verbatim"}, at)
        if "emoji" in value and value["type"] != "plain_text":
            yield f"invalid additional property: emoji [json-pointer:{at}]"
        yield from string(most)(value.get("text"), f"{at}/text")

    return look


def string(most: int, least: int = 1, pattern: str = "") -> Rule:
    """A string of so many characters, and like the pattern."""

    def look(value: Json, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"must be a string [json-pointer:{at}]"
        elif len(value) > most:
            yield f"must be less than {most + 1} characters [json-pointer:{at}]"
        elif len(value) < least:
            yield f"must be more than {least - 1} characters [json-pointer:{at}]"
        elif pattern and re.fullmatch(pattern, value) is None:
            yield f"failed to match {pattern} [json-pointer:{at}]"

    return look


def items(rule: Rule, most: int, least: int = 1) -> Rule:
    """A list of so many."""

    def look(value: Json, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"must be an array [json-pointer:{at}]"
            return
        if len(value) > most:
            yield f"no more than {most} items allowed [json-pointer:{at}]"
        if len(value) < least:
            yield f"no fewer than {least} items allowed [json-pointer:{at}]"
        for number, item in enumerate(value):
            yield from rule(item, f"{at}/{number}")

    return look


def one_of(*words: Json) -> Rule:
    """One of these values."""

    def look(value: Json, at: str) -> Iterator[str]:
        if value not in words:
            yield f"must be a valid enum value [json-pointer:{at}]"

    return look


def shape(needed: Mapping[str, Rule], free: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these keys and no others."""
    rules = {**needed, **(free or {})}

    def look(value: Json, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"must be an object [json-pointer:{at}]"
            return
        yield from _unknown(value, rules.keys() | {"type"}, at)
        for key in needed.keys() - value.keys():
            yield f"missing required field: {key} [json-pointer:{at}]"
        for key in rules.keys() & value.keys():
            yield from rules[key](value[key], f"{at}/{key}")

    return look


def tagged(kinds: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which rule holds."""

    def look(value: Json, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        rule = kinds.get(kind) if isinstance(kind, str) else None
        if rule is None:
            yield f"unsupported type: {kind} [json-pointer:{at}]"
        else:
            yield from rule(value, at)

    return look


def anything(_value: Json, _at: str) -> Iterator[str]:
    """Not looked at more closely."""
    return iter(())


def flag(value: Json, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"must be a boolean [json-pointer:{at}]"


def _whole(value: Json, at: str) -> Iterator[str]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield f"must be an integer [json-pointer:{at}]"


def _unknown(value: Mapping[str, Json], known: set[str], at: str) -> Iterator[str]:
    for key in value.keys() - known:
        yield f"invalid additional property: {key} [json-pointer:{at}]"


ID = string(255)
LINK = string(3000, pattern=r"(?s)(https?://|mailto:|slack://).+")
PICTURE = string(3000, pattern=r"(?s)https?://.+")
STYLE = one_of("primary", "danger")
CONFIRM = shape({"title": text(100), "text": text(300, RICH), "confirm": text(30), "deny": text(30)}, {"style": STYLE})
ACTING = {"action_id": ID, "confirm": CONFIRM}
FILLING = {"action_id": ID, "placeholder": text(150), "focus_on_load": flag}
SELECTING = {**FILLING, "confirm": CONFIRM}
OPTION = shape({"text": text(75, RICH), "value": string(150, 0)}, {"description": text(75, RICH), "url": LINK})
GROUPS = items(shape({"label": text(75), "options": items(OPTION, 100)}), 100)
DAY = string(10, pattern=r"\d{4}-\d\d-\d\d")
NUMBER = string(100, pattern=r"-?\d+(\.\d+)?")
SLACK_FILE = shape({}, {"id": string(255), "url": PICTURE})
WORKFLOW = {"text": text(75), "workflow": anything}
LABELLED = {"accessibility_label": string(75)}
VERDICT = shape({"text": text(75), "value": string(2000)}, LABELLED)


def _select(kind: str, more: Mapping[str, Rule]) -> dict[str, Rule]:
    several = {"max_selected_items": _whole}
    return {f"{kind}_select": shape({}, {**SELECTING, **more}), f"multi_{kind}_select": shape({}, {**SELECTING, **more, **several})}


def _static() -> dict[str, Rule]:
    choices = {"options": items(OPTION, 100), "option_groups": GROUPS, "initial_option": OPTION, "initial_options": items(OPTION, 100)}
    return _select("static", choices)


BUTTON = shape({"text": text(75)}, {**ACTING, **LABELLED, "value": string(2000), "url": LINK, "style": STYLE})
IMAGE = {"alt_text": string(2000), "image_url": PICTURE, "slack_file": SLACK_FILE}
TEN = items(OPTION, 10)
CHOOSING: dict[str, Rule] = {
    **_static(),
    **_select("users", {"initial_user": string(255), "initial_users": anything}),
    **_select("conversations", dict.fromkeys(("initial_conversation", "default_to_current_conversation", "filter"), anything)),
    **_select("channels", {"initial_channel": string(255)}),
    **_select("external", {"initial_option": OPTION, "min_query_length": _whole}),
    "checkboxes": shape({"options": TEN}, {**ACTING, "initial_options": TEN, "focus_on_load": flag}),
    "radio_buttons": shape({"options": TEN}, {**ACTING, "initial_option": OPTION, "focus_on_load": flag}),
    "datepicker": shape({}, {**SELECTING, "initial_date": DAY}),
    "timepicker": shape({}, {**SELECTING, "initial_time": string(5, pattern=r"\d\d:\d\d"), "timezone": string(64)}),
    "datetimepicker": shape({}, {**ACTING, "initial_date_time": _whole, "focus_on_load": flag}),
}
DISPATCH = {"dispatch_action_config": anything}
TYPING: dict[str, Rule] = {
    "plain_text_input": shape(
        {},
        {**FILLING, **DISPATCH, "initial_value": string(3000, 0), "multiline": flag, "min_length": _whole, "max_length": _whole},
    ),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**FILLING, **DISPATCH, "initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
    ),
    "email_text_input": shape({}, {**FILLING, **DISPATCH, "initial_value": string(255)}),
    "url_text_input": shape({}, {**FILLING, **DISPATCH, "initial_value": string(3000)}),
    "rich_text_input": anything,
    "file_input": shape({}, {"action_id": ID, "filetypes": anything, "max_files": _whole}),
}
PRESSING: dict[str, Rule] = {
    "button": BUTTON,
    "overflow": shape({"options": items(OPTION, 5)}, ACTING),
    "workflow_button": shape(WORKFLOW, {**LABELLED, "style": STYLE}),
}
IN_CONTEXT: dict[str, Rule] = {"image": shape({"alt_text": string(2000)}, IMAGE), "mrkdwn": text(3000, RICH), "plain_text": text(3000)}
UNDER_CONTEXT: dict[str, Rule] = {
    "feedback_buttons": shape({"positive_button": VERDICT, "negative_button": VERDICT}, {"action_id": ID}),
    "icon_button": shape(
        {"icon": one_of("trash"), "text": text(75)},
        {**ACTING, **LABELLED, "value": string(2000), "visible_to_user_ids": anything},
    ),
}
CELL = tagged({"raw_text": shape({"text": string(10_000, 0)}), "rich_text": anything, "raw_number": anything})
BID = {"block_id": ID}
BLOCKS: dict[str, Rule] = {
    "section": shape(
        {},
        {
            **BID,
            "text": text(3000, RICH),
            "fields": items(text(2000, RICH), 10),
            "accessory": tagged({**PRESSING, **CHOOSING, "image": IN_CONTEXT["image"]}),
            "expand": flag,
        },
    ),
    "actions": shape({"elements": items(tagged({**PRESSING, **CHOOSING}), 25)}, BID),
    "context": shape({"elements": items(tagged(IN_CONTEXT), 10)}, BID),
    "context_actions": shape({"elements": items(tagged(UNDER_CONTEXT), 5)}, BID),
    "divider": shape({}, BID),
    "header": shape({"text": text(150)}, {**BID, "level": _whole}),
    "image": shape({"alt_text": string(2000)}, {**BID, **IMAGE, "title": text(2000)}),
    "markdown": shape({"text": string(MARKDOWN_CHARS)}, BID),
    "table": shape({"rows": items(items(CELL, 20), 100)}, {**BID, "column_settings": anything}),
    "rich_text": anything,
    "file": anything,
    "video": anything,
    "input": shape(
        {"label": text(2000), "element": tagged({**TYPING, **CHOOSING})},
        {**BID, "hint": text(2000), "optional": flag, "dispatch_action": flag},
    ),
}
BLOCK = tagged(BLOCKS)
SUBMITTING: dict[str, Rule] = {"submit": text(24), "close": text(24), "submit_disabled": flag}
ABOUT_A_VIEW: dict[str, Rule] = {
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
    "private_metadata": string(3000, 0),
    "notify_on_close": flag,
    "clear_on_close": flag,
}
VIEW_BLOCKS = {"blocks": items(BLOCK, MOST_BLOCKS_OF_A_VIEW, 0)}
VIEW = tagged(
    {
        "modal": shape({**VIEW_BLOCKS, "title": text(24)}, {**ABOUT_A_VIEW, **SUBMITTING}),
        "home": shape(VIEW_BLOCKS, ABOUT_A_VIEW),
    }
)


def complaints_about_blocks(blocks: Json) -> list[str]:
    """What Slack has against the blocks of a message."""
    return [*items(BLOCK, MOST_BLOCKS, 0)(blocks, "/blocks"), *_together(blocks, "/blocks")]


def complaints_about_view(view: Json) -> list[str]:
    """What Slack has against a view."""
    found = list(VIEW(view, "/view"))
    if found:
        return found
    found = list(_together(view["blocks"], "/view/blocks"))
    asks = any(block["type"] == "input" for block in view["blocks"])
    if asks and view["type"] == "modal" and "submit" not in view:
        found.append("missing required field: submit [json-pointer:/view]")
    return found


def too_long_together(blocks: Sequence[Json]) -> bool:
    """Whether all texts of the blocks are too long to go into one message."""
    return sum(len(each) for each in texts_in(blocks)) > ALL_BLOCKS_CHARS


def texts_in(value: Json) -> Iterator[str]:
    """Every text that is shown, depth first."""
    if isinstance(value, list):
        for each in value:
            yield from texts_in(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in {"text", "alt_text"} and isinstance(each, str):
                yield each
            else:
                yield from texts_in(each)


def acting_in(block: Json) -> Iterator[Json]:
    """The interactive elements of a block, as they are written."""
    candidates = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
    yield from (each for each in candidates if isinstance(each, dict) and ("action_id" in each or each.get("type") in ACTORS))


ACTORS = PRESSING.keys() | CHOOSING.keys() | TYPING.keys() | UNDER_CONTEXT.keys()


def _together(blocks: Json, at: str) -> Iterator[str]:
    """What no block can know of the others: ids are unique, markdown is bounded as a whole, and there is one table."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return
    named = [block["block_id"] for block in blocks if "block_id" in block]
    if len(named) != len(set(named)):
        yield f"block_id already exists [json-pointer:{at}]"
    for number, block in enumerate(blocks):
        acting = [each["action_id"] for each in acting_in(block) if "action_id" in each]
        if len(acting) != len(set(acting)):
            yield f"action_id already exists for another action [json-pointer:{at}/{number}]"
        if block.get("type") == "section" and not ({"text", "fields"} & block.keys()):
            yield f"missing required field: text or fields [json-pointer:{at}/{number}]"
        if block.get("type") == "image" and not ({"image_url", "slack_file"} & block.keys()):
            yield f"missing required field: image_url or slack_file [json-pointer:{at}/{number}]"
    if sum(len(str(block.get("text"))) for block in blocks if block.get("type") == "markdown") > MARKDOWN_CHARS:
        yield f"markdown blocks must be less than {MARKDOWN_CHARS + 1} characters together [json-pointer:{at}]"
    if sum(block.get("type") == "table" for block in blocks) > 1:
        yield f"only_one_table_allowed [json-pointer:{at}]"
