# The two commands: `make run` starts the product, `make test` passes all tests. The rest is for its developers.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
SOURCES := activities api benchmarks cli config contracts copilot db domain exchange formulas launcher sandbox workflows worker.py tests

export PYTHONDONTWRITEBYTECODE :=
export UV_LINK_MODE := copy

.PHONY: run test check fmt bench soak chaos lock install install-dev web clean openapi

run: install web
	@exec $(BIN)/cascadian up

install: $(VENV)/.runtime
install-dev: $(VENV)/.dev
web: web/dist/.built

$(VENV)/.tools: requirements/tools.txt
	@test -n "$(PYTHON)" || { echo "Cascadian needs Python 3.11 or newer on the PATH (python3)."; exit 1; }
	@echo "[install] creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

$(VENV)/.runtime: $(VENV)/.tools requirements/runtime.txt pyproject.toml
	@echo "[install] Python packages"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) pip install -q --require-hashes -r requirements/runtime.txt
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "[install] development packages"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) pip install -q --require-hashes -r requirements/dev.txt
	@touch $@

web/dist/.built: $(VENV)/.tools $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)
	@$(BIN)/python -m launcher.web_build

check: install-dev web
	@scripts/check

test: install-dev web
	@scripts/test

bench: install-dev web
	@$(BIN)/python -m benchmarks.formulas
	@$(BIN)/python -m benchmarks.graph
	@$(BIN)/python -m benchmarks.engine

soak: install-dev web
	@$(BIN)/python -m pytest -m soak --timeout 7200 tests

chaos: install-dev web
	@$(BIN)/python -m pytest -m chaos --timeout 7200 tests

fmt: install-dev
	@$(BIN)/ruff format $(SOURCES) && $(BIN)/ruff check --fix -q $(SOURCES)

lock: $(VENV)/.tools
	@for f in runtime dev node tools; do $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/$$f.in -o requirements/$$f.txt; done

clean:
	rm -rf $(VENV) web/dist web/node_modules build *.egg-info
