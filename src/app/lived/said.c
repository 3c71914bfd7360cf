/* said.c - what stands in a payload that people read (see said.h). */
#include "app/lived/said.h"

#include "base/time.h"

#include <string.h>

fh_str fh_first_line(fh_str text)
{
    text = fh_str_trim(text);
    const char *end = text.len ? memchr(text.ptr, '\n', text.len) : NULL;
    if (end) text.len = (size_t)(end - text.ptr);
    return fh_str_trim(text);
}

/* Empty when there is no such text. */
static fh_status text_of(const fh_json_doc *doc, const char *key, fh_arena *arena, fh_str *out,
                         fh_error *err)
{
    const uint32_t at = fh_json_get(doc, 0, fh_str_of(key));
    if (!at || doc->token[at].type != FH_JSON_STRING) return FH_OK;
    if (!fh_json_text(doc, at, arena, out)) return fh_no_memory(err);
    *out = fh_str_trim(*out);
    return FH_OK;
}

fh_status fh_said_read(fh_json_reader *reader, fh_str payload, fh_arena *arena, fh_said *out,
                       fh_error *err)
{
    fh_said said = {.promise_until_ms = INT64_MIN};
    fh_json_doc doc;
    fh_error wrong = {0};
    fh_str until = {0};
    int64_t by = 0;
    *out = said;
    if (!payload.len) return FH_OK;
    const fh_status read = fh_json_read(reader, payload, &doc, &wrong);
    if (read == FH_NOMEM) return fh_no_memory(err);
    if (read || !doc.n_tokens) return FH_OK;
    out->is_json = said.is_json = true;
    if (doc.token[0].type != FH_JSON_OBJECT) return FH_OK;
    const struct {
        const char *key;
        fh_str *to;
    } members[] = {{"text", &said.text},
                   {"subject", &said.subject},
                   {"purpose", &said.purpose},
                   {"signatory", &said.signatory},
                   {"language", &said.language},
                   {"thread", &said.thread},
                   {"role", &said.role},
                   {"reason", &said.reason},
                   {"told", &said.told},
                   {"promise", &said.promise},
                   {"promise_until", &until},
                   {"accepts", &said.accepts},
                   {"takes_back", &said.takes_back}};
    fh_status s = FH_OK;
    for (size_t i = 0; i < sizeof members / sizeof members[0] && !s; i++)
        s = text_of(&doc, members[i].key, arena, members[i].to, err);
    if (s) return s;
    if (until.len && !fh_time_iso(until, NULL, &said.promise_until_ms))
        said.promise_until_ms = INT64_MIN;
    const uint32_t person = fh_json_get(&doc, 0, FH_STR("by"));
    if (person && doc.token[person].type == FH_JSON_NUMBER && fh_json_i64(&doc, person, &by) &&
        by > 0 && by <= UINT32_MAX)
        said.by = (uint32_t)by;
    *out = said;
    return FH_OK;
}
