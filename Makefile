# Every target does its own set-up: Debian packages by apt, Swift packages by SwiftPM. See README.md.
.DEFAULT_GOAL := build
# Rounds of `make failover`.
N ?= 5
# Which year `make county` plays.
SEED ?= 1
.PHONY: build release test demo bench bench-province county powercut failover kills clocks slow schemathesis format lint
.PHONY: build-packages test-packages security browser

# A thousand tests at once would starve each other on a few cores until sockets time out.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH := 8
SWIFT_FLAGS := --explicit-target-dependency-import-check error
# With Swift's libraries inside: the machine that runs it needs no Swift, and a record costs a tenth less.
RELEASE_FLAGS := -c release --static-swift-stdlib $(SWIFT_FLAGS)
BUILD_PACKAGES := libsqlite3-dev libjpeg-dev libargon2-dev libpq-dev libgeos-dev
TEST_PACKAGES := gcc libc6-dev python3 python3-venv libimage-exiftool-perl openssl postgresql-15 \
	python3-cryptography dbus-daemon gnome-keyring libsecret-tools chromium chromium-driver python3-selenium
SLOW_PACKAGES := python3 slowhttptest
POWERCUT_PACKAGES := python3 gcc libc6-dev e2fsprogs mount
BENCH_PACKAGES := python3 python3-cryptography wrk libjpeg-turbo-progs postgresql-15
FAILOVER_PACKAGES := python3 postgresql-15
SOURCES := Package.swift Sources Tests fieldcli
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

# $(call install,PACKAGES): only what is missing, so that nothing is asked of the network twice.
install = missing=$$(for name in $(1); do dpkg-query -W -f '$${db:Status-Status}\n' $$name 2>/dev/null \
	| grep -qx installed || echo $$name; done); \
	if [ -n "$$missing" ]; then $(SUDO) apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; fi

build-packages:
	@$(call install,$(BUILD_PACKAGES))

test-packages: build-packages
	@$(call install,$(TEST_PACKAGES))

build: build-packages
	swift build $(SWIFT_FLAGS)

release: build-packages
	swift build $(RELEASE_FLAGS) --product patrol-gateway
	swift build $(RELEASE_FLAGS) --product fieldcli

test: test-packages lint
	swift build --build-tests $(SWIFT_FLAGS)
	python3 Tests/Postgres/cluster.py run --icu -- swift test --skip-build
	python3 Tests/Clocks/clocks.py --gateway .build/debug/patrol-gateway --fieldcli .build/debug/fieldcli
	/usr/bin/python3 Tests/Browser/browser.py --gateway .build/debug/patrol-gateway
	python3 Tests/Kills/kills.py --gateway .build/debug/patrol-gateway --kills 8
	python3 Tests/Postgres/race.py --gateway .build/debug/patrol-gateway
	python3 Tests/Failover/outage.py --gateway .build/debug/patrol-gateway
	Tests/GatewayTests/schemathesis/run .build/debug/patrol-gateway
	@echo "make test: all passed"

security: test-packages
	swift build --build-tests $(SWIFT_FLAGS)
	python3 Tests/Security/security.py --gateway .build/debug/patrol-gateway

demo: release
	Tests/Demo/demo .build/release/patrol-gateway .build/release/fieldcli

bench: release
	@$(call install,$(BENCH_PACKAGES))
	swift build $(RELEASE_FLAGS) --product bench-floor
	swift build $(RELEASE_FLAGS) --product county-year
	/usr/bin/python3 Tests/Bench/bench.py .build/release

county: build-packages
	swift build $(RELEASE_FLAGS) --product county-year
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	.build/release/county-year year --folder "$$folder" --seed $(SEED)

bench-province: build-packages
	swift build $(RELEASE_FLAGS) --product county-year
	.build/release/county-year bench --folder $$(mktemp -d)

powercut: build
	@$(call install,$(POWERCUT_PACKAGES))
	python3 Tests/PowerCut/powercut.py --gateway .build/debug/patrol-gateway --cuts 15

failover: release
	@$(call install,$(FAILOVER_PACKAGES))
	python3 Tests/Failover/failover.py $(N) --gateway .build/release/patrol-gateway
	python3 Tests/Failover/doubts.py --gateway .build/release/patrol-gateway

kills: build
	@$(call install,$(TEST_PACKAGES))
	python3 Tests/Kills/kills.py --gateway .build/debug/patrol-gateway --kills 50

clocks: build
	@$(call install,$(TEST_PACKAGES))
	python3 Tests/Clocks/clocks.py --gateway .build/debug/patrol-gateway --fieldcli .build/debug/fieldcli

browser: build
	@$(call install,$(TEST_PACKAGES))
	/usr/bin/python3 Tests/Browser/browser.py --gateway .build/debug/patrol-gateway

slow: release
	@$(call install,$(SLOW_PACKAGES))
	python3 Tests/Edge/slow.py --gateway .build/release/patrol-gateway

schemathesis: build
	@$(call install,$(TEST_PACKAGES))
	Tests/GatewayTests/schemathesis/run .build/debug/patrol-gateway

format:
	swift format --in-place --parallel --recursive $(SOURCES)

lint:
	swift format lint --strict --parallel --recursive $(SOURCES)
