# make roster   set up .venv and roster the sample brigade into out/roster.xlsx
# make test     every check and every test
# make clean    remove .venv, out/ and what tools leave behind
#
# Any Python 3.11 to 3.13 will do; another one by name: make test PYTHON=/path/to/python3.12

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

FIND_PYTHON = for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done
PYTHON ?= $(shell $(FIND_PYTHON))
PIP_FLAGS = --quiet --disable-pip-version-check
ROSTER_FLAGS ?= --time 240

.PHONY: roster test clean

roster: .venv/installed
	@mkdir -p out
	@$(BIN)/lianqin sample out/sample.xlsx
	@$(BIN)/lianqin roster out/sample.xlsx -o out/roster.xlsx --json out/roster.json $(ROSTER_FLAGS)

test: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2

# The stamp lies in .venv, so that the installation happens once and again when pyproject.toml changes.
.venv/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; name one: make PYTHON=..." >&2; exit 1; }
	@echo "Setting up .venv with $(PYTHON); this takes a minute or two the first time."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install $(PIP_FLAGS) -e '.[dev]'
	@echo done > $@

clean:
	rm -rf .venv out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
