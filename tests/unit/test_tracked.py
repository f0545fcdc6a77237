"""The look for what must not be in the tree: each kind is found, innocent look-alikes are not, and the tree itself is clean."""

import pytest

from tests.tracked import REFUSED, ROOT, Finding, findings, tracked

# Put together from halves, so that this file may be in the tree.
BAD = {
    "an option that names a package index": "pip install --extra-" + "index-url something",
    "the address of a package index": "https://mirror.example/pypi/" + "simple/numpy",
    "a path of one machine": 'HERE = "/ho' + 'me/li/project"',
    "a folder outside the tree": "cd .." + "/shared",
    "a private key": "-----BEGIN RSA PRIVATE" + " KEY-----",
    "a Slack token": "SLACK_BOT_TOKEN=xo" + "xb-123456789012-abcdef",
    "a model vendor's key": "key: sk" + "-abcdefghijklmnopqrstuvwxyz",
    "a cloud key": "AKI" + "A1234567890ABCDEF",
    "a code host's token": "gh" + "p_" + "a" * 36,
}


@pytest.mark.parametrize("what", REFUSED)
def test_each_kind_is_found_with_its_line(what: str) -> None:
    """The finding names file, line and kind, and no other kind is mistaken for it."""
    found = list(findings("docs/a.md", f"innocent\n{BAD[what]}\n"))

    assert [Finding("docs/a.md", 2, what)] == found


@pytest.mark.parametrize(
    "line",
    [
        "https://example.com/home/page",
        "~/papers/notes",
        "tests/unit/../shared_words",
        "/wecom/callback",
        "xoxb-",
        "a simple/plain thing",
        "./work/x",
    ],
)
def test_look_alikes_are_left_alone(line: str) -> None:
    """Routes, relative folders and names of variables are no findings."""
    assert [] == list(findings("docs/a.md", line))


def test_only_the_ci_script_may_name_the_folder_beside_the_tree() -> None:
    """One place knows where evaluation data may lie; everybody else reads the environment."""
    line = BAD["a folder outside the tree"]

    assert [] == list(findings(".ci/run", line))


def test_the_tree_is_clean() -> None:
    """Nothing that is tracked holds any of it."""
    if not (ROOT / ".git").exists():
        pytest.skip("no git checkout here: nothing says what is tracked")
    files = list(tracked(ROOT))

    assert [] == [finding for path, text in files for finding in findings(path, text)]
    assert "pyproject.toml" in [path for path, _ in files]
