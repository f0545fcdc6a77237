"""One task over many lines in one process: JSON lines in, JSON lines out. Knows tasks by name; what each line means is its skill's."""

import asyncio
import importlib
import inspect
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bot.brains.builtin.choosing import LearnedChooser
from bot.brains.builtin.embedding import BuiltinEmbedder
from bot.config import Config
from bot.errors import BadConfig
from bot.manifests import load_manifests
from bot.ports import Capability
from bot.prompts import load_prompts
from bot.reading.reader import RuleReader

Json = dict[str, Any]
Predict = Callable[[Json, Json], Awaitable[Mapping[str, object]]]
"""What a task does with one line and the context beside the set."""

TASKS: Mapping[str, str] = {"query": "skills.query_crm.batch", "route": "bot.turns.batch"}
"""Task -> the module whose `predict` does it: `async def predict(line, context, *, port=…)`, which is handed the ports that it names."""
LABEL = "gold"
"""The field of a line that says what is right; no task sees it."""


def run(task: str, source: Path, target: Path, context: Path | None, config: Config, told: Callable[[int, int], None]) -> int:
    """Run `task` over the lines of `source`, and write a prediction for each to `target`; says how many.

    told: called with how many are done, of how many.
    Raises: BadConfig naming the file, the line and what is wrong.
    """
    predict = _task(task, config)
    lines = list(_lines(source))
    beside = _json(context, 0, context.read_text(encoding="utf-8")) if context else {}
    with asyncio.Runner() as runner, target.open("w", encoding="utf-8") as out:
        for done, (number, line) in enumerate(lines, 1):
            try:
                prediction = runner.run(_one(predict, line, beside))
            except (KeyError, ValueError, TypeError) as err:
                raise BadConfig("batch_bad_line", file=str(source), line=number, why=repr(err)) from err
            out.write(json.dumps(prediction, ensure_ascii=False) + "\n")
            told(done, len(lines))
    return len(lines)


async def _one(predict: Predict, line: Json, context: Json) -> Mapping[str, object]:
    return await predict({key: value for key, value in line.items() if key != LABEL}, context)


def _task(name: str, config: Config) -> Predict:
    predict: Callable[..., Awaitable[Mapping[str, object]]] = importlib.import_module(TASKS[name]).predict
    ports: Mapping[str, Callable[[], object]] = {
        "reader": lambda: RuleReader(config.fiscal.year_starts),
        "offered": _offered,
        "chooser": lambda: LearnedChooser(BuiltinEmbedder(), {intent: said for one in _offered() for intent, said in one.examples.items()}),
    }
    asked = [one.name for one in inspect.signature(predict).parameters.values() if one.kind is one.KEYWORD_ONLY]
    return partial(predict, **{port: ports[port]() for port in asked})


def _offered() -> list[Capability]:
    from bot.bootstrap import PORTS, PROMPTS, SKILLS  # noqa: PLC0415 - the whole house; most tasks need none of it

    return [manifest.capability() for manifest in load_manifests(SKILLS, load_prompts(PROMPTS), PORTS).values()]


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
