"""How well is heard: errors on real clips in zh and en, and time against real time. Needs the data and the weights."""

import csv
import os
import time
from pathlib import Path

import pytest

from bot.brains.builtin.sound import Recording
from bot.brains.builtin.weights import Weights
from bot.brains.builtin.words_heard import Listener
from bot.errors import BadConfig, TellUser
from bot.home import Home
from tests.errors_heard import edits, units

pytestmark = pytest.mark.eval
SPEECH = Path("data") / "speech"
BARS = {"zh": 0.18, "en": 0.06}


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Listener:
    """The base model."""
    home = Home(Path(os.environ.get("TANDEM_HOME", tmp_path_factory.mktemp("home"))))
    try:
        return Listener(Weights("base", "", home.models).pull(lambda *_: None))
    except BadConfig as missing:
        pytest.skip(str(missing))


def test_clips_are_heard_within_the_bars(evals_dir: Path, listener: Listener) -> None:
    """Characters of zh, words of en; marks do not count, and traditional characters are folded."""
    wrong, length, seconds, worked = dict.fromkeys(BARS, 0), dict.fromkeys(BARS, 0), 0.0, time.process_time()
    with (evals_dir / SPEECH / "manifest.tsv").open(encoding="utf-8") as manifest:
        clips = list(csv.DictReader(manifest, delimiter="\t"))
    for clip in clips:
        recording = Recording(evals_dir / SPEECH / clip["path"])
        words = listener.hear(recording.blocks(), (), lambda _: None)
        lang, said = clip["lang"], "".join(f" {one.text}" for one in words.segments)
        wanted, got = units(clip["text"], lang), units(said, lang)
        wrong[lang] += edits(wanted, got)
        length[lang] += len(wanted)
        seconds += recording.heard_s
    worked = time.process_time() - worked
    rates = {lang: wrong[lang] / length[lang] for lang in BARS}
    print(f"errors {rates}; {seconds:.0f} s of sound took {worked:.1f} s of one core, {worked / seconds / 2:.2f} x real time on two")

    assert all(rates[lang] <= bar for lang, bar in BARS.items())


def test_hostile_files_are_refused(evals_dir: Path, listener: Listener) -> None:
    """Each with a sentence."""
    keys = set()
    for path in sorted((evals_dir / SPEECH / "hostile").iterdir()):
        with pytest.raises(TellUser) as stop:
            listener.hear(Recording(path).blocks(), (), lambda _: None)
        keys.add(stop.value.key)

    assert keys <= {"audio_empty", "audio_unreadable", "audio_no_speech"}
