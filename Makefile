# `make` alone prints the menu. Everything runs in .venv, which `make install` fills from the lock.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
PYTHON ?= python3 python3.13 python3.12 python3.11
DEMO_SECONDS ?= 120
# What `make test` runs: folders, files or options of pytest, for example TESTS=tests/unit.
TESTS ?= tests
# Two at a time, a file each, in the order of folders: most of the time servers are waited for.
SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder
# Minutes of `make faults`, `make soak` and `make fuzz`.
FAULTS_MINUTES ?= 14
SOAK_MINUTES ?= 20
FUZZ_MINUTES ?= 10
PIP_INSTALL := -m pip --disable-pip-version-check --no-input install -q

.PHONY: help install demo test e2e-full faults soak fuzz replay lint format types docs-check \
	wheel-check ci bench bench-full bench-ingest performance quality \
	quality-whole quality-quick quality-sensitivity quality-page coverage reference lock clean

help: ## print this menu
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

install: $(STAMP) ## make .venv: every locked dependency and the `livecue` command

$(STAMP): pyproject.toml requirements/dev.txt
	@set -e; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		for python in $(PYTHON) none; do \
			"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
				2>/dev/null && break; \
		done; \
		[ "$$python" != none ] || { echo 'Python 3.11, 3.12 or 3.13 is needed' >&2; exit 1; }; \
		echo "making $(VENV) with $$("$$python" --version)"; \
		rm -rf $(VENV); \
		"$$python" -m venv $(VENV) 2>/dev/null || { \
			: 'a Python without ensurepip, as Debian packages it: take its own pip'; \
			"$$python" -m venv --clear --without-pip $(VENV); \
			"$$python" -m pip --python $(BIN)/python install -q pip; \
		}; \
	fi; \
	echo 'installing the locked dependencies'; \
	: 'without a resolver, since the lock is whole: it would want a newer coverage[toml] than that'; \
	$(BIN)/python $(PIP_INSTALL) --no-deps --require-hashes --only-binary :all: -r requirements/dev.txt; \
	$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation -e .; \
	echo 'compiling the kernels, once'; \
	$(BIN)/python -c 'from streams.readiness import get_ready; get_ready()'; \
	touch $(STAMP)

demo: install ## Kafka, Valkey, a worker and a simulated population, for DEMO_SECONDS (0: until ctrl-C)
	@: 'on a terminal the demo alone gets ctrl-C, so that make ends with 0 as it does'; \
	if [ -t 0 ]; then set -m; fi; \
	$(BIN)/livecue demo --seconds $(DEMO_SECONDS); exit $$?

test: install ## the whole test suite, on a real Kafka and a real Valkey (TESTS=tests/unit for a part)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(TESTS)

e2e-full: install ## the simulated world of tests/e2e at full size: 5,000 users, 200 streams, 3 days
	E2E_FULL=1 $(BIN)/python -m pytest tests/e2e

faults: install ## kills, outages, floods and wrong clocks under load, judged; FAULTS_MINUTES=14
	FAULTS_MINUTES=$(FAULTS_MINUTES) $(BIN)/python -m pytest $(SIDE_BY_SIDE) tests/faults

soak: install ## a worker at half load for SOAK_MINUTES=20: nothing grows
	SOAK_MINUTES=$(SOAK_MINUTES) $(BIN)/python -m pytest -s tests/faults/test_soak.py

fuzz: install ## every decoder, the settings and the templates for FUZZ_MINUTES=10 (Linux)
	$(BIN)/python tests/fuzz/run.py $(FUZZ_MINUTES)

replay: install ## the main job on real people: MovieLens-100K through Kafka
	$(BIN)/livecue replay

lint: install ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install ## let ruff repair and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install ## mypy, strict, no module let off
	$(BIN)/mypy

docs-check: install ## paths named in the docs exist, generated pages are current, code blocks run
	$(BIN)/python -m pytest -q tests/architecture tests/docs

wheel-check: install ## the wheel alone, in a clean environment: its command, its demo
	$(BIN)/python -m pytest tests/wheel tests/architecture/test_wheel_content.py

bench: install ## the speed suite and its peers, under ten minutes: docs/performance.md, docs/scaling.md
	$(BIN)/python -m benchmarks.speed.suite quick --results docs/performance/results.jsonl
	@$(MAKE) performance

bench-full: install ## the same at full size, 5 M users among it
	$(BIN)/python -m benchmarks.speed.suite full --results docs/performance/results.jsonl
	@$(MAKE) performance

bench-ingest: install ## events/s through the whole path, one JSON line
	$(BIN)/python -m benchmarks.speed.ingest

performance: install ## write docs/performance.md, its plots and docs/scaling.md from the results
	$(BIN)/python -m benchmarks.report.performance
	$(BIN)/python -m benchmarks.report.scaling

quality: install ## the quality of the decision, some 20 minutes: docs/quality.md
	$(BIN)/python -m benchmarks.quality.suite full --results docs/quality/results.jsonl
	@$(MAKE) quality-page

quality-whole: install ## the same in five worlds of 20,000 people; hours
	$(BIN)/python -m benchmarks.quality.suite whole --results docs/quality/results.jsonl
	@$(MAKE) quality-page

quality-quick: install ## the same in a smaller world, a few minutes; nothing is written
	$(BIN)/python -m benchmarks.quality.suite quick

quality-sensitivity: install ## how results move with the constants of the simulated world; long
	$(BIN)/python -m benchmarks.quality.suite full --part sensitivity --results docs/quality/results.jsonl
	@$(MAKE) quality-page

quality-page: install ## write docs/quality.md and its plots from the results
	$(BIN)/python -m benchmarks.report.quality

coverage: install ## line and branch coverage of the fast tests
	$(BIN)/python -m pytest -q --cov --cov-report=term tests/unit tests/property tests/conformance

ci: install ## what CI runs: lint, types, a short demo, then every test, those of docs and wheel among them
	$(MAKE) -j 3 --output-sync=target lint types demo DEMO_SECONDS=20
	$(MAKE) test

reference: install ## write the generated pages of docs/reference
	$(BIN)/python -m config.reference > docs/reference/settings.md
	$(BIN)/python -m streams.reference

lock: install ## resolve the lock anew (needs the package index)
	$(BIN)/python requirements/lock.py

clean: ## remove what make and the tools made
	rm -rf $(VENV) build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
