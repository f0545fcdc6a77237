# Tandem · 搭档. Two commands to know: `make run` and `make test`. They need Python >= 3.11 with venv, and nothing else.
SHELL  := /bin/sh
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check --quiet
# The lock is complete and hashed: no resolving, nothing built on this machine.
LOCKED := install --require-hashes --no-deps --only-binary :all:

.PHONY: run test slow check eval bench soak lessons lock help compiled
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:               ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

run: compiled  ## set up on first use, with an invented firm to try things on, then serve
	@test -e "$${TANDEM_HOME:-var}" || $(VENV)/bin/tandem init --demo
	@exec $(VENV)/bin/tandem run

# A file's tests stay together, for they share a house, and long files come first; tests wait as much as they work.
TESTS := -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
ASKED := not eval and not bench and not soak
test: $(VENV)/ready-dev compiled  ## the tests
	@$(PY) $(TESTS) -m "$(ASKED) and not slow and not browser"

slow: $(VENV)/ready-dev compiled  ## the tests that take longer: browsers, servers, both platforms
	@$(PY) $(TESTS) -m "$(ASKED) and (slow or browser)"

check: $(VENV)/ready-dev  ## lint, types, import contracts, and what must not be in the tree
	$(VENV)/bin/ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m tests.tracked

eval: $(VENV)/ready-dev  ## quality on real data, with the numbers; EVALS_DIR says where the data lies
	@$(PY) -m pytest -m eval -s

bench: $(VENV)/ready-dev compiled  ## speed and memory of this machine
	@$(PY) -m tests.benchmarks

soak: $(VENV)/ready-dev  ## long load, kill and fuzz runs
	@$(PY) -m pytest -m soak -s

lessons: $(VENV)/ready-dev  ## make the vectors of the examples in the manifests anew, after some were edited
	@$(PY) -m tests.evals.write_lessons

lock:               ## pin all dependencies anew (needs uv)
	uv pip compile pyproject.toml --group build --universal --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev -c requirements.lock --universal --generate-hashes --no-emit-index-url --no-header --quiet -o requirements-dev.lock

# A stamp newer than its lock means there is nothing to do, so a second start costs nothing here.
# DBOS asks SQLite for times in a way that SQLite knows from 3.42 on, unless Python is 3.11.
FITS := import sys, venv, ensurepip, sqlite3; v = sys.version_info; \
        sys.exit(not (3, 11) <= v < (3, 15) or v >= (3, 12) and sqlite3.sqlite_version_info < (3, 42))

$(VENV)/bin/python:
	@set -e; for python in $${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do \
	    if $$python -c '$(FITS)' 2>/dev/null; then \
	        echo "Setting up with $$($$python --version): some 180 packages, 1.5 GB. Once; it takes two or three minutes."; \
	        exec $$python -m venv --clear $(VENV); \
	    fi; \
	done; \
	echo "Tandem needs Python 3.11 with venv (Debian: apt install python3-venv), or Python 3.12 to 3.14 with venv and SQLite 3.42." >&2; \
	echo "None was found. Say where one is: make PYTHON=/path/to/python3" >&2; exit 1

$(VENV)/ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(PIP) $(LOCKED) -r requirements.lock
	@$(PIP) install --no-deps --no-index --no-build-isolation --editable .
	@touch $@

# Where Python is told to keep no bytecode, as many images do, each command would compile our 400 files anew.
compiled: $(VENV)/ready
	@$(PY) -m compileall -qq bot skills knowledge || true

$(VENV)/ready-dev: requirements-dev.lock $(VENV)/ready
	@$(PIP) $(LOCKED) -r requirements-dev.lock
	@touch $@
