"""One task over many lines in one process: JSON lines in, JSON lines out. Knows tasks by name; what each line means is its skill's."""

import asyncio
import importlib
import inspect
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from bot.brains.builtin.choosing import LearnedChooser
from bot.brains.builtin.embedding import BuiltinEmbedder
from bot.brains.choosing import PROMPT as CHOOSING
from bot.brains.choosing import AskingChooser
from bot.brains.roles import ChatModels
from bot.config import Config, Roles
from bot.domain.contracts import Paper, Paragraph
from bot.domain.ids import UserId
from bot.domain.people import Role, Speaker
from bot.errors import BadConfig, TellUser
from bot.manifests import Manifest, load_manifests
from bot.papers import contract_files
from bot.ports import Prompt
from bot.ports.contracts import ContractFiles
from bot.prompts import Versions, load_prompts
from bot.reading.cutting import cut
from bot.reading.reader import RuleReader
from bot.reading.speech import RuleSpokenReader
from bot.senses import SystemClock

Json = dict[str, Any]
Predict = Callable[[Json, Json], Awaitable[Mapping[str, object]]]
"""What a task does with one line and the context beside the set."""

TASKS: Mapping[str, str] = {
    "query": "skills.query_crm.batch", "route": "bot.turns.batch", "gate": "bot.turns.gate_batch", "voice": "skills.capture.batch",
    "minutes": "skills.meeting_minutes.batch", "contracts": "skills.compare_contracts.batch",
    "churn": "skills.churn_risk.batch",
}
"""Task -> the module whose `predict` does it: `async def predict(line, context, *, port=…)`, which is handed the ports that it names."""
CLAUSES = Path(__file__).parent.parent / "knowledge" / "clauses"
"""What legal edits: by what a change of a contract is judged."""
PLAIN = frozenset({".txt", ".md", ".markdown"})
LABEL = "gold"
"""The field of a line that says what is right; no task sees it."""


def run(task: str, source: Path, target: Path, context: Path | None, config: Config, told: Callable[[int, int], None]) -> int:
    """Run `task` over the lines of `source`, and write a prediction for each to `target`; says how many.

    told: called with how many are done, of how many.
    Raises: BadConfig naming the file, the line and what is wrong.
    """
    lines = list(_lines(source))
    beside = _json(context, 0, context.read_text(encoding="utf-8")) if context else {}
    return asyncio.run(_run(task, source, lines, target, beside, config, told))


async def _run(
    task: str, source: Path, lines: Sequence[tuple[int, Json]], target: Path, beside: Json, config: Config, told: Callable[[int, int], None]
) -> int:
    async with AsyncExitStack() as stack:
        predict = _task(task, _Ports(config, beside, stack, source.parent))
        out = stack.enter_context(target.open("w", encoding="utf-8"))
        for done, (number, line) in enumerate(lines, 1):
            try:
                prediction = await predict({key: value for key, value in line.items() if key != LABEL}, beside)
            except (KeyError, ValueError, TypeError, OSError) as err:
                raise BadConfig("batch_bad_line", file=str(source), line=number, why=repr(err)) from err
            out.write(json.dumps(prediction, ensure_ascii=False) + "\n")
            told(done, len(lines))
    return len(lines)


def _task(name: str, ports: "_Ports") -> Predict:
    module = importlib.import_module(TASKS[name])
    predict: Callable[..., Awaitable[Mapping[str, object]]] = module.predict
    asked = [one.name for one in inspect.signature(predict).parameters.values() if one.kind is one.KEYWORD_ONLY]
    return partial(predict, **{port: ports.port(port, skill=TASKS[name].split(".")[1]) for port in asked})


@dataclass(frozen=True)
class _Ports:
    """What a task may be handed. stack: closes what was opened for it. folder: where the paths of a line begin."""

    config: Config
    context: Json
    stack: AsyncExitStack
    folder: Path

    def port(self, name: str, *, skill: str) -> object:
        """One port for the task of `skill`."""
        light: Mapping[str, Callable[[], object]] = {
            "reader": lambda: RuleReader(self.config.fiscal.year_starts),
            "spoken": lambda: RuleSpokenReader(self.config.fiscal.year_starts),
            "embedder": self._embedder, "papers": self._papers, "cutter": lambda: cut,
            "clauses": lambda: {file.name: file.read_text(encoding="utf-8") for file in sorted(CLAUSES.glob("*.toml"))},
        }  # fmt: skip
        if name in light:
            return light[name]()
        manifests, prompts = _house()
        if name == "offered":
            return [one.capability() for one in manifests.values()]
        chats = self._chats(prompts)
        if name == "writer":
            return chats.bound(manifests[skill].model, SOMEBODY, manifests[skill].prompts)
        learned = LearnedChooser(BuiltinEmbedder(), {intent: said for one in manifests.values() for intent, said in one.examples.items()})
        return AskingChooser(learned, lambda speaker: chats.bound("choosing", speaker, (CHOOSING,)), Versions(prompts))

    def _papers(self) -> Callable[[str], Awaitable[Paper]]:
        files = contract_files(self.config.knowledge.max_file_mb)
        self.stack.push_async_callback(files.close)
        return partial(_paper, self.folder, files)

    def _embedder(self) -> BuiltinEmbedder:
        embedder = BuiltinEmbedder()
        self.stack.push_async_callback(embedder.close)
        return embedder

    def _chats(self, prompts: Mapping[str, Prompt]) -> ChatModels:
        """The chat models of the config. Whoever runs a batch has no day's budget; names are masked as far as the context tells them."""
        roles = self.config.models.roles
        unbounded = Roles(**{name: replace(getattr(roles, name), budget_per_user_day=0) for name in asdict(roles)})
        key = os.environ.get("OPENAI_API_KEY", "")
        chats = ChatModels(unbounded, key, prompts, _Contacts(self.context), _Uncounted(), SystemClock())
        self.stack.push_async_callback(chats.close)
        return chats


async def _paper(folder: Path, files: ContractFiles, path: str) -> Paper:
    """The contract at `path` in `folder`, tracked changes accepted. In plain text and Markdown a blank line parts paragraphs.

    Raises: ValueError for what cannot be read, saying why in a word.
    """
    if PurePath(path).suffix.lower() in PLAIN:
        text = await asyncio.to_thread((folder / path).read_text, encoding="utf-8")
        return Paper(tuple(Paragraph(one) for one in re.split(r"\n[^\S\n]*\n", text) if one.strip()), path)
    try:
        return (await files.read(folder / path, path)).settled()
    except TellUser as stop:
        raise ValueError(path, stop.key) from stop


SOMEBODY = Speaker(UserId("batch"), "batch", Role.ADMIN, "", "UTC")
"""Whoever runs a batch."""


@dataclass(frozen=True)
class _Contacts:
    """The port `KnownNames` over the contacts that a context names, by themselves or with their accounts; a title may follow a name."""

    context: Json

    async def within(self, text: str) -> Sequence[str]:
        """Those that stand in `text`."""
        accounts = self.context.get("accounts")
        named = [one for one in accounts if isinstance(one, dict)] if isinstance(accounts, list) else []
        told = [one for holder in (self.context, *named) for one in holder.get("contacts") or ()]
        names = {str(one.get("name", "") if isinstance(one, dict) else one) for one in told}
        names |= {name.split(" ", 1)[0] for name in names if not name.isascii()}
        return sorted((name for name in names if name and name in text), key=len, reverse=True)


class _Uncounted:
    """The port `Spending` where nobody counts."""

    async def spent(self, _user_id: UserId, _role: str, _day: date) -> int:
        """Nothing."""
        return 0

    async def spend(self, _user_id: UserId, _role: str, _day: date, _tokens: int) -> None:
        """Forget it."""


def _house() -> tuple[Mapping[str, Manifest], Mapping[str, Prompt]]:
    from bot.abilities import PORTS  # noqa: PLC0415 - the whole house; not every task needs it
    from bot.places import PROMPTS, SKILLS  # noqa: PLC0415 - as above

    prompts = load_prompts(PROMPTS)
    return load_manifests(SKILLS, prompts, PORTS), prompts


def _lines(source: Path) -> Iterator[tuple[int, Json]]:
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise BadConfig("batch_bad_line", file=str(source), line=0, why=str(err)) from err
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, _json(source, number, line)


def _json(file: Path, number: int, text: str) -> Json:
    try:
        read = json.loads(text)
    except json.JSONDecodeError as err:
        raise BadConfig("batch_bad_line", file=str(file), line=number, why=str(err)) from err
    if not isinstance(read, dict):
        raise BadConfig("batch_bad_line", file=str(file), line=number, why="{}")
    return read
