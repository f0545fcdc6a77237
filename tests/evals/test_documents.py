"""Files of all kinds as contracts: encrypted, cut off, with macros, DDE, links outside: each is read, or costs one clear sentence."""

import os
from collections import Counter
from pathlib import Path

import pytest

from bot.errors import TellUser
from bot.papers import contract_files
from bot.words import read_sentences
from knowledge.papers.files import PaperFiles

pytestmark = [pytest.mark.eval, pytest.mark.skipif("EVALS_DIR" not in os.environ, reason="no documents here: set EVALS_DIR")]

SENTENCES = Path(__file__).parent.parent.parent / "bot" / "strings.toml"
MOST_MB, LIMIT_MB = 300, 100
CLEAR = {"contract_broken", "contract_unknown_kind", "contract_encrypted", "contract_old_office", "contract_no_text", "contract_empty"}
"""What may be wrong with one; that it ended the process, or was given up, is none of these."""
LOCKED = ("user-password", "both-passwords", "encrypted-file", "184_encrypted", "/encrypted.docx", "/encrypted.docm")


async def test_each_is_read_or_refused_in_one_clear_sentence() -> None:
    """The process that opens them neither dies of any nor grows."""
    folder = Path(os.environ["EVALS_DIR"]) / "data" / "documents"
    desk = contract_files(LIMIT_MB)
    assert isinstance(desk, PaperFiles)
    told: dict[str, str] = {}
    most_mb = 0.0
    for file in sorted(one for one in folder.glob("*/*") if one.is_file() and one.parent.name != "LICENSES"):
        try:
            paper = await desk.read(file)
            told[f"{file.parent.name}/{file.name}"] = "read" if paper.paragraphs else "read as nothing"
        except TellUser as stop:
            told[f"{file.parent.name}/{file.name}"] = stop.key
        most_mb = max(most_mb, _most_mb(desk.pid) if desk.pid else 0.0)
    await desk.close()
    print(f"\ndocuments: {len(told)} files, {dict(Counter(told.values()))}, at most {most_mb:.0f} MB")

    assert {} == {name: key for name, key in told.items() if key not in CLEAR | {"read"}}
    assert set() == {key for key in CLEAR if set(read_sentences(SENTENCES)[key]) != {"zh", "en"}}
    assert {"contract_encrypted"} == {key for name, key in told.items() if any(one in name for one in LOCKED)}
    assert [] == [name for name, key in told.items() if name.startswith("derived_truncated/") and key == "read" and "trunc_" in name]
    assert most_mb < MOST_MB


def _most_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
