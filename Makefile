# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
LIBRARY ?=
DATA ?= data
PORT ?= 8096
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup run test test-long test-setup lint bench build clients tv clean
.DEFAULT_GOAL := run

setup: $(BIN)/otnet player/dist/otnet-player.js web_ui/dist/site.html tv/dist/index.html

$(BIN)/otnet: requirements.lock pyproject.toml
	$(PYTHON) scripts/python_version.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python scripts/link.py
	@touch $@

NPM = $(BIN)/python scripts/node.py npm
INSTALL = ci --no-audit --no-fund --loglevel=error
sources = $(shell find $(1) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/build/*' -not -name '*tokens.*' 2>/dev/null)

# All three front ends use the sources in web_ui/shared; the television app is made of the player's engine.
player/dist/otnet-player.js: $(BIN)/otnet $(call sources,player) $(call sources,web_ui/shared) web_ui/tokens.json
	$(NPM) --prefix player $(INSTALL)
	$(NPM) --prefix player run build --silent
	@touch $@

web_ui/dist/site.html: $(BIN)/otnet $(call sources,web_ui)
	$(NPM) --prefix web_ui $(INSTALL)
	$(NPM) --prefix web_ui run build --silent
	@touch $@

tv/dist/index.html: player/dist/otnet-player.js $(call sources,tv) $(call sources,web_ui/shared)
	$(NPM) --prefix tv $(INSTALL)
	$(NPM) --prefix tv run build --silent
	@touch $@

clients/typescript/dist/index.js: $(BIN)/otnet $(call sources,clients/typescript)
	$(NPM) --prefix clients/typescript $(INSTALL)
	$(NPM) --prefix clients/typescript run build --silent
	@touch $@

run: setup
	$(BIN)/python scripts/run.py --data "$(DATA)" --port "$(PORT)" $(if $(LIBRARY),--library "$(LIBRARY)")

# The components that the tests use: docs/testing.md lists them.
test-setup: setup clients/typescript/dist/index.js
	$(BIN)/python scripts/browser.py
	$(BIN)/python scripts/debian.py
	$(BIN)/python scripts/firefox.py
	$(BIN)/python scripts/wordpress.py
	$(BIN)/python scripts/tv.py --packages-only
	$(NPM) --prefix tests/oidc $(INSTALL)
	$(NPM) --prefix tests/wordpress $(INSTALL)
	$(NPM) --prefix tests/manifests $(INSTALL)

test: test-setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(NPM) --prefix web_ui run lint --silent
	$(NPM) --prefix web_ui test --silent
	$(NPM) --prefix player test --silent
	$(NPM) --prefix tv test --silent
	$(BIN)/python scripts/suite.py $(ARGS)

test-long: test-setup
	$(BIN)/python scripts/suite.py -m long $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(NPM) --prefix web_ui run lint --silent

bench: setup
	$(BIN)/python -m bench $(ARGS)

build: setup
	$(BIN)/python -m build --wheel --no-isolation

# The packages of the client libraries, in dist: a wheel and a tarball for npm.
clients: clients/typescript/dist/index.js
	$(BIN)/python -m build --wheel --no-isolation --outdir dist clients/python
	$(NPM) pack ./clients/typescript --pack-destination dist

# Packages for television sets: webOS, Tizen, Android TV and Fire TV, in tv/build.
tv: setup
	$(BIN)/python scripts/tv.py

clean:
	rm -rf $(VENV) $(foreach part,web_ui player tv clients/typescript,$(part)/node_modules $(part)/dist) tv/dist-package tv/build build dist
