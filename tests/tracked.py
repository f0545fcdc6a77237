"""What must never be in the tree: package indexes, paths of one machine, secrets. Knows patterns, no names. `python -m tests.tracked`."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

# Each is written so that it does not match itself.
REFUSED = {
    "an option that names a package index": r"--(?:extra-)?index[-]url|--find[-]links|\bindex[-]url\s*=",
    "the address of a package index": r"https?://[^\s\"'<>]+/simple[/]|\bfile[:]//",
    "a path of one machine": r"(?<![\w.~$:/}-])/(?:home|root|Users|work|opt)/[\w.]",
    "a folder outside the tree": r"(?<![\w/.])\.\./[s]hared\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE[ ]KEY",
    "a Slack token": r"\bxox[abeoprs]-[0-9A-Za-z-]{12,}",
    "a model vendor's key": r"\bsk-[0-9A-Za-z_-]{24,}",
    "a cloud key": r"\bAKIA[0-9A-Z]{16}\b",
    "a code host's token": r"\bgh[pousr]_[0-9A-Za-z]{36}",
}
# The one place that says where the evaluation data lies when somebody works beside it.
ALLOWED = {(".ci/run", "a folder outside the tree")}


@dataclass(frozen=True, slots=True)
class Finding:
    """A line that must go. `line` counts from 1."""

    path: str
    line: int
    what: str


def findings(path: str, text: str) -> Iterator[Finding]:
    """Each line of `text` that holds something refused, once for each kind."""
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in REFUSED.items():
            if (path, what) not in ALLOWED and re.search(pattern, line):
                yield Finding(path, number, what)


def tracked(root: Path) -> Iterator[tuple[str, str]]:
    """Path and text of each tracked file that is text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True).stdout  # noqa: S607 - git is where the PATH says
    for name in filter(None, listed.decode().split("\0")):
        file = root / name
        if file.is_file() and b"\0" not in (content := file.read_bytes())[:8192]:
            yield name, content.decode("utf-8", errors="replace")


def main() -> int:
    """Print what is wrong, one finding a line; 1 when there is any."""
    found = [finding for path, text in tracked(ROOT) for finding in findings(path, text)]
    for finding in found:
        sys.stderr.write(f"{finding.path}:{finding.line}: {finding.what}\n")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main())
