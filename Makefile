# Everything a clone needs. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HANDBALL := $(BIN)/handball
OUT := demo/result
LINTED := src tests scripts $(wildcard benchmarks)
.DEFAULT_GOAL := help
.PHONY: help venv dev synth models demo demo-clips test check format bench docs-pictures clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(VENV)/.installed ## install the package into .venv

dev: $(VENV)/.installed-dev ## install the package and the tools for working on it into .venv

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed, found $$($(PYTHON) --version 2>&1): make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "This Python cannot make virtual environments: install its venv package (Debian: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

synth: $(VENV)/.installed-synth ## install what renders players and trains nets into .venv

$(VENV)/.installed-synth: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[synth,train]'
	@touch $@

models: venv ## fetch the pretrained nets into the user's cache (once)
	$(HANDBALL) models fetch || $(HANDBALL) models fetch

demo/cam02.mp4: scripts/fetch_demo.py | $(VENV)/.installed
	$(BIN)/python scripts/fetch_demo.py demo
demo/cam01.mp4: demo/cam02.mp4

demo: models ## evaluate two rendered clips and print the path of the report
	$(HANDBALL) evaluate examples/learner.mp4 --standard examples/coach.mp4 --force --out $(OUT)

demo-clips: synth ## render the two clips of the demo anew
	$(BIN)/python scripts/make_demo_clips.py examples

test: check synth models ## run every check and every test
	$(BIN)/python -m pytest -n auto --dist loadfile

check: dev synth ## run the checks that need no test: format, lint, types, imports, dependencies, spelling
	$(BIN)/ruff format --check $(LINTED)
	$(BIN)/ruff check $(LINTED)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src --optional-dependencies-dev-groups dev
	$(BIN)/codespell $(LINTED) docs *.md Makefile .ci/run

format: dev ## format the code and repair what ruff can
	$(BIN)/ruff format $(LINTED)
	$(BIN)/ruff check --fix $(LINTED)

bench: models demo/cam01.mp4 demo/cam02.mp4 ## measure what needs no rendered set
	$(HANDBALL) bench align
	$(HANDBALL) bench align --players --count 24
	$(HANDBALL) bench key-actions --clips 2
	$(HANDBALL) bench score
	$(HANDBALL) bench experts
	$(HANDBALL) bench verdicts --clips 1
	$(HANDBALL) bench pipeline demo/cam01.mp4 demo/cam02.mp4

docs-pictures: dev synth models ## draw the figures, take the pictures of a report and of players (needs Chromium)
	$(BIN)/python scripts/draw_angles.py docs/reference/figures
	$(BIN)/python scripts/draw_limits.py docs/explanation/figures
	$(BIN)/python scripts/draw_ball_net.py docs/explanation/figures
	$(BIN)/python scripts/picture_report.py docs/pictures/report.png
	$(BIN)/python scripts/picture_synthesis.py docs/pictures
	$(BIN)/python scripts/picture_ball_crops.py docs/pictures/ball_crops.jpg

clean: ## remove what make made here; the cached nets stay
	rm -rf $(VENV) demo results build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
