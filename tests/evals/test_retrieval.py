"""How well search finds: real documents, real questions, the real ingest and the real embedder. Prints what it measured.

Vectors take a passage a second or so to make; they are kept in the folder that TANDEM_EVALS_HOME names, where it is set.
"""

import json
import os
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from bot.brains.builtin.embedding import BuiltinEmbedder
from tests.libraries import OWNER, Shelved

pytestmark = [pytest.mark.eval]

ACROSS = Path(__file__).parent / "across.toml"
Question = tuple[str, frozenset[str]]
"""What is asked, and the files of which any is a hit."""


def home(name: str, otherwise: Path) -> Path:
    """Where the vectors of one set are kept."""
    kept = os.environ.get("TANDEM_EVALS_HOME")
    folder = Path(kept) / name if kept else otherwise / "home"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def written(folder: Path, files: Iterable[tuple[str, str]]) -> Path:
    """A folder with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


async def recall(home: Path, folder: Path, questions: Sequence[Question]) -> dict[int, float]:
    """Take a folder in, ask, and tell for how many of the questions a hit is among the first documents."""
    shelved = Shelved(home, BuiltinEmbedder())
    hits = dict.fromkeys((1, 5, 10), 0)
    try:
        await shelved.ingest(folder)
        passages = shelved.library.for_speaker(OWNER)
        for question, gold in questions:
            sources = list(dict.fromkeys(passage.source for passage in await passages.search(question, 50)))
            for depth in hits:
                hits[depth] += bool(gold & set(sources[:depth]))
    finally:
        await shelved.close()
    return {depth: round(count / len(questions), 4) for depth, count in hits.items()}


async def test_chinese_questions_find_their_passage(evals_dir: Path, tmp_path: Path) -> None:
    """Each context is a document; the first document found is the one that was asked about, nearly always."""
    told = json.loads((evals_dir / "data" / "rag" / "cmrc2018_trial.json").read_text(encoding="utf-8"))
    paragraphs = [paragraph for article in told["data"] for paragraph in article["paragraphs"]]
    folder = written(home("cmrc", tmp_path).parent / "cmrc_files", ((f"{one['id']}.txt", one["context"]) for one in paragraphs))
    questions = [(asked["question"], frozenset({f"{one['id']}.txt"})) for one in paragraphs for asked in one["qas"]]

    found = await recall(home("cmrc", tmp_path), folder, questions)

    print(f"\nChinese questions ({len(questions)}): recall at 1, 5, 10 {found}")
    assert found[1] >= 0.97
    assert found[5] >= 0.995


async def test_long_stories_find_a_document_that_they_need(evals_dir: Path, tmp_path: Path) -> None:
    """The story of a customer, told in hundreds of words, leads to one of the papers that deal with it."""
    rag = evals_dir / "data" / "rag"
    papers = [json.loads(line) for line in (rag / "banking_documents.jsonl").read_text(encoding="utf-8").splitlines()]
    tasks = json.loads((rag / "banking_tasks.json").read_text(encoding="utf-8"))
    files = ((f"{one['id'].replace('/', '_')}.md", f"# {one['title']}\n\n{one['content']}") for one in papers)
    folder = written(home("banking", tmp_path).parent / "banking_files", files)
    questions = [
        (task["user_scenario"]["instructions"], frozenset(f"{name.replace('/', '_')}.md" for name in task["required_documents"]))
        for task in tasks
    ]

    found = await recall(home("banking", tmp_path), folder, questions)

    print(f"\nLong stories ({len(questions)}): recall at 1, 5, 10 {found}")
    assert found[5] >= 0.50


async def test_a_question_finds_the_answer_in_the_other_language(tmp_path: Path) -> None:
    """Chinese questions on English papers and English ones on Chinese, all in one house."""
    pairs = tomllib.loads(ACROSS.read_text(encoding="utf-8"))["pairs"]
    texts = [pair.get("zh") or pair["en"] for pair in pairs]
    folder = written(home("across", tmp_path).parent / "across_files", ((f"{at:02}.txt", text) for at, text in enumerate(texts)))
    questions = [(pair.get("ask_en") or pair["ask_zh"], frozenset({f"{at:02}.txt"})) for at, pair in enumerate(pairs)]

    found = await recall(home("across", tmp_path), folder, questions)

    print(f"\nAcross languages ({len(questions)}): recall at 1, 5, 10 {found}")
    assert found[1] >= 0.70
