# Dutchbook: five processes, their simulated exchange, and `arb`.
#
#   make            debug build of everything       make demo     see it trade
#   make check      every test                      make help     all targets
#
# A program is a folder; everything in it but main.c becomes lib<program>.a,
# which is how the tests link it.  Variants never mix: $(BUILD)/<variant>/.

VARIANT ?= debug
BUILD   ?= build
B       := $(BUILD)/$(VARIANT)
CC      ?= gcc
ifeq ($(origin CC),default)
CC      := gcc
endif
Q       := $(if $(V),,@)

PROGRAMS := feed scanner riskd executor recorder simex arb
feed_DIR := feed
scanner_DIR := scanner
riskd_DIR := riskd
executor_DIR := executor
recorder_DIR := recorder
simex_DIR := tests/simex
arb_DIR := deploy/arb

PACKAGES := libzmq libuv libcurl libcjson msgpack libpq libcrypto yaml-0.1 \
            libzstd libwebsockets libsecp256k1
# arb reads and scans with the engines of others.
arb_NEEDS := feed scanner executor riskd recorder

ifneq ($(shell command -v pkg-config),)
PKG_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null))
PKG_LIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lcap -lm \
              -Wl,--as-needed -lglpk -Wl,--no-as-needed
endif

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum \
        -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wundef \
        -Werror
CFLAGS_debug   := -O1 -g
CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2 -fPIE -fstack-clash-protection \
                  $(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
CFLAGS_asan    := -O1 -g -fsanitize=address,undefined \
                  -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_crash   := -O2 -g -DCRASH_POINTS
CFLAGS_planted := -O2 -g -DPLANTED_BUGS
CFLAGS_cov     := -O0 -g --coverage
LDFLAGS_release := -pie -Wl,-z,relro,-z,now
LDFLAGS_asan   := -fsanitize=address,undefined
LDFLAGS_cov    := --coverage
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
CFLAGS  := -std=c11 -D_GNU_SOURCE $(WARN) -fstack-protector-strong -I. \
           $(PKG_CFLAGS) $(CFLAGS_$(VARIANT)) $(EXTRA_CFLAGS)
LDFLAGS := $(LDFLAGS_$(VARIANT))

.PHONY: all lib help
all: $(PROGRAMS:%=$(B)/%)

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

# --- objects and archives ---------------------------------------------------
sources = $(filter-out %/main.c,$(wildcard $(1)/*.c $(1)/*/*.c))
objects = $(patsubst %.c,$(B)/obj/%.o,$(1))

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "CC $<"
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

define archive
$(B)/lib$(1).a: $(call objects,$(call sources,$(2)))
	@mkdir -p $$(@D)
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
endef
$(eval $(call archive,proto,proto))
$(eval $(call archive,common,common))
$(foreach p,$(PROGRAMS),$(eval $(call archive,$(p),$($(p)_DIR))))

BASE := $(B)/libcommon.a $(B)/libproto.a

define program
$(B)/$(1): $(B)/obj/$($(1)_DIR)/main.o $(B)/lib$(1).a \
           $(foreach n,$($(1)_NEEDS),$(B)/lib$(n).a) $(BASE)
	@echo "LD $$@"
	$$(Q)$(CC) $(LDFLAGS) -o $$@ $$^ $(PKG_LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# The build's version reaches one object only, made again when it changes.
$(shell mkdir -p $(B); echo '$(VERSION)' | cmp -s - $(B)/version || \
        echo '$(VERSION)' >$(B)/version)
$(B)/obj/common/version.o: $(B)/version
$(B)/obj/common/version.o: CFLAGS += -DDUTCHBOOK_VERSION='"$(VERSION)"'

# --- unit tests: tests/unit/<folder>/test_<file>.c ---------------------------
# A test links its folder's archive and what that folder may include.
UNIT_SOURCES := $(wildcard tests/unit/*/test_*.c)
unit_name = $(B)/unit/$(patsubst tests/unit/%.c,%,$(1))
UNITS := $(foreach s,$(UNIT_SOURCES),$(call unit_name,$(s)))
unit_libs = $(if $(filter proto,$(1)),$(B)/libproto.a,\
            $(if $(filter common,$(1)),$(BASE),\
            $(B)/lib$(1).a $(foreach n,$($(1)_NEEDS),$(B)/lib$(n).a) $(BASE)))
define unit
$(call unit_name,$(1)): $(B)/obj/$(1:.c=.o) $(call unit_libs,$(word 3,$(subst /, ,$(1))))
	@mkdir -p $$(@D)
	@echo "LD $$@"
	$$(Q)$(CC) $(LDFLAGS) -o $$@ $$^ -lcmocka $(PKG_LIBS)
endef
$(foreach s,$(UNIT_SOURCES),$(eval $(call unit,$(s))))

# --- benchmarks and the printed schema ---------------------------------------
BENCH_NEEDS := arb feed scanner recorder executor riskd
$(B)/bench: $(call objects,$(wildcard tests/bench/*.c)) \
            $(foreach n,$(BENCH_NEEDS),$(B)/lib$(n).a) $(BASE)
	@echo "LD $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# --- an executor that only goes to the chain: tests/chain/run.sh -------------
$(B)/chain_play: $(B)/obj/tests/chain/play.o $(B)/libexecutor.a $(BASE)
	@echo "LD $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# --- a journal made long: tests/scenario/d_failover.sh -----------------------
$(B)/swell: $(B)/obj/tests/scenario/swell.o $(BASE)
	@echo "LD $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# --- opportunities by the thousand: tests/scenario/f_riskd_down.sh -----------
$(B)/flood: $(B)/obj/tests/scenario/flood.o $(B)/libscanner.a $(BASE)
	@echo "LD $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# --- a venue and a crowd that mean ill: tests/scenario/f_hostile.sh ----------
$(B)/hostile: $(B)/obj/tests/scenario/hostile.o $(BASE)
	@echo "LD $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(PKG_LIBS)

# --- a machine in trouble: tests/scenario/f_machine.sh -----------------------
$(B)/machine.so: tests/scenario/machine.c
	@mkdir -p $(@D)
	@echo "LD $@"
	$(Q)$(CC) $(CFLAGS) -fPIC -shared -o $@ $< -ldl

# --- the world: every engine in one process ---------------------------------
$(B)/world: $(call objects,$(wildcard tests/world/*.c)) \
            $(foreach n,simex feed scanner riskd executor recorder,$(B)/lib$(n).a) \
            $(BASE)
	@echo "LD $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

.PHONY: world world-records world-soak world-planted world-lines
world: ## one world again: make world SEED=7 [SECONDS=40] [FROM=ms], or many: HOURS=24
ifneq ($(HOURS),)
	@$(MAKE) --no-print-directory world-soak MINUTES=100000 HOURS=$(HOURS) SEED=$(or $(SEED),1) LINES=0
else
	@$(MAKE) --no-print-directory VARIANT=asan BUILD=$(BUILD) $(BUILD)/asan/world
	@tests/run_one.sh $(BUILD)/asan/world one $(or $(SEED),1) $(or $(SECONDS),40)000 \
		$(or $(CUT),0) $(or $(WITHOUT),0) "$(FROM)" $(or $(NIGHT),0) "$(AIM)"
endif

world-records: ## riskd, then the executor, dead, still or alone at every record: SEED=5 [SECONDS=10] [EVERY=1]
	@$(MAKE) --no-print-directory VARIANT=release BUILD=$(BUILD) $(BUILD)/release/world
	@$(BUILD)/release/world records $(or $(SEED),5) $(or $(SECONDS),10) $(or $(EVERY),1)

# One after the other, should two soaks end at once.
world-soak: ## worlds for so many minutes, what went wrong in them, and the lines no world ran: MINUTES=30 [SEED=1000] [NIGHT=hours idle in each] [LINES=worlds for the last, 0 = none]
	@$(MAKE) --no-print-directory VARIANT=release BUILD=$(BUILD) $(BUILD)/release/world
	@$(BUILD)/release/world soak $(or $(MINUTES),30) $(or $(SEED),1000) \
		$(or $(HOURS),1000000) $(or $(NIGHT),0)
ifneq ($(LINES),0)
	@flock $(BUILD) $(MAKE) --no-print-directory world-lines SEEDS=$(or $(LINES),40)
endif

world-planted: ## each bug of common/planted.def, until the world finds it: SEEDS=100 [BUG=name]
	@$(MAKE) --no-print-directory VARIANT=planted BUILD=$(BUILD) $(BUILD)/planted/world
	@$(BUILD)/planted/world planted $(or $(SEEDS),100) $(BUG)

world-lines: ## which lines of the engines no world ever ran: SEEDS=40
	@$(MAKE) --no-print-directory VARIANT=cov BUILD=$(BUILD) $(BUILD)/cov/world
	@BUILD=$(BUILD) tests/world/lines.sh $(or $(SEEDS),40)

.PHONY: units unit
units: $(UNITS)
# make unit T=ledger VARIANT=asan: one test, with its output
unit: $(filter %/test_$(T),$(UNITS)) ## one unit test: make unit T=ledger
	@for t in $^; do echo "RUN $$t"; tests/run_one.sh $$t || exit 1; done

# --- what people type -------------------------------------------------------
.PHONY: release setup check quick soak lint demo up down model bench fuzz \
        faults golden clean
setup:
	@deploy/setup.sh

release: ## optimised build, linked from bin/
	@$(MAKE) --no-print-directory -s VARIANT=release BUILD=$(BUILD) all
	@mkdir -p bin
	@for p in $(PROGRAMS); do ln -sfn $(if $(filter /%,$(BUILD)),,../)$(BUILD)/release/$$p bin/$$p; done

# pkg-config may only just have been installed: build in a new make.
demo: setup ## see it trade against the simulated exchange (DEMO_SECONDS=60, MODE=live)
	@$(MAKE) --no-print-directory release
	@deploy/demo.sh

up: setup ## start the same and leave it running
	@$(MAKE) --no-print-directory release
	@deploy/up.sh
	@deploy/look.sh

down: ## stop what it started
	@deploy/down.sh
	@echo "down: nothing runs; the data stay in var"

check: ## every test
	@deploy/setup.sh check
	@tests/check.sh all

quick: ## a minute's worth of them
	@deploy/setup.sh check
	@tests/check.sh quick

soak: ## the demo for long, under fire: make soak [MINUTES=30] [SEED=1] [MODE=paper]
	@deploy/setup.sh check
	@$(MAKE) --no-print-directory release
	@tests/soak/run.sh $(or $(MINUTES),30) $(or $(SEED),1)

lint: ## the rules of the house
	@tests/lint/run.sh

model: ## the protocols, searched by SPIN, each rule left out once (minutes)
	@deploy/setup.sh check
	@BUILD=$(BUILD) tests/model/run.sh

faults: ## what can go wrong, which tests cover it, which passed here
	@BUILD=$(BUILD) tests/faults.sh $(if $(V),-v)

# On stdout the JSON lines alone.
bench: ## numbers, each beside its floor, as JSON lines
	@deploy/setup.sh >&2
	@$(MAKE) --no-print-directory release >&2
	@$(MAKE) --no-print-directory VARIANT=release $(BUILD)/release/bench >&2
	@BUILD=$(BUILD) tests/bench/run.sh

golden: $(B)/unit/proto/test_schema $(B)/arb ## rewrite the golden files; review the diff
	@$< --write
	@$(B)/arb check-config -c tests/golden/empty.yaml --print >deploy/dutchbook.yaml
	@$(B)/arb dashboards --grafana deploy/grafana

clean: ## remove what was built
	@rm -rf $(BUILD) bin

-include tests/fuzz/fuzz.mk
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
