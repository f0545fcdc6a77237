"""Our own command line, run by the house in a process of its own: for what takes long, or reads more than a house needs. Knows no verb."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.talk import Lang
from bot.home import Home

LANGS: Mapping[Lang, str] = {Lang.ZH: "zh_CN.UTF-8", Lang.EN: "en_US.UTF-8"}
DAY_S = 86400.0


@dataclass(frozen=True)
class Ran:
    """What came of a command. code: 0 done, 1 what it said on standard error, 2 wrong usage; -1 where it was ended for its time."""

    code: int
    said: str
    complained: str


@dataclass(frozen=True)
class Commands:
    """Commands over one home. config: None for the one that the command line takes of itself."""

    home: Home
    config: Path | None = None

    async def run(self, *words: str, lang: Lang, timeout_s: float = DAY_S) -> Ran:
        """Run one to its end; it ends with us, and when its time is over."""
        of_ours = ("--home", str(self.home.folder), *(("--config", str(self.config)) if self.config else ()))
        spoken = {**os.environ, "LANG": LANGS[lang], "LC_ALL": LANGS[lang]}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", *of_ours, *words, env=spoken, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(timeout_s):
                said, complained = await process.communicate()
        except TimeoutError:
            return Ran(-1, "", "")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return Ran(process.returncode or 0, said.decode(errors="replace"), complained.decode(errors="replace"))
