/* job_params.c - a job's parameters as an option table reads them.
 *
 * A text is itself, a number its own digits, true sets a flag, false and null leave
 * it out, an array gives a list one by one.
 */
#include "app/jobs/job_params.h"

#include "base/nearest.h"

#include <string.h>

enum { PARAMS_MAX = 1 << 20, PARAMS_TOKENS = 1 << 14, OPTIONS_MAX = 64 };

typedef struct reading {
    const fh_job_kind *kind;
    const fh_option *option; /* [n] */
    size_t n;
    fh_arena *arena;
    const fh_json_doc *doc;
    void *options;
    bool needed; /* what the kind needs was there */
} reading;

static bool same_name(const char *option, fh_str key)
{
    size_t i = 0;
    while (i < key.len && option[i] &&
           (option[i] == '-' ? '_' : option[i]) == (key.ptr[i] == '-' ? '_' : key.ptr[i]))
        i++;
    return i == key.len && !option[i];
}

static fh_status unknown(const reading *r, fh_str key, fh_error *err)
{
    fh_str names[OPTIONS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < r->n && n < OPTIONS_MAX; i++)
        if (r->option[i].name[0]) names[n++] = fh_str_of(r->option[i].name);
    (void)fh_fail(err, FH_INVALID, "a job '%s' has no parameter '%.*s'", r->kind->name,
                  key.len > 60 ? 60 : (int)key.len, key.len ? key.ptr : "");
    const size_t near = fh_nearest(key, names, n);
    if (near < n) return fh_hint(err, FH_INVALID, "Did you mean '%.*s'?", FH_STR_ARG(names[near]));
    return fh_hint(err, FH_INVALID, "The handbook's page on jobs lists what it takes.");
}

static fh_status set_one(reading *r, const fh_option *o, uint32_t token, fh_error *err)
{
    const fh_json_token *t = &r->doc->token[token];
    fh_str value;
    switch ((fh_json_type)t->type) {
    case FH_JSON_NULL:
    case FH_JSON_FALSE: return FH_OK;
    case FH_JSON_TRUE: value = FH_STR("yes"); break;
    case FH_JSON_NUMBER: value = fh_json_raw(r->doc, token); break;
    case FH_JSON_STRING:
        if (!fh_json_text(r->doc, token, r->arena, &value)) return fh_no_memory(err);
        break;
    case FH_JSON_ARRAY:
    case FH_JSON_OBJECT:
        (void)fh_fail(err, FH_INVALID, "%s is neither a text nor a number", o->name);
        return fh_hint(err, FH_INVALID, "Only lists of names may be an array.");
    }
    if ((o->kind == FH_OPTION_FLAG) != (t->type == FH_JSON_TRUE)) {
        (void)fh_fail(err, FH_INVALID, "%s is of another type", o->name);
        return fh_hint(err, FH_INVALID,
                       o->kind == FH_OPTION_FLAG ? "Write true or false."
                                                 : "Write a text or a number.");
    }
    /* NUL-terminated, and none inside: it may become a file's or a zone's name. */
    if (memchr(value.ptr, '\0', value.len)) return fh_fail(err, FH_INVALID, "%s: a NUL", o->name);
    if (!fh_arena_str(r->arena, value, &value)) return fh_no_memory(err);
    return fh_option_set(o, "", r->arena, r->options, value, err);
}

static fh_status set_member(reading *r, uint32_t key, fh_error *err)
{
    fh_str name;
    if (!fh_json_text(r->doc, key, r->arena, &name)) return fh_no_memory(err);
    const fh_option *o = NULL;
    for (size_t i = 0; i < r->n && !o; i++)
        if (r->option[i].name[0] && same_name(r->option[i].name, name)) o = &r->option[i];
    if (!o) return unknown(r, name, err);
    if (r->kind->needs && strcmp(o->name, r->kind->needs) == 0) r->needed = true;
    const uint32_t value = key + 1;
    const fh_json_token *t = &r->doc->token[value];
    if (t->type != FH_JSON_ARRAY || o->kind != FH_OPTION_LIST) return set_one(r, o, value, err);
    fh_status status = FH_OK;
    for (uint32_t i = value + 1; i < t->next && status == FH_OK; i = r->doc->token[i].next)
        status = set_one(r, o, i, err);
    return status;
}

static fh_status set_all(reading *r, fh_error *err)
{
    const fh_json_token *whole = &r->doc->token[0];
    if (whole->type != FH_JSON_OBJECT) {
        (void)fh_fail(err, FH_INVALID, "the parameters of a job are a JSON object");
        return fh_hint(err, FH_INVALID, "Write {} when there are none.");
    }
    fh_status status = FH_OK;
    for (uint32_t key = 1; key < whole->next && status == FH_OK; key = r->doc->token[key + 1].next)
        status = set_member(r, key, err);
    if (status != FH_OK || r->needed || !r->kind->needs) return status;
    (void)fh_fail(err, FH_INVALID, "a job '%s' needs the parameter '%s'", r->kind->name,
                  r->kind->needs);
    return fh_hint(err, FH_INVALID, "The handbook's page on jobs says what it is.");
}

fh_status fh_job_params(const fh_job_kind *kind, fh_str params, fh_arena *arena, void **options,
                        fh_error *err)
{
    static const fh_option none[] = {{0}};
    if (params.len > PARAMS_MAX) return fh_fail(err, FH_LIMIT, "the parameters are too long");
    fh_json_doc doc;
    fh_option *flat = NULL;
    reading r = {.kind = kind, .arena = arena, .doc = &doc};
    fh_status status =
        fh_options_flat(kind->options ? kind->options : none, 0, arena, &flat, &r.n, err);
    r.option = flat;
    r.options = fh_arena_alloc(arena, 1, kind->options_size + 1);
    if (status == FH_OK && !r.options) status = fh_no_memory(err);
    fh_json_reader *reader =
        status == FH_OK ? fh_json_reader_new(fh_arena_allocator(arena), PARAMS_TOKENS) : NULL;
    if (status == FH_OK && !reader) status = fh_no_memory(err);
    if (status == FH_OK) status = fh_json_read(reader, params, &doc, err);
    if (status == FH_OK) status = set_all(&r, err);
    fh_json_reader_free(reader);
    if (status == FH_OK) *options = r.options;
    return status;
}
