"""The pages of rules: the list of sets, and one with its form, what it would change, what waits, its history. Settles nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.admin.prompts import parts
from bot.web.line import HouseSaid, Line
from bot.web.reader import Reader, form_of
from bot.web.shell import STATUS, Place, Shell

Json = dict[str, Any]

PLACE = Place("/admin/rules", "admin_rules")
NOT_HERE = frozenset({"signed_out", "only_admins", "no_such_rules"})
"""What ends in an error page; any other refusal is told above the form, with what was typed in it."""
OURS = frozenset({"token", "action", "base", "note", "edition", "text"})
"""Names in a form that are no fields of a set."""
REARRANGES = ("add", "drop.")
"""What buttons are called that show the form again with a row more, or without one."""
DONE = frozenset({"published", "waiting", "dropped"})
GROUPS = {
    "people": ("review", "permissions"), "skills": ("skills", "examples", "choosing"), "judging": ("churn", "clauses"),
    "times": ("digests", "schedule"),
}  # fmt: skip
"""Which sets stand together in the list. What is in none of them stands at the end."""


def rules(line: Line, shell: Shell, rooms: tuple[Place, ...]) -> APIRouter:
    """The routes. rooms: of the admins."""
    router, room = APIRouter(), _Rules(line, shell, rooms)
    router.get(PLACE.path)(room.page)
    router.get(PLACE.path + "/{name}")(room.one)
    router.post(PLACE.path + "/{name}")(room.press)
    return router


@dataclass(frozen=True)
class _Typing:
    """What somebody is at. typed: see `_typed`; empty for nothing. problem: why it was refused. weigh: show what it would do, too."""

    typed: Json = field(default_factory=dict)
    note: str = ""
    problem: str = ""
    weigh: bool = False


NOTHING = _Typing()
UNASKED: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class _Rules:
    line: Line
    shell: Shell
    rooms: tuple[Place, ...]

    async def page(self, request: Request) -> Response:
        """All sets."""
        reader = self.shell.cookies.reader(request)
        told: Json = await self.line.ask("rules", reader.lang, session=reader.session)
        groups = _grouped(told.pop("sets"))
        return self.shell.page("admin/rules.html", reader, rooms=self.rooms, groups=groups, **told)

    async def one(self, request: Request, name: str) -> Response:
        """One set; `against` asks how what is in force differs from an edition, `text` for the whole as text instead of a form."""
        reader, asked = self.shell.cookies.reader(request), dict(request.query_params)
        return await self._shown(reader, name, asked=asked)

    async def press(self, request: Request, name: str) -> Response:
        """Look at what would change, publish, go back, agree or put away; a refusal stands above what was typed."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        typed, action = _typed(form), "more" if any(name.startswith(REARRANGES) for name in form) else form.get("action", "")
        if action in {"check", "more"}:
            return await self._checked(reader, name, typed, form, weigh=action == "check")
        try:
            match action:
                case "publish":
                    told = {"note": form.get("note", ""), "base": form.get("base", "")}
                    done = await self._ask("rule_publish", reader, rules=name, **told, **typed)
                case "back":
                    done = await self._ask("rule_back", reader, rules=name, to=form.get("edition", ""), base=form.get("base", ""))
                case "agree":
                    done = await self._ask("rule_agree", reader, edition=form.get("edition", ""))
                case _:
                    done = await self._ask("rule_drop", reader, edition=form.get("edition", ""))
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            typing = _Typing(typed if action == "publish" else {}, form.get("note", ""), said.text)
            return await self._shown(reader, name, STATUS.get(said.key, 400), typing)
        return RedirectResponse(f"{PLACE.path}/{name}?did={done['standing']}", 303)

    async def _checked(self, reader: Reader, name: str, typed: Json, form: Mapping[str, str], *, weigh: bool) -> Response:
        """What would change: the part of the page where that stands, or the whole page with what was typed."""
        if not reader.partial:
            return await self._shown(reader, name, 200, _Typing(typed, form.get("note", ""), weigh=weigh))
        check = await self._ask("rule_check", reader, rules=name, weigh=weigh, **typed)
        return self.shell.page("admin/_rules_check.html", reader, check=check, parts=parts)

    async def _ask(self, verb: str, reader: Reader, **args: object) -> Json:
        told: Json = await self.line.ask(verb, reader.lang, session=reader.session, **args)
        return told

    async def _shown(
        self, reader: Reader, name: str, status: int = 200, typing: _Typing = NOTHING, asked: Mapping[str, str] = UNASKED
    ) -> Response:
        told, typed = await self._ask("rule_set", reader, rules=name, against=asked.get("against", "")), typing.typed
        check = await self._ask("rule_check", reader, rules=name, weigh=typing.weigh, **typed) if typed else None
        if check:
            told |= {"fields": check["fields"], "form": check["form"]}
        did = asked.get("did", "")
        return self.shell.page(
            "admin/rule_set.html", reader, status, rooms=self.rooms, problem=typing.problem, note=typing.note, check=check,
            asked=asked.get("against", ""), did=did if did in DONE else "", parts=parts, typed=typed.get("text", ""),
            as_text="text" in {**asked, **typed} or not told["shape"],
            faults={one["key"]: one["text"] for one in check["faults"]} if check else {}, **told,
        )  # fmt: skip


def _grouped(sets: list[Json]) -> dict[str, list[Json]]:
    """Sets by their group, groups without any left out."""
    named = {one["name"]: one for one in sets}
    placed = {group: [named.pop(name) for name in names if name in named] for group, names in GROUPS.items()}
    return {group: those for group, those in {**placed, "more": list(named.values())}.items() if those}


def _typed(form: Mapping[str, str]) -> Json:
    """What was typed: the text of the whole, or the fields."""
    if "text" in form:
        return {"text": form["text"]}
    return {"fields": {name: value for name, value in form.items() if name not in OURS}}
