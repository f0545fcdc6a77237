"""From a voice message arriving to its card delivered, on a seeded home; what of that is hearing, and what reading. Knows no recogniser.

Clips of the data are strung to 40 s and sent as AMR, as WeCom does. Without EVALS_DIR, or without weights, there is less to measure, and
that is said. The machine may have other work: processor time and load stand beside the clock's.
"""

import asyncio
import csv
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import av
import numpy as np

from bot.bootstrap import Opened, opened
from bot.brains.builtin.sound import RATE, Recording, Samples
from bot.brains.builtin.weights import Weights
from bot.config import load
from bot.domain.ids import ThreadId, TurnId
from bot.domain.people import Role, User
from bot.domain.talk import Arrival, Media, Origin, Utterance, Voice
from bot.engine.direct import Direct
from bot.errors import BadConfig
from bot.home import Home
from bot.listening import transcriber
from bot.turns.know import WEB
from bot.uploads import WAITING
from tests.benchmarks.measured import Measured
from tests.benchmarks.served import tandem
from tests.benchmarks.tree import tree
from tests.errors_heard import edits, units

T = TypeVar("T")

CONFIG = Path(__file__).parents[2] / "config.toml"
LENGTH_S, GAP_S = 40, 0.3
RUNS, WARM = 12, 1
AMR_RATE, AMR_BITS = 8_000, 12_200
PATIENCE_S, LOOK_S = 300, 0.01
NOTE_ZH = (
    "刚从海蓝科技出来，见了采购的王经理。他们新线要上两百台S3，预算八十万，不对，一百二十万，想六月底之前签。现在最头疼的是漏检，老板问过两次。"
    "竞争对手是宏图，价格比我们低百分之五。下周三前要报价，我周五再去一趟，带上质检的方案。付款他们想九十天，我说最多四十五天。"
)
NOTE_EN = (
    "Just out of a meeting with Acme. Dana wants two hundred S3 for the new line, eighty thousand, no, one hundred and twenty thousand. "
    "They would like to sign by the end of June. Their pain is misses in the evening shift. Nordwind is in the running and five percent "
    "cheaper. They need a quote by Wednesday, and I will visit again on Friday."
)
NOTES = (NOTE_ZH, NOTE_EN)
SYNTHETIC = {
    "cmn": ("zh", "刚跟海蓝科技的王经理聊完，两百台，预算八十万，下周三前要报价，竞争对手便宜百分之五。"),
    "en-us": ("en", "I just met Acme. Dana wants two hundred sensors, the budget is eighty thousand, and they need a quote by Wednesday."),
}


@dataclass
class Road:
    """The road through an opened home. cpu_s: of this process and its children, by run."""

    here: Opened
    user: User
    home: Home
    cpu_s: list[float] = field(default_factory=list)

    async def spoken(self, sound: bytes, key: str) -> tuple[float, dict[str, float]]:
        """Seconds from a recording's arrival to its card delivered, and the milliseconds of each step."""
        waiting = self.home.uploads / WAITING / key
        waiting.parent.mkdir(parents=True, exist_ok=True)
        waiting.write_bytes(sound)
        media = Media("file", "voice.amr", "audio/amr", len(sound), key)
        return await self._timed(Voice(self._origin(), key, self.here.house.clock.now(), media))

    async def typed(self, text: str, key: str) -> tuple[float, dict[str, float]]:
        """The same for a note that was typed."""
        return await self._timed(Utterance(self._origin(), key, text, self.here.house.clock.now()))

    async def _timed(self, arrival: Arrival) -> tuple[float, dict[str, float]]:
        begun, worked = time.perf_counter(), _cpu_s()
        kept = await self.here.house.door.arrive(arrival)
        async with asyncio.timeout(PATIENCE_S):
            await self.here.house.expecting(kept.turn_id).wait()
            while not await self._is_delivered(kept.turn_id):  # noqa: ASYNC110 - delivery tells nobody
                await asyncio.sleep(LOOK_S)
        taken = time.perf_counter() - begun
        self.cpu_s.append(_cpu_s() - worked)
        story = await self.here.house.ledger.decision_of(kept.turn_id)
        assert story is not None
        return taken, dict(story.made.timings_ms)

    async def _is_delivered(self, turn_id: TurnId) -> bool:
        story = await self.here.house.ledger.decision_of(turn_id)
        return story is not None and any(str(use) == "shown" for use, _, _ in story.uses)

    def _origin(self) -> Origin:
        return Origin(WEB, "", self.user.id, ThreadId(f"{WEB}:bench"))


def measure() -> Iterator[Measured]:
    """Seed a home, then speak and type into it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        tandem(home.folder, "init", "--demo")
        yield from asyncio.run(_read(home))
        data = os.environ.get("EVALS_DIR", "")
        weights = _weights(home)
        if not data or weights is None:
            yield Measured("heard, in 40 s of speech", 0, "", detail=f"not measured: {'no EVALS_DIR' if not data else 'no weights'}")
            return
        yield from asyncio.run(_hear(home, Path(data)))
        yield from asyncio.run(_synthetic(home, Path(folder)))


async def _read(home: Home) -> list[Measured]:
    """What reading takes, without the ears."""

    async def say(road: Road) -> list[float]:
        return [(await road.typed(NOTES[run % len(NOTES)], f"typed-{run}"))[1].get("do", 0.0) / 1000 for run in range(RUNS + WARM)]

    taken = (await _on(home, say))[WARM:]
    return [*_percentiles("a typed note of 40 s: reading alone", taken, 0.4)]


async def _hear(home: Home, data: Path) -> list[Measured]:
    """The whole road of a voice message."""
    sound = _amr(await asyncio.to_thread(_strung, data / "data" / "speech"))

    async def say(road: Road) -> list[tuple[float, float, float]]:
        runs = []
        for run in range(RUNS + WARM):
            taken, steps = await road.spoken(sound, f"voice-{run}")
            runs.append((taken, steps["hear"] / 1000, road.cpu_s[-1]))
        return runs

    runs = (await _on(home, say))[WARM:]
    heard, worked = [hear_s for _, hear_s, _ in runs], [cpu_s for _, _, cpu_s in runs]
    cores, loaded, cpu_s = len(os.sched_getaffinity(0)), os.getloadavg()[0], _at(worked, 0.5)
    return [
        *_percentiles(f"{LENGTH_S} s of AMR, from arrival to delivery, warm", [taken for taken, _, _ in runs], 12),
        Measured("  hearing, x real time", _at(heard, 0.5) / LENGTH_S, "x", 0.3, f"median; load {loaded:.1f} on {cores} cores"),
        Measured("  processor time of a run", cpu_s, "s", None, f"of one core, median; {cpu_s / cores / LENGTH_S:.2f} x on {cores} free"),
    ]


async def _synthetic(home: Home, folder: Path) -> list[Measured]:
    """How a synthesiser's speech is heard: told, and held against nothing."""
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        return [Measured("synthesised speech", 0, "", detail="not measured: no espeak-ng")]
    ears, found = transcriber(load(CONFIG).models.speech, home, ""), []
    try:
        for voice, (lang, text) in SYNTHETIC.items():
            path = folder / f"{voice}.wav"
            await asyncio.to_thread(subprocess.run, [espeak, "-v", voice, "-w", str(path), text], check=True)
            heard = await ears.transcribe(path)
            wanted, got = units(text, lang), units(heard.text, lang)
            found.append(Measured(f"synthesised speech, {lang}: errors", edits(wanted, got) / len(wanted), "", detail="espeak-ng; no bar"))
    finally:
        await ears.close()
    return found


async def _on(home: Home, work: Callable[[Road], Awaitable[list[T]]]) -> list[T]:
    async with opened(load(CONFIG), home, Direct, serving=False) as here:
        people = await here.house.users.everyone()
        return await work(Road(here, next(one for one in people if one.role is Role.REP), home))


def _weights(home: Home) -> Path | None:
    """The weights, out of the home that TANDEM_HOME names where they are there."""
    own = Home(Path(os.environ.get("TANDEM_HOME", "var")))
    if Weights("base", "", own.models).are_here:
        shutil.copytree(own.models, home.models)
    try:
        return Weights("base", "", home.models).pull(lambda *_: None)
    except BadConfig:
        return None


def _strung(speech: Path) -> Samples:
    """The Chinese clips of the data, one after the other, until they are as long as a note."""
    with (speech / "manifest.tsv").open(encoding="utf-8") as manifest:
        paths = [speech / row["path"] for row in csv.DictReader(manifest, delimiter="\t") if row["lang"] == "zh"]
    gap, pieces, length = np.zeros(int(GAP_S * RATE), np.float32), list[Samples](), 0
    while length < LENGTH_S * RATE:
        for path in paths:
            pieces += [*Recording(path).blocks(), gap]
        length = sum(len(piece) for piece in pieces)
    return np.concatenate(pieces)[: LENGTH_S * RATE]


def _amr(samples: Samples) -> bytes:
    """As WeCom sends it: AMR-NB, 12.2 kbit/s."""
    with tempfile.NamedTemporaryFile(suffix=".amr") as file:
        with av.open(file.name, "w", format="amr") as out:
            stream = out.add_stream("libopencore_amrnb", rate=AMR_RATE, layout="mono")
            stream.bit_rate = AMR_BITS
            resampler = av.AudioResampler(format="s16", layout="mono", rate=AMR_RATE)
            frame = av.AudioFrame.from_ndarray((samples * 32_767).astype(np.int16).reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate = RATE
            for piece in [*resampler.resample(frame), *resampler.resample(None)]:
                out.mux(stream.encode(piece))
            out.mux(stream.encode(None))
        return Path(file.name).read_bytes()


def _percentiles(what: str, seconds: Sequence[float], bar: float) -> Iterator[Measured]:
    yield Measured(f"{what}, p50", _at(seconds, 0.5), "s", None, f"{len(seconds)} runs, {min(seconds):.2f} to {max(seconds):.2f}")
    yield Measured(f"{what}, p95", _at(seconds, 0.95), "s", bar)


def _at(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _cpu_s() -> float:
    """Of this process and its living children."""
    return sum(process.cpu_s for process in tree(os.getpid()))
