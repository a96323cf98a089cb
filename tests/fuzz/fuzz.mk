# fuzz - `make fuzz [T=seconds] [F=target]`; included by the Makefile.
#
# The fuzzers are one more variant, $(BUILD)/fuzz: every folder becomes an
# archive built by clang for fuzzing, by the rules there are.  What a fuzzer
# links stands in its first comment: "links: proto common feed".
ifndef FUZZ_MK
FUZZ_MK := 1

FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))

.PHONY: fuzz fuzzers
fuzz: ## fuzz every decoder: make fuzz T=60 F=wire
	+BUILD=$(BUILD) tests/fuzz/run.sh $(or $(T),60) $(F)

ifeq ($(VARIANT),fuzz)
links_of = $(shell sed -n -E '1,9s/.*(links|libs): *([a-z ]*).*/\2/p' $(1))
define fuzzer
$(B)/$(2): $(B)/obj/$(1:.c=.o) \
           $(foreach n,$(call links_of,$(1)),$(B)/lib$(n).a)
	@echo "LD $$@"
	$$(Q)$(CC) $(LDFLAGS) -o $$@ $$< -Wl,--start-group \
	    $$(filter %.a,$$^) -Wl,--end-group $(PKG_LIBS)
fuzzers: $(B)/$(2)
endef
$(foreach s,$(FUZZ_SOURCES),$(eval $(call fuzzer,$(s),$(basename $(notdir $(s))))))
endif
endif
