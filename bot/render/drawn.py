"""Charts and tables drawn beside the house, in a process that is there for one picture. Knows how to reach it; draws nothing.

Drawing holds the interpreter's lock for some 100 ms, in which nobody else would be answered. A pool would keep a process and its
memory for a picture now and then, and outlive a house that is killed.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.domain.chart import Chart, chart_from_json, chart_to_json
from bot.domain.paper import Grid
from bot.domain.talk import Lang
from bot.errors import Upstream

PATIENCE_S = 20
INHERITED = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "LD_LIBRARY_PATH")
HOUSE = Path(__file__).resolve().parents[2]


async def drawn(chart: Chart, lang: Lang) -> bytes:
    """The chart as PNG.  Raises: Upstream when it cannot be drawn in time."""
    return await _drawn({"lang": lang, "chart": chart_to_json(chart)})


async def drawn_table(table: Grid, lang: Lang) -> bytes:
    """The table as PNG.  Raises: Upstream when it cannot be drawn in time."""
    return await _drawn({"lang": lang, "table": [table.header, *table.rows]})


async def _drawn(asked: Mapping[str, object]) -> bytes:
    path = os.pathsep.join(part for part in (str(HOUSE), os.environ.get("PYTHONPATH", "")) if part)
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.render.drawn",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={**inherited, "PYTHONPATH": path},
    )  # fmt: skip
    try:
        picture, _ = await asyncio.wait_for(process.communicate(json.dumps(asked).encode()), PATIENCE_S)
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
    """Draw the chart or the table that stands on standard input, to standard output."""
    from bot.render.chart import chart_png  # noqa: PLC0415 - whoever only asks for pictures needs no Pillow
    from bot.render.table import table_png  # noqa: PLC0415

    asked = json.load(sys.stdin)
    if "table" in asked:
        header, *rows = (tuple(row) for row in asked["table"])
        png = table_png(Grid(header, tuple(rows)))
    else:
        png = chart_png(chart_from_json(asked["chart"]), Lang(asked["lang"]))
    sys.stdout.buffer.write(png)


if __name__ == "__main__":
    main()
