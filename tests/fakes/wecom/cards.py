"""What WeCom takes as a template card, for the app and for the bot. Knows the limits of its pages, refuses all else."""

import re

from tests.fakes.wecom.corp import Json

TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")
ROWS = BUTTONS = 6
BUTTON_CHARS, TITLE_CHARS, DESC_CHARS, ROW_NAME_CHARS = 10, 26, 30, 5
KEY_BYTES = 1024
KINDS = frozenset({"text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction"})
BAD, BAD_TASK, NO_KEY, NO_NAME = 40035, 42014, 42019, 42020


def wrong_with(card: object, task_ids: set[str], *, update: bool = False) -> tuple[int, str]:
    """The errcode and what is wrong, (0, "") where nothing is. task_ids: those used before. update: the card replaces one."""
    if not isinstance(card, dict) or card.get("card_type") not in KINDS:
        return BAD, "invalid card_type"
    return _frame(card) or _task(card, task_ids, update=update) or _buttons(card) or (0, "")


def _frame(card: Json) -> tuple[int, str] | None:
    title = card.get("main_title") or {}
    if not (title.get("title") or card.get("sub_title_text")):
        return BAD, "main_title.title and sub_title_text are both empty"
    if len(title.get("title", "")) > TITLE_CHARS or len(title.get("desc", "")) > DESC_CHARS:
        return BAD, "main_title too long"
    rows = card.get("horizontal_content_list") or []
    if len(rows) > ROWS:
        return BAD, "horizontal_content_list too long"
    if any(not row.get("keyname") or not isinstance(row.get("value", ""), str) for row in rows):
        return BAD, "horizontal_content_list without keyname"
    if card["card_type"] in {"text_notice", "news_notice"} and not _leads_somewhere(card.get("card_action") or {}):
        return BAD, "card_action missing"
    return None


def _leads_somewhere(action: Json) -> bool:
    return bool({1: action.get("url"), 2: action.get("appid")}.get(action.get("type", 0)))


def _task(card: Json, task_ids: set[str], *, update: bool) -> tuple[int, str] | None:
    task_id = card.get("task_id")
    if task_id is None and card["card_type"] in {"text_notice", "news_notice"}:
        return None
    if not isinstance(task_id, str) or not TASK_ID.fullmatch(task_id):
        return BAD_TASK, "invalid task_id"
    if not update and task_id in task_ids:
        return BAD_TASK, "task_id used before"
    return None


def _buttons(card: Json) -> tuple[int, str] | None:
    buttons = card.get("button_list") or []
    if card["card_type"] == "button_interaction" and not buttons:
        return BAD, "button_list missing"
    if len(buttons) > BUTTONS:
        return BAD, "button_list too long"
    if len({button.get("key") for button in buttons}) < len(buttons):
        return BAD, "button keys repeat"
    return next(filter(None, map(_button, buttons)), None)


def _button(button: Json) -> tuple[int, str] | None:
    if not button.get("key") or len(str(button["key"]).encode()) > KEY_BYTES:
        return NO_KEY, "button key"
    if not button.get("text"):
        return NO_NAME, "button text"
    return (BAD, "button text too long") if len(button["text"]) > BUTTON_CHARS else None
