/* orgfile_fuzz.c - an organisation's file with bytes changed: opening, scanning,
 * telling stories and checking give an error with words or come back with data,
 * and what comes back obeys the rules every fold relies on.
 *
 * The input is a list of changes to a small valid file made at the first run:
 * page u8, place in the page u16, byte u8.
 */
#include "store/segments.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FILE = 1 << 22, PAGE = 16384 };

static char path[64];
static unsigned char model[MAX_FILE];
static size_t model_size;

#define MUST(condition)         \
    do {                        \
        if (!(condition)) {     \
            perror(#condition); \
            abort();            \
        }                       \
    } while (0)

static void remove_file(void)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        char name[80];
        (void)snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

static void put(fh_org *org, uint32_t origin, bool inbox)
{
    fh_builder *b = NULL;
    const fh_segment *seg = NULL;
    const fh_str *payload = NULL;
    MUST(fh_builder_new(NULL, &b, NULL) == FH_OK);
    for (uint32_t i = 0; i < 40; i++) {
        const fh_row row = {.customer = 1 + i % 9,
                            .at_s = 1700000000 + i * i * origin,
                            .touchpoint = 1,
                            .origin = origin,
                            .id = i % 3 ? 0 : FH_ID_GIVEN | i,
                            .payload = FH_STR("{\"a\":1}")};
        MUST(fh_builder_add(b, &row, 1, NULL) == FH_OK);
    }
    MUST(fh_builder_sort(b, NULL) == FH_OK);
    MUST(fh_builder_next(b, &seg, &payload, NULL) == FH_OK);
    MUST((inbox ? fh_store_put_inbox(org, seg, payload, NULL)
                : fh_store_put_delta(org, seg, payload, NULL)) == FH_OK);
    fh_builder_free(b);
}

static void make_model(void)
{
    fh_org *org = NULL;
    uint32_t number = 0;
    uint64_t n = 0;
    (void)snprintf(path, sizeof path, "%s/fh_fuzz_%d.fh",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (int)getpid());
    remove_file();
    MUST(fh_org_create(fh_os_real(), path, FH_STR("Acme"), NULL) == FH_OK);
    MUST(fh_org_open(fh_os_real(), path, FH_ORG_WRITE, &org, NULL) == FH_OK);
    MUST(fh_dict_intern(org, FH_DICT_TOUCHPOINT, FH_STR("call"), &number, NULL) == FH_OK);
    put(org, 1, false);
    MUST(fh_store_merge(org, NULL, NULL, &n, NULL) == FH_OK);
    put(org, 2, false);
    put(org, 3, true);
    fh_org_close(org);
    FILE *f = fopen(path, "rb");
    MUST(f);
    model_size = fread(model, 1, sizeof model, f);
    MUST(model_size > 0 && model_size < sizeof model && fclose(f) == 0);
}

static void obeys_the_rules(const fh_segment *seg)
{
    MUST(seg->n_stories > 0 && seg->start[0] == 0 && seg->start[seg->n_stories] == seg->n);
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        MUST(seg->start[s] < seg->start[s + 1]);
        MUST(s == 0 || seg->customer[s - 1] < seg->customer[s]);
    }
}

static void no_fault(void *ctx, const char *sentence)
{
    (void)ctx;
    MUST(sentence[0]);
}

static void read_everything(fh_org *org)
{
    fh_scan *scan = NULL;
    const fh_segment *seg = NULL;
    const fh_told *told = NULL;
    size_t n_told = 0;
    uint64_t n = 0;
    fh_error err = {0};
    if (fh_scan_open(org, FH_COLS_ALL, 1, UINT32_MAX, &scan, &err) == FH_OK) {
        while (fh_scan_next(scan, 0, &seg, &err) == FH_OK && seg) obeys_the_rules(seg);
        fh_scan_close(scan);
    }
    fh_arena *arena = fh_arena_new(NULL);
    if (fh_store_story(org, 4, arena, &told, &n_told, &err) != FH_OK) MUST(err.message[0]);
    fh_arena_free(arena);
    const fh_status status = fh_store_check(org, no_fault, NULL, &n, &err);
    MUST(status == FH_OK || err.message[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned char changed[MAX_FILE];
    if (model_size == 0) make_model();
    memcpy(changed, model, model_size);
    for (size_t i = 0; i + 4 <= size; i += 4) {
        const size_t at = (size_t)data[i] * PAGE + ((size_t)data[i + 1] << 8 | data[i + 2]);
        if (at < model_size) changed[at] = data[i + 3];
    }
    remove_file();
    FILE *f = fopen(path, "wb");
    MUST(f && fwrite(changed, 1, model_size, f) == model_size && fclose(f) == 0);
    fh_org *org = NULL;
    fh_error err = {0};
    if (fh_org_open(fh_os_real(), path, FH_ORG_READ, &org, &err) == FH_OK) {
        read_everything(org);
        fh_org_close(org);
    } else {
        MUST(err.message[0]);
    }
    remove_file();
    return 0;
}
