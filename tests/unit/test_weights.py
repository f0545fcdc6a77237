"""The weights of the model that hears: where they are, that they are the right ones, and how they come."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.brains.builtin import weights
from bot.brains.builtin.weights import Weights
from bot.errors import BadConfig

FILES = {"model.bin": b"numbers" * 1_000, "config.json": b"{}", "tokenizer.json": b"[]"}


class Hub(BaseHTTPRequestHandler):
    """Serves `FILES`; what it says the model's hash is can be set."""

    said = hashlib.sha256(FILES["model.bin"]).hexdigest()

    def do_HEAD(self) -> None:
        """The hash alone."""
        self._answer(body=False)

    def do_GET(self) -> None:
        """A file."""
        self._answer(body=True)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, *, body: bool) -> None:
        content = FILES.get(self.path.rpartition("/")[2])
        self.send_response(404 if content is None else 200)
        self.send_header("content-length", str(len(content or b"")))
        if self.path.endswith("model.bin"):
            self.send_header("x-linked-etag", f'"{self.said}"')
        self.end_headers()
        if body and content:
            self.wfile.write(content)


@pytest.fixture
def hub() -> Iterator[str]:
    """The address of a hub on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_weights_come_from_the_hub_with_progress_and_are_checked(tmp_path: Path, hub: str) -> None:
    """Each file whole, with the bytes that are here as they come; asked again, nothing is fetched."""
    steps: list[tuple[str, int, int]] = []
    small = Weights("small", "", tmp_path)

    folder = small.pull(lambda *step: steps.append(step), hub)
    first = len(steps)
    again = small.pull(lambda *step: steps.append(step), hub)

    assert (folder, FILES["model.bin"], first) == (again, (folder / "model.bin").read_bytes(), len(steps))
    assert ("model.bin", 7_000, 7_000) in steps


def test_a_file_that_is_not_what_the_hub_says_is_not_kept(tmp_path: Path, hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the person is told that there is no model, and why."""
    monkeypatch.setattr(Hub, "said", "0" * 64)
    with pytest.raises(BadConfig) as wrong:
        Weights("small", "", tmp_path).pull(lambda *_: None, hub)

    assert "speech_unfetched" == wrong.value.key
    assert [] == list(tmp_path.rglob("model.bin*"))


def test_a_model_that_was_changed_is_not_used(tmp_path: Path, hub: str) -> None:
    """Whoever changed it since."""
    small = Weights("small", "", tmp_path)
    folder = small.pull(lambda *_: None, hub)
    (folder / "model.bin").write_bytes(b"other numbers")
    with pytest.raises(BadConfig) as wrong:
        small.checked()

    assert ("speech_changed", "model.bin") == (wrong.value.key, wrong.value.facts["file"])


def test_the_base_model_is_the_official_one_or_none(tmp_path: Path) -> None:
    """Its hash stands in the code."""
    base = Weights("base", "", tmp_path)
    base.folder.mkdir()
    for name, content in FILES.items():
        (base.folder / name).write_bytes(content)
    with pytest.raises(BadConfig) as wrong:
        base.checked()

    assert "speech_changed" == wrong.value.key


def test_no_model_says_what_to_run(tmp_path: Path) -> None:
    """Before anybody speaks."""
    with pytest.raises(BadConfig) as wrong:
        Weights("base", "", tmp_path).checked()

    assert "speech_missing" == wrong.value.key


def test_the_operators_own_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    """Who names a folder has chosen a model."""
    for name in weights.NEEDED:
        (tmp_path / name).write_bytes(b"own")

    assert tmp_path == Weights("base", str(tmp_path), tmp_path / "kept").checked()
