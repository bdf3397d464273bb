# What people do here. Everything is made inside the checkout: .venv and var/.
PYTHON ?= python3
BIN := .venv/bin

# Where Python is told to write no bytecode, every start would compile our three hundred modules anew: a second each.
export PYTHONDONTWRITEBYTECODE =

.PHONY: setup demo check test content bench torture clean

setup: .venv/.ready

.venv/.ready: requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

demo: setup          ## everything in one process, with a made-up commune
	$(BIN)/python -m bot demo

check: setup         ## types, style, floors, knowledge
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot content check

test: setup          ## every test that takes seconds
	$(BIN)/python -m pytest -n auto

content: setup       ## for authors of guides: what is wrong, where, and how to mend it
	$(BIN)/python -m bot content check

bench: setup         ## speed, beside bare bots in the same minute; photos; questions and sentences in people's own words
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.photos
	$(BIN)/python -m tests.bench.reports
	$(BIN)/python -m tests.bench.asking
	$(BIN)/python -m tests.bench.sentences
	$(BIN)/python -m tests.bench.parts

torture: setup       ## kills it twenty times and counts what was lost; lets Zalo fail in every way; spoils a million payment codes
	$(BIN)/python -m tests.torture
	$(BIN)/python -m tests.torture.zalo
	$(BIN)/python -m tests.torture.codes
	WIRE=all $(BIN)/python -m pytest -n auto tests/wire

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis
