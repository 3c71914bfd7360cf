# Firsthand
#
#   make                  build/release/firsthand and libfirsthand.{a,so}
#   make demo             set up what is missing, build, make a demonstration
#                         organisation and its report, and say where it is
#   make test             lint, then every test in the release and asan variants
#   make check            the tests of one variant: make check BUILD=asan
#   make unit             only the unit tests: make unit T=json (a name's part)
#   make lint             layers, purity, headers, formatting, length, both compilers
#   make bench            speed beside DuckDB and ClickHouse (docs/measurements.md)
#   make fuzz             libFuzzer on every target, FUZZ_SECONDS each (clang)
#   make kills            kill -9 at KILLS random instants of import and merge
#   make install          to $(DESTDIR)$(prefix)
#
# BUILD is one of release debug asan tsan cov fuzz. Each has a folder of its own
# under build/, so they never disturb one another.

VERSION := 0.1.0
, := ,
BUILD   ?= release
prefix  ?= /usr/local
CC      ?= cc
FUZZ_SECONDS ?= 60
KILLS ?= 10000

O := build/$(BUILD)

# The layers, lowest first; tools/checkdeps reads these lines too. A folder
# includes only folders of lines above its own.
LAYER_1 := base
LAYER_2 := story parse text
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

CFLAGS_release := -O2 -ftree-vectorize -D_FORTIFY_SOURCE=2 $(HARDEN)
# Intel's processors before Ice Lake run jumps that cross or end at a multiple of 32
# bytes slowly (erratum SKX102); keeping them off it costs the others next to nothing.
ifneq ($(findstring x86_64,$(shell $(CC) -dumpmachine)),)
CFLAGS_release += $(if $(findstring clang,$(shell $(CC) --version)),,-Wa$(,))-mbranches-within-32B-boundaries
endif
CFLAGS_debug   := -O0 -fPIC
CFLAGS_asan    := -O1 -fPIC -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan    := -O1 -fPIC -fsanitize=thread
CFLAGS_cov     := -O0 -fPIC --coverage
CFLAGS_fuzz    := -O1 -fPIC -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS_release := -Wl,-z,relro,-z,now
LDFLAGS_asan   := -fsanitize=address,undefined
LDFLAGS_tsan   := -fsanitize=thread
LDFLAGS_cov    := --coverage
LDFLAGS_fuzz   := -fsanitize=address,undefined
override CFLAGS  := $(COMMON) $(CFLAGS_$(BUILD)) $(CFLAGS)
override LDFLAGS := $(LDFLAGS_$(BUILD)) $(LDFLAGS)
LIB_LIBS := -lstreamvbyte -lzstd -lxxhash -ldeflate -lz -lutf8proc -lm
LIBS     := $(LIB_LIBS) -lsqlite3 -lsodium -lssl -lcrypto -lpthread -ldl

LIB_C   := $(sort $(wildcard $(LIBRARY:%=src/%/*.c)))
PROG_C  := $(sort $(wildcard $(PROGRAM:%=src/%/*.c)))
CLI_C   := $(sort $(wildcard src/cli/*.c))
UNIT_C  := $(sort $(wildcard tests/unit/*.c))
FUZZ_C  := $(sort $(wildcard tests/fuzz/*_fuzz.c))
obj      = $(patsubst %.c,$(O)/%.o,$(patsubst %.S,$(O)/%.o,$(1)))
PROG_A  := $(O)/firsthand.program.a

# SQL and lists of words lie in files of their own and are embedded (migrations.S, embedded.S).
PROG_S  := $(wildcard src/store/*.S src/app/*.S src/api/*.S)

# The web UI: built once for all variants, when something of it has changed. What it
# needs from npm is installed when package-lock.json is newer.
WEB    := build/web/table.c
WEB_IN := $(shell find web/src -type f) web/build.mjs web/package-lock.json web/tsconfig.json
$(WEB) build/web/assets.S &: $(WEB_IN) web/node_modules/.package-lock.json
	node web/build.mjs
web/node_modules/.package-lock.json: web/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: run tools/setup build" >&2; exit 1; }
	cd web && npm ci --silent --no-audit --no-fund && touch node_modules/.package-lock.json
web: $(WEB)

all: $(O)/firsthand $(O)/libfirsthand.a $(O)/libfirsthand.so

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
$(O)/%.o: %.S $(wildcard src/store/migrations/*.sql src/app/words/*.txt src/api/*.json)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -c $< -o $@

$(O)/libfirsthand.a: $(call obj,$(LIB_C))
	@rm -f $@
	$(AR) rcs $@ $^
$(O)/build/web/assets.o: $(WEB)
$(PROG_A): $(call obj,$(PROG_C) $(PROG_S) $(WEB) build/web/assets.S)
	@rm -f $@
	$(AR) rcs $@ $^
$(O)/libfirsthand.so: $(call obj,$(LIB_C))
	$(CC) $(LDFLAGS) -shared -Wl,-soname,libfirsthand.so.0 -o $@ $^ $(LIB_LIBS)
$(O)/firsthand: $(call obj,$(CLI_C)) $(PROG_A) $(O)/libfirsthand.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

# One program per test file, so that a failure names its file and a rebuild is short.
UNITS := $(patsubst tests/unit/%_test.c,$(O)/tests/unit/%_test,$(filter %_test.c,$(UNIT_C)))
HARNESS := $(call obj,$(filter-out %_test.c,$(UNIT_C)))
$(O)/tests/unit/%_test: $(O)/tests/unit/%_test.o $(HARNESS) $(PROG_A) $(O)/libfirsthand.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka
unit: $(UNITS)
	@tools/rununits $(O) $(T)

REPLAY := $(FUZZ_C:tests/fuzz/%_fuzz.c=$(O)/tests/fuzz/%_replay)
$(O)/tests/fuzz/%_replay: $(O)/tests/fuzz/%_fuzz.o $(O)/tests/fuzz/replay.o $(PROG_A) $(O)/libfirsthand.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(O)/tests/fuzz/%_fuzz: $(O)/tests/fuzz/%_fuzz.o $(PROG_A) $(O)/libfirsthand.a
	$(CC) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS)

KILLS_C   := $(sort $(wildcard tests/kills/*.c))
KILLS_BIN := $(KILLS_C:%.c=$(O)/%)

check: all $(UNITS) $(REPLAY) $(KILLS_BIN)
	@tools/runtests $(O)

# The README's two commands.
demo:
	@tools/setup build
	@$(MAKE) -s all
	@tools/demo $(O)/firsthand
test:
	@tools/setup test
	@tools/test

lint: all
	tools/checkdeps
	tools/checksyms $(O)/libfirsthand.a
	tools/checkheaders $(CC)
	tools/checkstyle
	web/node_modules/.bin/tsc -p web
	tools/websize

fuzz:
	$(MAKE) CC=clang BUILD=fuzz $(FUZZ_C:tests/fuzz/%.c=build/fuzz/tests/fuzz/%)
	tools/runfuzz build/fuzz $(FUZZ_SECONDS)

$(O)/tests/kills/%: $(O)/tests/kills/%.o $(PROG_A) $(O)/libfirsthand.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
kills: all $(KILLS_BIN)
	tests/kills/run $(O) $(KILLS)

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
	install -d $(DESTDIR)$(prefix)/lib/systemd/system
	sed 's|@prefix@|$(prefix)|' packaging/firsthand@.service \
	    > $(DESTDIR)$(prefix)/lib/systemd/system/firsthand@.service
	$(O)/firsthand completion bash > $(DESTDIR)$(prefix)/share/bash-completion/completions/firsthand
	sed 's|@prefix@|$(prefix)|; s|@version@|$(VERSION)|' firsthand.pc.in \
	    > $(DESTDIR)$(prefix)/lib/pkgconfig/firsthand.pc

clean:
	rm -rf build

.PHONY: all web unit check demo test lint fuzz kills bench bench-live install clean
.SECONDARY:
-include $(shell find $(O) -name '*.d' 2>/dev/null)
