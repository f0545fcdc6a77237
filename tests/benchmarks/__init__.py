"""Speed and memory, measured on the real command line and printed beside the bar. `python -m tests.benchmarks [name]`, or `make bench`.

A benchmark is a module `bench_<name>.py` here with `measure() -> Iterable[Measured]`. It asserts what it got, never how long it took.
"""
