# Firsthand
#
#   make                  build/release/firsthand and libfirsthand.{a,so}
#   make demo             set up what is missing, build, make a demonstration
#                         organisation and its report, and say where it is
#   make test             lint, then every test in the release and asan variants
#   make check            the tests of one variant: make check BUILD=asan
#   make unit             only the unit tests: make unit T=json (a name's part)
#   make part T=api       one part of them: make part T=fuzz/csv BUILD=asan
#   make lint             layers, purity, headers, formatting, length, both compilers
#   make bench            speed beside DuckDB and ClickHouse (docs/measurements.md)
#   make bench-records    lists, boards, details and figures of 100,000 records
#   make bench-conform    stories against intended journeys: public logs, 20 M interactions
#   make measure-findings  what is found of what was planted in messages
#   make proof-align      a million random pairs of journey and story against an oracle
#   make fuzz             libFuzzer on every target, FUZZ_SECONDS each (clang)
#   make kills            kill -9 at KILLS random instants of import and merge, up to 200
#                         of live ingest, up to 200 of the server under HTTP load
#   make service          firsthand@.service under a systemd of its own (as root, in a container)
#   make sbom             what the program is made of: firsthand.cdx.json (CycloneDX)
#   make handbook         the handbook with pictures of the demonstration: build/handbook
#   make install          to $(DESTDIR)$(prefix)
#
# BUILD is one of release debug asan tsan cov. Each has a folder of its own under
# build/, so they never disturb one another. asan is built by clang, for the fuzz
# targets too, so what passes `make test` has no warning of either compiler.

VERSION := 0.1.0
, := ,
BUILD   ?= release
prefix  ?= /usr/local
ifeq ($(origin CC),default)
CC      := $(if $(filter asan,$(BUILD)),clang,cc)
endif
IS_CLANG := $(findstring clang,$(shell $(CC) --version))
FUZZ_SECONDS ?= 60
KILLS ?= 10000

O := build/$(BUILD)

# The layers, lowest first; tools/checkdeps reads these lines too. A folder
# includes only folders of lines above its own.
LAYER_1 := base
LAYER_2 := story parse text kind
LAYER_3 := fold journey returns
LAYER_4 := find
LAYER_5 := os
LAYER_6 := store
LAYER_7 := app
LAYER_8 := http mail
LAYER_9 := api lrs track
LAYER_10 := cli
LIBRARY := $(LAYER_1) $(LAYER_2) $(LAYER_3) $(LAYER_4)
PROGRAM := $(LAYER_5) $(LAYER_6) $(LAYER_7) $(LAYER_8) $(LAYER_9)

CPPFLAGS += -D_POSIX_C_SOURCE=200809L -DFH_VERSION='"$(VERSION)"' -Iinclude -Isrc
WARN := -pedantic -Wall -Wextra -Werror -Wshadow -Wconversion -Wsign-conversion \
        -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wpointer-arith \
        -Wcast-qual -Wwrite-strings -Wformat=2 -Wimplicit-fallthrough -Wswitch-enum
COMMON := -std=c11 $(WARN) -g -fvisibility=hidden -fno-strict-aliasing -ffp-contract=off -MMD -MP
HARDEN := -fstack-protector-strong -fPIC

CFLAGS_release := -O2 -g1 -ftree-vectorize -D_FORTIFY_SOURCE=2 $(HARDEN)
# Intel's processors before Ice Lake run jumps that cross or end at a multiple of 32
# bytes slowly (erratum SKX102); keeping them off it costs the others next to nothing.
ifneq ($(findstring x86_64,$(shell $(CC) -dumpmachine)),)
CFLAGS_release += $(if $(IS_CLANG),,-Wa$(,))-mbranches-within-32B-boundaries
endif
CFLAGS_debug   := -O0 -fPIC
CFLAGS_asan    := -O1 -g1 -fPIC -fsanitize=address,undefined \
                  -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan    := -O1 -fPIC -fsanitize=thread
CFLAGS_cov     := -O0 -fPIC --coverage
LDFLAGS_release := -Wl,-z,relro,-z,now
LDFLAGS_asan   := -fsanitize=address,undefined
LDFLAGS_tsan   := -fsanitize=thread
LDFLAGS_cov    := --coverage
# Most of what compiling costs is optimising. Tests need none, nor, under ASan, what never
# goes over rows by the million: by what the tests were seen to spend in each file.
PLAIN := tests/% $(if $(filter asan,$(BUILD)),build/% \
         $(foreach d,kind text journey find $(LAYER_5) $(LAYER_6) $(LAYER_7) $(LAYER_8) $(LAYER_9) $(LAYER_10),src/$(d)/%) \
         $(foreach f,base/json_read base/zone story/select parse/jsonl parse/mapping fold/ways,src/$(f).c))
LOOPS := $(foreach f,check_identities identities known named named_many normal resolver,src/store/$(f).c) \
         $(foreach f,alike differ lexicon retold sets tokens usage,src/text/$(f).c) \
         $(foreach f,align_flat align_run edits map_print map_read map_scan map_words order place \
         represent tighten tree,src/journey/$(f).c) \
         src/kind/kind.c src/kind/kind_scan.c src/app/data/erase_files.c
plain  = $(if $(filter $(PLAIN),$(filter-out $(LOOPS),$(1))),-O0 -U_FORTIFY_SOURCE -g1)
# What fuzz targets go through tells them where they have been; the rest need not pay for it
# (an eighth of what it costs to compile and more of what the asan tests need).
SILENT := tests/unit/% tests/kills/% $(foreach d,find returns api lrs track cli \
          $(patsubst %,app/%,ask demo digest find hooks jobs lived maps records report),src/$(d)/%)
told    = $(if $(filter asan,$(BUILD)),$(if $(IS_CLANG),$(if $(filter $(SILENT),$(1)),,-fsanitize=fuzzer-no-link)))
# What is put where it was linked for need not be moved at every start: under ASan half a
# million addresses, a fifth of what a short command costs.
FIXED  := $(if $(filter asan,$(BUILD)),-no-pie)
override CFLAGS  := $(COMMON) $(CFLAGS_$(BUILD)) $(CFLAGS)
override LDFLAGS := $(LDFLAGS_$(BUILD)) $(LDFLAGS)
LIB_LIBS := -lstreamvbyte -lzstd -lxxhash -ldeflate -lz -lutf8proc -lm
LIBS     := $(LIB_LIBS) -lsqlite3 -lqrencode -lxlsxwriter -lminizip -lexpat -lsodium -lssl -lcrypto -lpthread -ldl

LIB_S   := $(sort $(wildcard $(LIBRARY:%=src/%/*.S)))
LIB_C   := $(sort $(wildcard $(LIBRARY:%=src/%/*.c)))
PROG_C  := $(sort $(wildcard $(PROGRAM:%=src/%/*.c) src/app/*/*.c))
CLI_C   := $(sort $(wildcard src/cli/*.c))
UNIT_C  := $(sort $(wildcard tests/unit/*.c))
FUZZ_C  := $(sort $(wildcard tests/fuzz/*_fuzz.c))
obj      = $(patsubst %.c,$(O)/%.o,$(patsubst %.S,$(O)/%.o,$(1)))
PROG_A  := $(O)/firsthand.program.a

# SQL and lists of words lie in files of their own and are embedded (migrations.S, embedded.S,
# languages.S: the library's own).
PROG_S  := $(wildcard src/store/*.S src/app/*.S src/api/*.S)

# The web UI: built once for all variants, when something of it has changed. What it
# needs from npm is installed when package-lock.json is newer.
WEB    := build/web/table.c
WEB_IN := $(shell find web/src -type f) web/build.mjs web/draw.mjs web/gather.mjs web/package-lock.json web/tsconfig.json
$(WEB) build/web/assets.S &: $(WEB_IN) web/node_modules/.package-lock.json
	node web/build.mjs
web/node_modules/.package-lock.json: web/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: run tools/setup build" >&2; exit 1; }
	cd web && npm ci --silent --no-audit --no-fund && touch node_modules/.package-lock.json
web: $(WEB)

# Every kinds/NAME.kind is embedded, one after another, each ended by a zero byte.
KINDS := $(sort $(wildcard kinds/*.kind))
build/kinds.S: $(KINDS) kinds
	@mkdir -p $(@D)
	@{ printf '.section .rodata\n.global fh_kind_texts\n.hidden fh_kind_texts\nfh_kind_texts:\n'; \
	  printf '.incbin "%s"\n.byte 0\n' $(KINDS); \
	  printf '.byte 0\n.section .note.GNU-stack,"",%%progbits\n'; } >$@.new && mv $@.new $@

# What the migrations make is worked out here, not at every start and for every new file
# (tools/schema.c).
$(O)/tools/schema: $(O)/tools/schema.o $(O)/src/store/migrations.o
	$(CC) $(LDFLAGS) -o $@ $^ -lsqlite3 -lzstd
$(O)/build/schema.S: $(O)/tools/schema
	@mkdir -p $(@D)
	$< >$@.new && mv $@.new $@
$(O)/build/schema.o: $(O)/build/schema.S
	$(CC) $(CPPFLAGS) -c $< -o $@

# Of libgmime only the headers are needed: it is loaded when the first mail comes.
$(O)/src/app/mailbox/gmime.o: CPPFLAGS += $(patsubst -I%,-isystem %,$(filter -I%,$(shell pkg-config --cflags gmime-3.0)))

all: $(O)/firsthand $(O)/libfirsthand.a $(O)/libfirsthand.so

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(call plain,$<) $(call told,$<) -c $< -o $@
$(O)/%.o: %.S $(wildcard src/store/migrations/*.sql src/app/words/*.txt src/app/demo/maps/*.journey src/app/demo/messages/*.txt src/api/*.json src/text/languages/*.language web/src/base/tokens.css)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -c $< -o $@

$(O)/libfirsthand.a: $(call obj,$(LIB_C) $(LIB_S))
	@rm -f $@
	$(AR) rcs $@ $^
$(O)/build/web/assets.o: $(WEB)
$(O)/build/kinds.o: $(KINDS)
$(PROG_A): $(call obj,$(PROG_C) $(PROG_S) $(WEB) build/web/assets.S build/kinds.S) $(O)/build/schema.o
	@rm -f $@
	$(AR) rcs $@ $^
$(O)/libfirsthand.so: $(call obj,$(LIB_C) $(LIB_S))
	$(CC) $(LDFLAGS) -shared -Wl,-soname,libfirsthand.so.0 -o $@ $^ $(LIB_LIBS)
$(O)/firsthand: $(call obj,$(CLI_C)) $(PROG_A) $(O)/libfirsthand.a
	$(CC) $(LDFLAGS) $(FIXED) -o $@ $^ $(LIBS)

# One program per test file, so that a failure names its file and a rebuild is short;
# there are many of them, so they are linked by the fastest linker there is.
TEST_LD := $(if $(shell command -v ld.lld),-fuse-ld=lld -Wl$(,)--threads=1$(,)--build-id=none$(,)-O0) $(FIXED)
UNITS := $(patsubst tests/unit/%_test.c,$(O)/tests/unit/%_test,$(filter %_test.c,$(UNIT_C)))
HARNESS := $(call obj,$(filter-out %_test.c,$(UNIT_C)))
$(O)/tests/unit/%_test: $(O)/tests/unit/%_test.o $(HARNESS) $(PROG_A) $(O)/libfirsthand.a
	$(CC) $(LDFLAGS) $(TEST_LD) -o $@ $^ $(LIBS) -lcmocka
CHOSEN := $(if $(T),$(foreach u,$(UNITS),$(if $(findstring $(T),$(notdir $(u))),$(u))),$(UNITS))
unit: $(CHOSEN)
	@tools/rununits $(CHOSEN)

# Inputs that are kept are run once: by the fuzz programs themselves where they are built anyway.
REPLAY := $(FUZZ_C:tests/fuzz/%_fuzz.c=$(O)/tests/fuzz/%_$(if $(filter asan,$(BUILD)),$(if $(IS_CLANG),fuzz,replay),replay))
$(O)/tests/fuzz/%_replay: $(O)/tests/fuzz/%_fuzz.o $(O)/tests/fuzz/replay.o $(PROG_A) $(O)/libfirsthand.a
	$(CC) $(LDFLAGS) $(TEST_LD) -o $@ $^ $(LIBS)
$(O)/tests/fuzz/%_fuzz: $(O)/tests/fuzz/%_fuzz.o $(PROG_A) $(O)/libfirsthand.a
	$(CC) -fsanitize=fuzzer,address,undefined $(TEST_LD) -o $@ $^ $(LIBS)

KILLS_C   := $(sort $(wildcard tests/kills/*_kills.c))
KILLS_BIN := $(KILLS_C:%.c=$(O)/%)

# Every part of the tests leaves in $(O)/ran how it went (tools/part), and never fails
# itself: so make packs building and testing onto the processors, long parts first,
# goes on after a failure (-k), and tools/total counts.
RAN   := $(O)/ran
LONG  := tidy check_identities parse_shared ask_kept store store_faults
PARTS := api docs kills cli corpora $(LONG:%=unit/%) \
         $(filter-out $(LONG:%=unit/%),$(UNITS:$(O)/tests/unit/%_test=unit/%))
FUZZ_PARTS := $(FUZZ_C:tests/fuzz/%_fuzz.c=fuzz/%)
UI_PARTS   := $(patsubst tests/ui/%.test.mjs,ui/%,$(sort $(wildcard tests/ui/*.test.mjs)))
KILLS_CI ?= $(if $(filter asan,$(BUILD)),15,50)
ran: $(PARTS:%=$(RAN)/%)
fuzzed: $(FUZZ_PARTS:%=$(RAN)/%)
shipped: $(patsubst %,$(RAN)/%,$(UI_PARTS) lint reference install)
part: $(RAN)/$(T)
	@tools/total 0 $<
check:
	@rm -rf $(RAN)
	@$(MAKE) -k ran; tools/total $$? $(RAN)

$(RAN)/api $(RAN)/cli $(RAN)/docs $(RAN)/reference: $(RAN)/%: all FORCE
	@tools/part $@ tests/$*/run $(O)/firsthand
$(UI_PARTS:%=$(RAN)/%): $(RAN)/ui/%: all FORCE
	@tools/part $@ tests/ui/run $(O)/firsthand $*
$(RAN)/kills: all $(KILLS_BIN) FORCE
	@tools/part $@ tests/kills/run $(O) $(KILLS_CI)
$(RAN)/corpora: $(REPLAY) FORCE
	@tools/part $@ tools/runcorpora $(REPLAY)
$(patsubst %,$(RAN)/%,$(filter unit/%,$(PARTS))): $(RAN)/unit/%: $(O)/tests/unit/%_test FORCE
	@tools/part $@ tools/rununits $<
$(FUZZ_PARTS:%=$(RAN)/%): $(RAN)/fuzz/%: $(O)/tests/fuzz/%_fuzz FORCE
	@tools/part $@ tools/runfuzz $(O) $(FUZZ_SECONDS) $*
$(RAN)/lint: all FORCE
	@tools/part --whole $@ $(MAKE) lint
$(RAN)/install: all FORCE
	@tools/part --whole $@ $(MAKE) install DESTDIR=build/installed prefix=/usr
FORCE:

everything: everything-release everything-asan
everything-release everything-asan: web
everything-release:
	@$(MAKE) BUILD=release shipped ran
everything-asan:
	@$(MAKE) BUILD=asan ran fuzzed

# The README's two commands.
demo:
	@tools/setup build
	@$(MAKE) -s all
	@tools/demo $(O)/firsthand
test:
	@tools/setup test
	@tools/test

sbom: all
	tools/sbom $(O)/firsthand >$(O)/firsthand.cdx.json

lint: all
	tools/checkdeps
	tools/checkhistory
	tools/checksyms $(O)/libfirsthand.a
	tools/checkheaders $(CC)
	tools/checkstyle
	web/node_modules/.bin/tsc -p web
	tools/websize

fuzz:
	$(MAKE) BUILD=asan $(FUZZ_C:tests/fuzz/%.c=build/asan/tests/fuzz/%)
	tools/runfuzz build/asan $(FUZZ_SECONDS)

# Costs and moves of PAIRS random pairs of process tree and story, against the definition.
proof-align: $(O)/tests/unit/align_test
	$< $(or $(PAIRS),1000000)

$(O)/tests/kills/%: $(O)/tests/kills/%.o $(O)/tests/kills/kills.o $(PROG_A) $(O)/libfirsthand.a
	$(CC) $(LDFLAGS) $(TEST_LD) -o $@ $^ $(LIBS)
kills: all $(KILLS_BIN)
	tests/kills/run $(O) $(KILLS)

# Pages to read, with pictures taken of the running demonstration; installed once they are built.
HANDBOOK := build/handbook
handbook: all
	@tools/setup test
	cd tests/ui && FIRSTHAND=$(abspath $(O)/firsthand) HANDBOOK=$(abspath $(HANDBOOK)) PICTURES=no node --test --test-reporter=dot handbook.test.mjs
	@echo "The handbook: $(HANDBOOK)/index.html"

service: all
	tests/service/run $(O)

# Programs of bench/ that link with the product; bench/run says what they need.
BENCH_C   := $(sort $(wildcard bench/*.c))
BENCH_BIN := $(BENCH_C:%.c=$(O)/%)
$(O)/bench/%: $(O)/bench/%.o $(PROG_A) $(O)/libfirsthand.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
bench: all $(BENCH_BIN)
	@tools/setup bench
	bench/run $(O)
# Live ingest and questions beside it: CUSTOMERS=1000000 is about 20 M interactions.
bench-live: all $(O)/bench/generate $(O)/bench/live_bench
	@tools/setup bench
	node bench/live.mjs $(O)/firsthand $(or $(FOLDER),$(O)/bench/live) $(or $(CUSTOMERS),1000000) $(or $(SECONDS),8)

# 100,000 records with 1,000,000 entries of history, beside CUSTOMERS=20000.
bench-records: all $(O)/bench/records_bench
	bench/records $(O) $(or $(CUSTOMERS),20000)

# Findings against a known truth: MESSAGES=60000 SEED=77 take some minutes.
measure-findings: all
	bench/measure-findings $(O) $(or $(MESSAGES),60000) $(or $(SEED),77)

# Intended journeys: the public logs of ../shared, then about 20 M interactions.
bench-conform: all $(O)/bench/generate $(O)/bench/again_bench $(O)/bench/conform_bench
	bench/conform $(O) $(or $(CUSTOMERS),1000000)

install: all
	install -d $(DESTDIR)$(prefix)/bin $(DESTDIR)$(prefix)/lib/pkgconfig \
	    $(DESTDIR)$(prefix)/include/firsthand $(DESTDIR)$(prefix)/share/man/man1 \
	    $(DESTDIR)$(prefix)/share/bash-completion/completions
	install $(O)/firsthand $(DESTDIR)$(prefix)/bin/
	install -m 644 $(O)/libfirsthand.a $(DESTDIR)$(prefix)/lib/
	install -m 755 $(O)/libfirsthand.so $(DESTDIR)$(prefix)/lib/libfirsthand.so.0
	ln -sf libfirsthand.so.0 $(DESTDIR)$(prefix)/lib/libfirsthand.so
	install -m 644 include/firsthand/*.h $(DESTDIR)$(prefix)/include/firsthand/
	install -m 644 docs/man/*.1 $(DESTDIR)$(prefix)/share/man/man1/
	if [ -f $(HANDBOOK)/index.html ]; then \
	    install -d $(DESTDIR)$(prefix)/share/doc/firsthand/handbook/pictures && \
	    install -m 644 $(HANDBOOK)/*.html $(DESTDIR)$(prefix)/share/doc/firsthand/handbook/ && \
	    install -m 644 $(HANDBOOK)/pictures/*.png $(DESTDIR)$(prefix)/share/doc/firsthand/handbook/pictures/; fi
	install -d $(DESTDIR)$(prefix)/lib/systemd/system
	sed 's|@prefix@|$(prefix)|' packaging/firsthand@.service \
	    > $(DESTDIR)$(prefix)/lib/systemd/system/firsthand@.service
	$(O)/firsthand completion bash > $(DESTDIR)$(prefix)/share/bash-completion/completions/firsthand
	sed 's|@prefix@|$(prefix)|; s|@version@|$(VERSION)|' firsthand.pc.in \
	    > $(DESTDIR)$(prefix)/lib/pkgconfig/firsthand.pc

clean:
	rm -rf build

.PHONY: all web sbom unit part check ran fuzzed shipped everything everything-release \
        everything-asan demo test lint fuzz kills service proof-align bench bench-live bench-records bench-conform \
        measure-findings handbook install clean FORCE
.SECONDARY:
-include $(shell find $(O) -name '*.d' 2>/dev/null)
