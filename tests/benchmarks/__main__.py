"""Runs the benchmarks and prints one table. Knows where they stand; what they measure is theirs."""

import importlib
import sys
from pathlib import Path

from tests.benchmarks.measured import machine


def main(wanted: list[str]) -> None:
    """Run those named, or all; each row is printed when it is known."""
    known = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    chosen = [f"bench_{name}" for name in wanted] or known
    if unknown := set(chosen) - set(known):
        sys.exit(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(known)}")
    print(machine())
    for name in chosen:
        print(f"\n{name.removeprefix('bench_')}")
        for measured in importlib.import_module(f"tests.benchmarks.{name}").measure():
            print(measured.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
