# Ringback: `make run` to try it, `make test` to prove it. Everything is set up on first use.

VENV := .venv
SDK := .venv-sdk
PEERS := .peers
PANDAS := $(PEERS)/pandas/peer.stamp
PYTHON_PEERS := $(filter-out $(PANDAS),$(patsubst requirements/peers/%.lock,$(PEERS)/%/peer.stamp,$(wildcard requirements/peers/*.lock)))
NODE_PEERS := $(PEERS)/node/peer.stamp
BENCH_PEERS := $(PEERS)/bench/peer.stamp $(PANDAS)
BIN := $(VENV)/bin
SET_UP := tools/set-up pyproject.toml

# Where it is set, each of the hundreds of processes that the tests start would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint format texts man screenshots bench bench-long prove clean help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(VENV)/run.stamp ## the local platform and the web app, until Ctrl-C; ARGS="…" goes to `ringback demo`
	@$(BIN)/ringback demo $(ARGS)

test: $(VENV)/test.stamp $(SDK)/sdk.stamp $(PYTHON_PEERS) $(NODE_PEERS) lint ## lint, types and all tests; ARGS="…" goes to pytest
	@tools/set-up chromium
	@tools/set-up terminal
	@tools/set-up services
	@$(BIN)/python -m pytest -n 3 --dist loadscope $(ARGS)

lint: $(VENV)/test.stamp ## ruff and mypy (strict)
	@$(BIN)/ruff check --no-cache --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy

format: $(VENV)/test.stamp ## let ruff format the tree
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

texts: $(VENV)/run.stamp ## what the web app says, for translators: build/ringback.pot, and every language brought up to date
	@tools/texts

man: $(VENV)/run.stamp ## the manual pages of the commands, into build/man
	@$(BIN)/ringback man --folder build/man

screenshots: $(VENV)/test.stamp ## what every page looks like, light and dark, wide and narrow: build/screenshots
	@tools/set-up chromium
	@mkdir -p build/screenshots
	@RINGBACK_SCREENSHOTS=build/screenshots $(BIN)/python -m pytest -n 2 --dist loadscope -q tests/browser

bench: $(VENV)/test.stamp $(SDK)/sdk.stamp $(BENCH_PEERS) ## our speed beside other programs'; writes build/bench.json
	@$(BIN)/python -m benchmarks

prove: $(VENV)/test.stamp ## the campaigns that try to lose a login, in their long forms; writes build/prove.json
	@tools/set-up services
	@$(BIN)/python -m campaigns $(ARGS)

bench-long: $(VENV)/test.stamp $(SDK)/sdk.stamp $(BENCH_PEERS) ## the same with more rounds and larger sizes: an hour or two
	@$(BIN)/python -m benchmarks --long --output build/bench-long.json

clean: ## remove what these targets made
	rm -rf $(VENV) $(SDK) $(PEERS) build .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/run.stamp: requirements/run.lock $(SET_UP)
	@tools/set-up venv $(VENV) requirements/run.lock
	@touch $@

$(VENV)/test.stamp: requirements/test.lock $(SET_UP)
	@tools/set-up venv $(VENV) requirements/test.lock
	@touch $@ $(VENV)/run.stamp

# The official SDK in a virtual environment of its own. Without it, the tests that need it say so and are skipped.
$(SDK)/sdk.stamp: requirements/sdk.lock tools/set-up
	@tools/set-up sdk $(SDK) requirements/sdk.lock && touch $@ || echo "set-up: the official SDK could not be installed; its tests will be skipped" >&2

# The other programs that the tests run against the local platform, and those the benchmark measures it beside.
# Each in a place of its own; without it, what needs it says so and is skipped.
NO_PEER = echo "set-up: $(@D) could not be installed; what needs it will be skipped" >&2

$(PYTHON_PEERS) $(PANDAS): $(PEERS)/%/peer.stamp: requirements/peers/%.lock tools/set-up
	@tools/set-up sdk $(@D) $< && touch $@ || $(NO_PEER)

$(NODE_PEERS): tests/peers/node/package-lock.json tools/set-up
	@tools/set-up node $(@D) $(<D) && touch $@ || $(NO_PEER)

$(PEERS)/bench/peer.stamp: benchmarks/node/package-lock.json tools/set-up
	@tools/set-up node $(@D) $(<D) && touch $@ || $(NO_PEER)
