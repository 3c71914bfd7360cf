/* mapping_fuzz.c - any bytes read as a mapping: what is printed is read as the same. */
#include "firsthand/parse.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_mapping *mapping = NULL, *again = NULL;
    fh_error err = {0};
    fh_buf one, two;
    fh_buf_init(&one, NULL, 1 << 24);
    fh_buf_init(&two, NULL, 1 << 24);
    if (!arena) abort();
    const fh_status status =
        fh_mapping_parse(arena, (fh_str){(const char *)data, size}, &mapping, &err);
    if (status && (mapping || !err.message[0] || !err.hint[0])) abort();
    if (!status) {
        fh_mapping_print(mapping, &one);
        if (fh_mapping_parse(arena, fh_buf_view(&one), &again, &err)) abort();
        fh_mapping_print(again, &two);
        if (!fh_str_eq(fh_buf_view(&one), fh_buf_view(&two))) abort();
    }
    fh_buf_free(&one);
    fh_buf_free(&two);
    fh_arena_free(arena);
    return 0;
}
