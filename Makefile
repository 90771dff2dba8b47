# make demo   install into .venv and run the main scenario
# make test   install likewise, with the development tools, and run the tests
# make check  lint, format, types, layers, docs
# make bench  benchmarks        make clean  remove what make made
#
# Needs Python 3.11 or newer with venv. Another interpreter: make demo PYTHON=/path/to/python3

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench clean

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
HOUSE := tests/conformance/test_house.py $(wildcard tests/docs)

# Tried in turn; the first that runs, is new enough and has venv and ensurepip is taken.
PYTHON ?=
CANDIDATES := $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11 python3.14 python)
FITS := import sys; sys.exit(0 if sys.version_info >= (3, 11) else 3)
WHOLE := import venv, ensurepip

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: $(VENV)/.installed
	@$(BIN)/sim run scenarios/munitions_pipeline.yaml

test: $(VENV)/.dev
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --quiet $(HOUSE)

bench: $(VENV)/.dev
	@set -e; for script in benchmarks/*.py; do $(BIN)/python "$$script" $(ARGS); done

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find sim tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# The marker files are touched last: a set-up that was cut short is taken up again,
# one that is done is redone only when pyproject.toml changes.
$(VENV)/.installed: pyproject.toml
	@$(BIN)/python -c '$(FITS)' 2>/dev/null && $(BIN)/python -c 'import pip' 2>/dev/null && exit 0; \
	old=''; bare=''; chosen=''; \
	for python in $(CANDIDATES); do \
	    "$$python" -c '$(FITS)' 2>/dev/null; case $$? in \
	    0) if "$$python" -c '$(WHOLE)' 2>/dev/null; then chosen="$$python"; break; fi; bare="$${bare:-$$python}";; \
	    3) old="$${old:-$$("$$python" -V 2>&1)}";; \
	    esac; \
	done; \
	if [ -z "$$chosen" ]; then \
	    if [ -n "$$bare" ]; then echo "$$bare has no venv module: install it (Debian and Ubuntu: apt-get install python3-venv) and run make again" >&2; \
	    elif [ -n "$$old" ]; then echo "Python 3.11 or newer is needed, found $$old: install one, or name one: make PYTHON=/path/to/python3.11" >&2; \
	    else echo "no Python found: install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.11" >&2; fi; \
	    exit 2; \
	fi; \
	echo "creating $(VENV) with $$("$$chosen" -V) ($$chosen)" >&2; \
	"$$chosen" -m venv --clear $(VENV)
	@echo "installing into $(VENV) (a minute or two, once)" >&2
	@$(INSTALL) --editable '.[dashboard]'
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@echo "installing the development tools" >&2
	@$(INSTALL) --editable '.[dev]'
	@touch $@
