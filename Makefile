# Two commands matter: `make demo` and `make test`. Both build .venv from the lock file first.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.built
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export DAGSTER_DISABLE_TELEMETRY = 1

.PHONY: venv demo dev test lint types imports format lock docs picture clean

venv: $(STAMP)

# Everything comes from requirements.lock (exact versions, hashes checked); uv only makes it quick.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=... to point at one")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r <(awk '/^uv==/ {p = 1} p && /^[^ ]/ && !/^uv==/ {exit} p' requirements.lock)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps -e .
	@touch $(STAMP)

demo: venv
	$(BIN)/lightspeed-prima demo

dev: venv
	$(BIN)/lightspeed-prima dev

test: venv lint types imports
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: venv
	$(BIN)/mypy

imports: venv
	$(BIN)/lint-imports

format: venv
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Rewrites requirements.lock from pyproject.toml; the only target that needs the package index afresh.
lock:
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --group dev pyproject.toml -o requirements.lock --upgrade

# The data dictionary is generated; a test holds it against the models' YAML.
docs: venv
	$(BIN)/python -m lightspeed_prima.warehouse.data_dictionary

# The pictures of the README, taken from a demo in headless Chromium.
picture: venv
	$(BIN)/python -m lightspeed_prima_tests.ui.picture

clean:
	rm -rf $(VENV) data .mypy_cache .pytest_cache .ruff_cache
