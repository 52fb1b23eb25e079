# Everything a person or a machine does with this tree. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
SCRIPTED := tests/clients/javascript
CORE := hl7.fhir.r4.core\#4.0.1
# One more than cores: for a third of their time tests wait for a database.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
# Where the demonstration keeps its store, in place of a temporary folder; EXIT=1 ends it when the story is told.
DEMO_OUTPUT ?=
EXIT ?=

# The first Python that is new enough and can make environments; a command that is only a shim answers "no".
CANDIDATES := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python
ABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
FIND_PYTHON = for each in $(CANDIDATES); do \
	if command -v "$$each" >/dev/null && "$$each" -c "$(ABLE)" 2>/dev/null; then found="$$each"; break; fi; done; \
	if [ -z "$${found:-}" ]; then \
	echo "Plumbline needs Python 3.11 or newer with its venv module. Name one: make PYTHON=/path/to/python3" >&2; exit 1; fi

.PHONY: demo test check lint bench clean help lock setup definitions javascript

demo: definitions ## A standard's whole life, three provinces that are scored by it, and a server to look at
	@$(BIN)/plumbline demo $(if $(DEMO_OUTPUT),--output $(DEMO_OUTPUT)) $(if $(EXIT),--exit)

test: definitions javascript ## Run every test
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: lint definitions javascript ## Lint, types, layers, then every test
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(READY) ## The quick half of `make check`: style, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: definitions ## Measure speed and memory
	@$(BIN)/python -m benchmarks

lock: $(READY) ## Resolve the dependencies anew into requirements.lock
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile pyproject.toml --extra dev --quiet --upgrade \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--output-file requirements.lock
	@! grep -n '://' requirements.lock

setup: $(READY) ## Make the environment in .venv

definitions: $(READY) ## Fetch the FHIR R4 definitions into the cache that FHIR tools share
	@$(BIN)/plumbline package install $(CORE)

javascript: ## Install the clients in JavaScript that tests use; without npm they say so and are skipped
	@if ! command -v npm >/dev/null; then echo "No npm: the tests of clients in JavaScript will be skipped"; \
	elif ! $(MAKE) -s --no-print-directory $(SCRIPTED)/node_modules/.locked; then \
	echo "npm could not install them: the tests of clients in JavaScript will be skipped"; fi

clean: ## Remove the environment and everything made here
	rm -rf $(VENV) $(SCRIPTED)/node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(FIND_PYTHON); echo "Making .venv with $$("$$found" --version)"; "$$found" -m venv --clear $(VENV)

$(LOCKED): requirements.lock | $(BIN)/python
	@echo "Installing the locked packages into .venv (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(READY): pyproject.toml $(LOCKED)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(SCRIPTED)/node_modules/.locked: $(SCRIPTED)/package-lock.json
	@echo "Installing the locked packages of JavaScript for tests (once)"
	@npm ci --silent --prefix $(SCRIPTED)
	@touch $@
