# The only commands a newcomer needs. `make` prints them.
.DEFAULT_GOAL := help
.PHONY: help run test bench lint build sanitize fuzz clean

PORT ?= 3000
BUILD := swift build -c release --static-swift-stdlib --product moongate

help: ## Says what there is
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: build ## Installs what is missing, builds, serves in development mode (PORT=4000 make run)
	@exec .build/release/moongate serve --dev --port $(PORT)

build: ## Builds the program (release): .build/release/moongate
	@dev/install-packages.sh
	@$(BUILD)

test: ## Installs what the tests need, runs everything that CI runs
	@dev/test.sh

lint: ## Import directions, file sizes, formatting
	@dev/lint.sh

bench: build ## CPU per request against the bare server, the core in process, access rules
	@dev/bench.sh
	@dev/bench-rules.sh

sanitize: ## LuaHost's and MoongateTokens' tests under AddressSanitizer and ThreadSanitizer
	@dev/sanitize.sh

fuzz: ## Fuzzes JSON in, JSON out, scripts and patterns (RUNS=1000000 TARGETS="json_in" make fuzz)
	@dev/fuzz.sh

clean: ## Removes what was built
	rm -rf .build
