/* map_forms_fuzz.c - any bytes read as a CJML file and as a Mermaid diagram: what was read is
 * sound, can be drawn, and is read again from what is written.
 */
#include "firsthand/map.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef fh_status writer(const fh_map *map, fh_buf *out, fh_error *err);
typedef fh_status form_reader(fh_str text, fh_arena *arena, fh_map *out, size_t *n_passed,
                              fh_error *err);

static void there_and_back(fh_str text, form_reader *read, writer *write)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_error err = {0};
    fh_map map, again;
    fh_buf out;
    size_t passed;
    if (!arena) abort();
    fh_buf_init(&out, NULL, SIZE_MAX);
    const fh_status status = read(text, arena, &map, &passed, &err);
    if (status && !err.message[0]) abort();
    if (!status) {
        if (fh_map_check(&map, NULL) || write(&map, &out, NULL)) abort();
        if (read(fh_buf_view(&out), arena, &again, &passed, NULL)) abort();
        if (again.n_touchpoints != map.n_touchpoints) abort();
        fh_buf_clear(&out);
        if (fh_map_draw(&map, NULL, &out, NULL)) abort();
    }
    fh_buf_free(&out);
    fh_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const fh_str text = {(const char *)data, size};
    there_and_back(text, fh_map_parse_cjml, fh_map_print_cjml);
    there_and_back(text, fh_map_parse_mermaid, fh_map_print_mermaid);
    return 0;
}
