# make install   set up .venv            make demo    play the whole loop (ARGS=--exit stops after the story)
# make test      every check and test    make check   format, lint, types, contracts
# make bench     measure                 make lock    write the lock files anew

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
UV := $(shell command -v uv 2>/dev/null)
ARGS ?=
TESTS ?=

.PHONY: install install-dev demo test test-long check format bench lock

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev
demo: $(VENV)/.installed
	@$(BIN)/dutygrid demo $(ARGS)
test: $(VENV)/.installed-dev check
	@# Each of hundreds of processes would else compile all of it anew where somebody's shell says so
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest -n 5 -m "not long" --timeout 300 $(TESTS)
test-long: $(VENV)/.installed-dev
	$(BIN)/pytest -m long $(TESTS)
check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench $(ARGS)
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header -c requirements.lock simulator/requirements.in -o requirements-simulator.lock

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "DutyGrid needs Python 3.11 or newer, and found none."; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(if $(UV),uv venv -q --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV))

# $(call fetch,LOCK): install exactly what a lock file names, by hash, then ourselves
define fetch
	@echo "Installing $$(grep -c == $(1)) packages ..."
	@$(if $(UV),VIRTUAL_ENV=$(VENV) uv pip install -q --require-hashes -r $(1),$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r $(1))
	@$(if $(UV),VIRTUAL_ENV=$(VENV) uv pip install -q --no-deps --no-build-isolation -e .,$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .)
endef

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(call fetch,requirements.lock)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(call fetch,requirements-dev.lock)
	@touch $@ $(VENV)/.installed
