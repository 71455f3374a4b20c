# Bascule. `make help` lists what there is to make.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

RELEASE := .build/release/bascule
RELEASE_FLAGS := -c release --product bascule --static-swift-stdlib
TEST_FLAGS := --no-parallel $(if $(FILTER),--filter '$(FILTER)')
# Tests see the same surroundings everywhere: a UTF-8 locale and nobody's terminal.
TEST_ENVIRONMENT := env -u TERM -u TMUX -u DISPLAY LC_ALL=C.UTF-8

.PHONY: help demo test lab lab-down bench soak drill build release screens e2e tsan coverage lint format imports keys install clean

help: ## what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/^\([a-z0-9-]*\):.*## /\1\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

demo: ## try it: install what is missing, build, open the embedded world
	@.ci/install build
	@$(MAKE) --no-print-directory release
	@exec $(RELEASE) sandbox

test: ## all tests; FILTER=NAME for some; KAFKA_HOME=DIR adds those on real clusters
	@.ci/install build test $(if $(KAFKA_HOME),lab)
	swift build --build-tests
	lab/with-clusters $(TEST_ENVIRONMENT) .ci/tests swift test --skip-build $(TEST_FLAGS)

lab: ## two real Kafka clusters with traffic and mirrors, and the console on them; needs KAFKA_HOME=DIR
	@.ci/install build lab
	@$(MAKE) --no-print-directory release
	@lab/open $(RELEASE)

lab-down: ## stop the lab and delete its data
	@lab/world down
	@lab/haproxy down
	@lab/bind down
	@lab/clusters down

bench: ## figures of the release build beside their limits; KAFKA_HOME=DIR adds those under load
	@.ci/install build $(if $(KAFKA_HOME),lab)
	@$(MAKE) --no-print-directory release
	swift build -c release --product bascule-bench --static-swift-stdlib
	@lab/bench $(RELEASE) .build/release/bascule-bench
	@lab/failover-bench $(RELEASE)
	@[ -z "$(KAFKA_HOME)" ] || lab/mirror-bench $(RELEASE)
	@[ -z "$(KAFKA_HOME)" ] || lab/sync-bench $(RELEASE)

soak: ## 200 kills of mirror workers and of daemons under load (ROUNDS=N) on real clusters; needs KAFKA_HOME=DIR
	@.ci/install build lab
	@$(MAKE) --no-print-directory release
# The peer as it comes: 60000 is Connect's own offset.flush.interval.ms.
	LAB_OFFSET_FLUSH_MS=60000 PEER_ROUNDS=$(or $(PEER_ROUNDS),10) lab/with-clusters lab/mirror-soak $(RELEASE) $(or $(ROUNDS),200)
	lab/with-clusters lab/sync-soak $(RELEASE) $(or $(ROUNDS),200)
	lab/with-clusters lab/sync-chain $(RELEASE)
	LAB_BROKER_SETTINGS="offsets.retention.minutes=1 offsets.retention.check.interval.ms=5000" lab/with-clusters lab/expiry-trial $(RELEASE)

drill: ## IDC1 lost, healed, failed back, left and entered as planned, with GROUPS_COUNT=200 groups behind HAProxy and BIND
	@.ci/install build lab
	@$(MAKE) --no-print-directory release
	GROUPS_COUNT=$(or $(GROUPS_COUNT),200) lab/with-clusters lab/failover-drill $(RELEASE)

build: ## debug build
	swift build

release: ## one executable in .build/release
	swift build $(RELEASE_FLAGS)

screens: ## record the expected screens again; look at them before committing
	RECORD_GOLDENS=1 $(TEST_ENVIRONMENT) swift test --filter '$(or $(FILTER),FrontTests|CellsTests|CommandsTests)'

e2e: ## the release build in real terminals (tmux), and on real clusters with KAFKA_HOME=DIR
	@.ci/install build test $(if $(KAFKA_HOME),lab)
	@$(MAKE) --no-print-directory release
	swift build --build-tests
	BASCULE=$(CURDIR)/$(RELEASE) lab/with-clusters $(TEST_ENVIRONMENT) .ci/tests swift test --skip-build --filter '$(or $(FILTER),EndToEndTests)'

tsan: ## the concurrent targets under the thread sanitizer
	$(TEST_ENVIRONMENT) swift test --scratch-path .build/tsan --sanitize=thread --filter '$(or $(FILTER),OperationsTests|KafkaAdapterTests)'

coverage: ## line coverage of Domain and Front, with its floor
	@.ci/coverage

lint: ## format, forbidden words, sizes, file list
	@.ci/lint

format: ## format every Swift file in place
	swift format --in-place --parallel --recursive --configuration .ci/swift-format.json Package.swift Sources Tests lab/traffic

imports: ## who may import what
	@.ci/imports
	@.ci/imports --self-test

keys: ## docs/KEYS.md, printed from the program's own key table
	@$(MAKE) --no-print-directory release
	@.ci/printed --write

install: ## install what is missing (Debian)
	@.ci/install

clean: ## delete what was built
	rm -rf .build
