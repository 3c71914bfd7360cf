/* import_result.c - copies for the result of an import (see import_result.h). */
#include "app/data/import_result.h"

#include <string.h>

void fh_result_begin(fh_import_result *out)
{
    out->n_samples = out->n_rejects = out->n_columns = 0;
    out->samples = NULL;
    out->rejects = NULL;
    out->columns = NULL;
    out->mapping = (fh_str){0};
}

static bool keep(fh_arena *arena, fh_str *s)
{
    return s->len == 0 || fh_arena_str(arena, *s, s);
}

/* Room for one more in a list that doubles; *list is replaced. */
static bool one_more(fh_arena *arena, const void **list, size_t n, size_t size)
{
    if (n & (n - 1)) return true; /* room is made at 0, 1, 2, 4, 8 ... */
    void *bigger = fh_arena_alloc(arena, n ? 2 * n : 1, size);
    if (!bigger) return false;
    if (n) memcpy(bigger, *list, n * size);
    *list = bigger;
    return true;
}

fh_status fh_result_sample(fh_import_result *out, const fh_interaction *row, size_t most,
                           fh_arena *arena, fh_error *err)
{
    const void *list = out->samples;
    if (out->n_samples >= most) return FH_OK;
    fh_interaction copy = *row;
    fh_str *const texts[] = {&copy.touchpoint, &copy.channel,  &copy.department, &copy.outcome,
                             &copy.problem,    &copy.currency, &copy.source_id,  &copy.text,
                             &copy.subject,    &copy.purpose,  &copy.signatory,  &copy.language,
                             &copy.thread,     &copy.sender,   &copy.payload};
    bool ok = one_more(arena, &list, out->n_samples, sizeof copy);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) ok = ok && keep(arena, texts[i]);
    for (uint32_t i = 0; i < copy.n_identifiers; i++)
        ok = ok && keep(arena, &copy.identifier[i].kind) && keep(arena, &copy.identifier[i].value);
    if (!ok) return fh_no_memory(err);
    memcpy((char *)(uintptr_t)list + out->n_samples * sizeof copy, &copy, sizeof copy);
    out->samples = list;
    out->n_samples++;
    return FH_OK;
}

fh_status fh_result_reject(fh_import_result *out, const fh_reject *reject, fh_arena *arena,
                           fh_error *err)
{
    const void *list = out->rejects;
    fh_reject copy = *reject;
    if (!one_more(arena, &list, out->n_rejects, sizeof copy) || !keep(arena, &copy.column_name) ||
        !keep(arena, &copy.reason) || !keep(arena, &copy.hint) || !keep(arena, &copy.text))
        return fh_no_memory(err);
    memcpy((char *)(uintptr_t)list + out->n_rejects * sizeof copy, &copy, sizeof copy);
    out->rejects = list;
    out->n_rejects++;
    return FH_OK;
}

fh_status fh_result_mapping(fh_import_result *out, const fh_reader *reader, fh_arena *arena,
                            fh_error *err)
{
    const fh_mapping *mapping = fh_reader_mapping(reader);
    if (!mapping || out->mapping.len) return FH_OK;
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 20);
    fh_mapping_print(mapping, &text);
    const bool ok = text.status == FH_OK && fh_arena_str(arena, fh_buf_view(&text), &out->mapping);
    fh_buf_free(&text);
    return ok ? FH_OK : fh_no_memory(err);
}

fh_status fh_result_columns(fh_import_result *out, const fh_reader *reader, fh_arena *arena,
                            fh_error *err)
{
    size_t n = 0;
    const fh_column_note *from = fh_reader_columns(reader, &n);
    const fh_status status = fh_result_mapping(out, reader, arena, err);
    if (status != FH_OK || n == 0 || !from) return status;
    out->delimiter = fh_reader_delimiter(reader);
    out->decimal_comma = fh_reader_decimal_comma(reader);
    fh_column_note *to = FH_NEW_ARRAY(arena, fh_column_note, n);
    if (!to) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        to[i] = from[i];
        if (!keep(arena, &to[i].name) || !keep(arena, &to[i].field) || !keep(arena, &to[i].why) ||
            !keep(arena, &to[i].sample))
            return fh_no_memory(err);
        fh_str *first = FH_NEW_ARRAY(arena, fh_str, from[i].n_first + 1);
        if (!first) return fh_no_memory(err);
        for (uint32_t k = 0; k < from[i].n_first; k++) {
            first[k] = from[i].first[k];
            if (!keep(arena, &first[k])) return fh_no_memory(err);
        }
        to[i].first = first;
    }
    out->columns = to;
    out->n_columns = n;
    return FH_OK;
}
