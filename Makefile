# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
LIBRARY ?=
DATA ?= data
PORT ?= 8096
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup run test lint bench build clean
.DEFAULT_GOAL := run

setup: $(BIN)/otnet web_ui/dist/index.html

$(BIN)/otnet: requirements.lock pyproject.toml
	$(PYTHON) scripts/python_version.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python scripts/link.py
	@touch $@

web_ui/dist/index.html: $(BIN)/otnet $(shell find web_ui -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name tokens.css 2>/dev/null)
	$(BIN)/python scripts/node.py npm --prefix web_ui ci --no-audit --no-fund --loglevel=error
	$(BIN)/python scripts/node.py npm --prefix web_ui run build --silent
	@touch $@

run: setup
	$(BIN)/python scripts/run.py --data "$(DATA)" --port "$(PORT)" $(if $(LIBRARY),--library "$(LIBRARY)")

test: setup
	$(BIN)/python scripts/browser.py
	$(BIN)/python scripts/postgres.py
	$(BIN)/python scripts/node.py npm --prefix tests/oidc ci --no-audit --no-fund --loglevel=error
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/node.py npm --prefix web_ui test --silent
	$(BIN)/python -m pytest -q -n 2 --dist worksteal $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup
	$(BIN)/python -m bench $(ARGS)

build: setup
	$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf $(VENV) web_ui/node_modules web_ui/dist build dist
