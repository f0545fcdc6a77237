"""Charts drawn beside the house, in a process that is there for one picture and gone with it. Knows how to reach it; draws nothing.

Drawing holds the interpreter's lock for some 100 ms, in which nobody else would be answered. A pool would keep a process and its
memory for a picture now and then, and outlive a house that is killed.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from bot.domain.chart import Chart, chart_from_json, chart_to_json
from bot.domain.talk import Lang
from bot.errors import Upstream

PATIENCE_S = 20
INHERITED = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "LD_LIBRARY_PATH")
HOUSE = Path(__file__).resolve().parents[2]


async def drawn(chart: Chart, lang: Lang) -> bytes:
    """The chart as PNG.  Raises: Upstream when it cannot be drawn in time."""
    path = os.pathsep.join(part for part in (str(HOUSE), os.environ.get("PYTHONPATH", "")) if part)
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.render.drawn",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={**inherited, "PYTHONPATH": path},
    )  # fmt: skip
    question = json.dumps({"lang": lang, "chart": chart_to_json(chart)}).encode()
    try:
        picture, _ = await asyncio.wait_for(process.communicate(question), PATIENCE_S)
    except TimeoutError:
        raise Upstream("chart") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not picture:
        raise Upstream("chart")
    return picture


def main() -> None:
    """Draw the chart that stands on standard input, to standard output."""
    from bot.render.chart import chart_png  # noqa: PLC0415 - whoever only asks for pictures needs no Pillow

    asked = json.load(sys.stdin)
    sys.stdout.buffer.write(chart_png(chart_from_json(asked["chart"]), Lang(asked["lang"])))


if __name__ == "__main__":
    main()
