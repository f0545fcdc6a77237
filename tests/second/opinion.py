"""Asks the platforms' own npm packages: TypeScript whether a JSON value fits their types, Node what their code makes of it.

Knows how to ask; what to ask is the tests'. The packages are pinned by package-lock.json beside this file; `npm ci --ignore-scripts`
brings them. Where they or Node are missing a test skips and says so, unless all tools are required.
"""

import asyncio
import json
import os
import subprocess
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import pytest

from tests.tools import REQUIRED_VARIABLE, needed

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"
LONGEST_S = 60.0
LONGEST_LINE_BYTES = 4 << 20

COMPILER = ("--noEmit", "--strict", "--skipLibCheck", "--pretty", "false", "--target", "es2022", "--lib", "es2022")
MODULES = ("--module", "nodenext", "--moduleResolution", "nodenext", "--types", "")

# What Slack's platform has and the package's Manifest does not name yet, with where it was read. A test sees to it that it still does not.
NEWER_SCOPES = {"assistant:write": "docs.slack.dev/ai/agent-sessions"}
NEWER_EVENTS = {"agent_session_stopped": "docs.slack.dev/reference/events/agent_session_stopped"}
MANIFEST = ("P.AppsManifestCreateArguments['manifest']", "@slack/web-api")
MANIFEST_PARTS = ("_metadata", "display_information", "features", "oauth_config", "settings", "functions")

Json: TypeAlias = Any  # JSON as parsed: what is in it is the question that is asked


@dataclass(frozen=True, slots=True)
class Claim:
    """That a value is of a type of a package. type: a TypeScript type in which `package` stands as `P`, as in `P.KnownBlock[]`."""

    value: Json
    type: str
    package: str


def blocks(value: Json) -> Claim:
    """That these are blocks of a Slack message."""
    return Claim(value, "P.KnownBlock[]", "@slack/types")


def view(value: Json) -> Claim:
    """That this is a Slack view, modal or home, of blocks that are known (the package's own View allows unknown ones)."""
    home = "Omit<P.HomeView, 'blocks'> & { blocks: P.KnownBlock[] }"
    modal = "Omit<P.ModalView, 'blocks'> & { blocks: P.KnownBlock[] }"
    return Claim(value, f"({home}) | ({modal})", "@slack/types")


def manifest(value: Json) -> Claim:
    """That this is a manifest of a Slack app, newer scopes and events aside. Slack's published JSON schema is in no npm package."""
    parts = " | ".join(f"'{part}'" for part in MANIFEST_PARTS)
    type_, package = MANIFEST
    return Claim(_without_newer(value), f"Pick<{type_}, {parts}>", package)


def card(value: Json) -> Claim:
    """That this is a WeCom template card. The package types its `card_type` as an enumeration; in JSON it is the enumeration's word."""
    return Claim(value, "Omit<P.TemplateCard, 'card_type'> & { card_type: `${P.TemplateCardType}` }", "@wecom/aibot-node-sdk")


class Conversation:
    """A running script: values as lines of JSON, both ways."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def tell(self, value: Json) -> None:
        """Hand it one value."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(value).encode() + b"\n")
        await self._process.stdin.drain()

    async def next(self) -> Json:
        """What it says next.  Raises: EOFError when it ended; TimeoutError when it says nothing for very long."""
        assert self._process.stdout is not None
        async with asyncio.timeout(LONGEST_S):
            line = await self._process.stdout.readline()
        if not line:
            assert self._process.stderr is not None
            raise EOFError((await self._process.stderr.read()).decode())
        return json.loads(line)


class SecondOpinion:
    """node: where Node is. room: a folder of this run's own, for what is generated."""

    def __init__(self, node: str, room: Path) -> None:
        self._node = node
        self._room = room
        self._count = 0
        (room / "node_modules").symlink_to(PACKAGES)

    def complaints(self, *claims: Claim) -> list[str]:
        """What TypeScript has to say against the claims, one string each, with the number of its claim; empty when it agrees.

        One compiler run (some 0.4 s) whatever the number of claims.
        """
        self._count += 1
        source = self._room / f"claims_{self._count}.mts"
        source.write_text("".join(_stated(number, claim) for number, claim in enumerate(claims)), encoding="utf-8")
        compiler = [self._node, str(PACKAGES / "typescript" / "bin" / "tsc"), *COMPILER, *MODULES, source.name]
        done = subprocess.run(compiler, cwd=self._room, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        found = list(_by_claim(done.stdout, source.read_text(encoding="utf-8").splitlines()))
        assert (done.returncode == 0) == (not found), done.stdout + done.stderr
        return found

    async def run(self, script: str, value: Json) -> Json:
        """What a script of this folder prints, as JSON, when it is given `value` as JSON on its standard input."""
        async with self.started(script) as said:
            await said.tell(value)
            return await said.next()

    @asynccontextmanager
    async def started(self, script: str, *arguments: str) -> AsyncIterator[Conversation]:
        """A script of this folder, running until the end of the block, that reads and writes lines of JSON."""
        command = (self._node, str(HERE / script), *arguments)
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=LONGEST_LINE_BYTES)
        try:
            yield Conversation(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


def second_opinion_in(room: Path, packages: Path = PACKAGES) -> SecondOpinion:
    """Set one up; skips or fails the test where Node or the locked packages are missing."""
    node = needed("node", "nobody else checks blocks, cards and encryption")
    if (stale := _not_as_locked(packages)) is not None:
        _missing(f"tests/second: {stale}; run `npm ci --ignore-scripts --prefix tests/second`")
    return SecondOpinion(node, room)


def _missing(told: str) -> NoReturn:
    if os.environ.get(REQUIRED_VARIABLE):
        pytest.fail(told)
    pytest.skip(told)


def _not_as_locked(packages: Path) -> str | None:
    installed = packages / ".package-lock.json"
    if not installed.exists():
        return "its npm packages are not installed"
    locked = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = json.loads(installed.read_text(encoding="utf-8"))["packages"]
    other = [name for name, package in found.items() if locked.get(name, {}).get("version") != package["version"]]
    wanted = [f"node_modules/{name}" for name in locked[""]["devDependencies"]]
    stale = sorted({*other, *(name for name in wanted if name not in found)})
    return f"{', '.join(stale)} not as locked" if stale else None


def _stated(number: int, claim: Claim) -> str:
    value = json.dumps(claim.value, ensure_ascii=False)
    module = f"P{number}"
    wanted = claim.type.replace("P.", f"{module}.")
    return f'import type * as {module} from "{claim.package}"; export const claim{number} = ({value}) satisfies {wanted};\n'


def _by_claim(told: str, source: list[str]) -> Iterable[str]:
    """Each error of the compiler with its further lines, once; a claim is one line of the source."""
    error: list[str] = []
    for line in told.splitlines():
        if error and not line.startswith(" "):
            yield "\n".join(error)
            error = []
        if line.startswith(" "):
            error.append(line)
        elif "error TS" in line:
            at = line.partition("(")[2].partition(",")[0]
            number = int(at) - 1 if at.isdecimal() and int(at) <= len(source) else "?"
            error = [f"claim {number}: {line.partition('error ')[2]}"]
    if error:
        yield "\n".join(error)


def _without_newer(value: Json) -> Json:
    """A copy of a manifest without the scopes and events that the package does not know yet."""
    copy = json.loads(json.dumps(value))
    scopes = copy.get("oauth_config", {}).get("scopes", {})
    for kind in ("bot", "bot_optional"):
        if kind in scopes:
            scopes[kind] = [scope for scope in scopes[kind] if scope not in NEWER_SCOPES]
    events = copy.get("settings", {}).get("event_subscriptions", {})
    if "bot_events" in events:
        events["bot_events"] = [event for event in events["bot_events"] if event not in NEWER_EVENTS]
    return copy
