/* config_fuzz.c - any bytes read as settings: every mistake says where it is and what
 * to do, and what is printed is read as the same. */
#include "app/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(void *ctx, const fh_error *fault)
{
    size_t *n = ctx;
    if (!fault->message[0] || !fault->hint[0] || fault->status == FH_OK) abort();
    ++*n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_config *c = NULL, *again = NULL;
    fh_error err = {0};
    size_t faults = 0;
    fh_buf page;
    fh_buf_init(&page, NULL, 1 << 24);
    if (!arena || fh_config_new(arena, &c, &err) || fh_config_new(arena, &again, &err)) abort();
    const fh_str text = {(const char *)data, size};
    const fh_status status = fh_config_text(c, FH_STR("f"), text, take, &faults, &err);
    if ((status != FH_OK) != (faults > 0)) abort();
    for (size_t i = 0; i < FH_N_CONFIG; i++) {
        const fh_config_key *key = &fh_config_keys[i];
        const bool ranged = key->type != FH_CONFIG_FLAG && key->type != FH_CONFIG_CHOICE;
        const int64_t v = c->value[i].number;
        if (ranged && (v < key->fewest || v > key->most)) abort();
    }
    fh_config_print(c, true, &page);
    if (page.status || fh_config_text(again, FH_STR("p"), fh_buf_view(&page), NULL, NULL, &err))
        abort();
    for (size_t i = 0; i < FH_N_CONFIG; i++)
        if (c->value[i].number != again->value[i].number ||
            !fh_str_eq(c->value[i].text, again->value[i].text))
            abort();
    faults = 0;
    if (fh_config_check(c, take, &faults, &err) != FH_OK && faults == 0) abort();
    fh_buf_free(&page);
    fh_arena_free(arena);
    return 0;
}
