# make setup | run | test | lint | bench | torture | screenshots | starter | starter-evaluate
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# uv does not read pip's configuration. Where pip is told of a folder with wheels (a CPU build of
# torch, say), uv is told too; otherwise it may fetch gigabytes of CUDA libraries.
FIND_LINKS := $(or $(PIP_FIND_LINKS),$(shell $(PYTHON) -m pip config get global.find-links 2>/dev/null))
UV := $(if $(FIND_LINKS),UV_FIND_LINKS="$(FIND_LINKS)") $(BIN)/uv pip install --python $(BIN)/python

.PHONY: setup run test lint bench torture screenshots starter starter-evaluate
.DEFAULT_GOAL := setup

setup: $(STAMP)

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv

$(STAMP): pyproject.toml | $(BIN)/uv
	$(UV) --editable . --group dev
	@touch $@

# 3 is the program's word for "there is no display": then two prompts are drawn without a window.
run: $(STAMP)
	@packaging/debian/install_missing packaging/debian/window-packages.txt
	@$(BIN)/armchair || { [ $$? -eq 3 ] && $(BIN)/armchair-cli draw "a fox wearing a top hat on the moon" \
		"two robots in the rain" -n 4 --sheet build/first-pictures.png --out build/first-pictures; }

test: $(STAMP)
	@packaging/debian/install_missing packaging/debian/*.txt
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=packaging/starter_model $(BIN)/mypy packaging/starter_model
	$(BIN)/lint-imports

bench: $(STAMP)
	$(if $(FIND_LINKS),UV_FIND_LINKS="$(FIND_LINKS)") $(BIN)/python tests/benchmarks/bench.py

# Two hundred times the library is killed in the middle of its work; the suite does it thirty times.
torture: $(STAMP)
	ARMCHAIR_KILLS=200 $(BIN)/python -m pytest tests/end_to_end/test_library_killed.py

screenshots: $(STAMP)
	@packaging/debian/install_missing packaging/debian/*.txt
	$(BIN)/python packaging/screenshots/make.py

starter: $(STAMP)
	$(UV) --group starter
	$(BIN)/python packaging/starter_model/build.py all

starter-evaluate: $(STAMP)
	$(UV) --group starter
	$(BIN)/python packaging/starter_model/build.py sprites codebook tokenizer --plan $(or $(PLAN),second)
	$(BIN)/python packaging/starter_model/evaluate.py test --plan $(or $(PLAN),second)
