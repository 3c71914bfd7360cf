/* evidence.c - the messages behind a finding, read from the interactions when somebody looks:
 * what was erased or let go is not there any more. */
#include "app/find/show_parts.h"

#include "app/ask/ask.h"
#include "base/hex.h"
#include "base/put.h"

#include <stdio.h>

fh_status fh_evidence_open(fh_org *org, fh_arena *arena, fh_evidence *out, fh_error *err)
{
    fh_evidence e = {.org = org, .arena = arena};
    fh_str usage;
    fh_error damaged = {0};
    e.reader = fh_json_reader_new(NULL, FH_SAID_TOKENS);
    fh_status s = e.reader ? fh_find_names_read(org, arena, &e.names, err) : fh_no_memory(err);
    if (!s) s = fh_org_zone(org, arena, &e.zone, err);
    if (!s) s = fh_lexicon_new(NULL, &e.lexicon, err);
    if (!s) s = fh_find_state_get(org, FH_STR("usage"), arena, &usage, err);
    if (!s && usage.len) {
        s = fh_usage_new(NULL, &e.usage, err);
        if (!s && fh_usage_decode(e.usage, usage, &damaged)) {
            fh_usage_free(e.usage);
            e.usage = NULL;
        }
    }
    if (s)
        fh_evidence_close(&e);
    else
        *out = e;
    return s;
}

void fh_evidence_close(fh_evidence *e)
{
    fh_json_reader_free(e->reader);
    fh_usage_free(e->usage);
    fh_lexicon_free(e->lexicon);
    *e = (fh_evidence){0};
}

fh_status fh_evidence_find(const fh_evidence *e, uint32_t customer, uint64_t id, int64_t at_ms,
                           fh_message *out, bool *found, fh_error *err)
{
    const fh_told *told = NULL;
    size_t n = 0;
    fh_error none = {0};
    fh_status s = fh_store_story(e->org, customer, e->arena, &told, &n, &none);
    *found = false;
    if (s == FH_NOTFOUND) return FH_OK;
    if (s) {
        if (err) *err = none;
        return s;
    }
    for (size_t i = 0; i < n; i++) {
        if (id ? told[i].id != id : told[i].at_ms != at_ms) continue;
        out->told = &told[i];
        out->role = (fh_str){0};
        *found = true;
        return fh_said_read(e->reader, told[i].payload, e->arena, &out->said, err);
    }
    return FH_OK;
}

/* ---- As JSON -------------------------------------------------------------------------------- */

static void put_name(fh_json *j, const char *key, const fh_names *names, uint32_t number)
{
    fh_put_text_or_null(j, key, number && number < names->n ? names->name[number] : (fh_str){0});
}

void fh_message_json(const fh_evidence *e, const fh_message *m, fh_json *j)
{
    static const char *const directions[] = {"", "in", "out", "internal"};
    char id[24];
    const fh_told *t = m->told;
    (void)snprintf(id, sizeof id, "%016llx", (unsigned long long)t->id);
    fh_json_object(j);
    fh_put_word(j, "id", id);
    fh_put_int(j, "at_ms", t->at_ms);
    put_name(j, "department", &e->names.department, t->department);
    put_name(j, "channel", &e->names.channel, t->channel);
    put_name(j, "touchpoint", &e->names.touchpoint, t->touchpoint);
    fh_put_text_or_null(j, "purpose", m->said.purpose);
    fh_put_text_or_null(j, "signatory", m->said.signatory);
    fh_put_text_or_null(j, "role", m->role);
    fh_put_text_or_null(j, "subject", m->said.subject);
    fh_put_text(j, "text", m->said.text);
    fh_put_text(j, "direction",
                fh_str_of(directions[t->direction < FH_N_DIRECTIONS ? t->direction : 0]));
    fh_json_end_object(j);
}

fh_status fh_message_read(const fh_evidence *e, const fh_message *m, fh_text *out, fh_error *err)
{
    const fh_text_about about = {
        .sent_ms = m->told->at_ms,
        .offset_s = e->zone ? fh_zone_offset(e->zone, m->told->at_ms) : 0,
        .language = m->said.language.len ? fh_lexicon_language(e->lexicon, m->said.language) : 0,
    };
    return fh_text_read(e->lexicon, m->said.text, &about, e->arena, out, err);
}

/* UTF-16 units of the first n bytes; what is no UTF-8 counts as the one sign it is shown as. */
static uint32_t units(fh_str text, size_t n)
{
    uint32_t sum = 0;
    if (n > text.len) n = text.len;
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if ((c & 0xc0) != 0x80) sum += c >= 0xf0 ? 2 : 1;
    }
    return sum;
}

fh_status fh_fact_json(const fh_evidence *e, const fh_text *text, uint32_t fact, uint32_t sentence,
                       fh_json *j, fh_error *err)
{
    fh_buf says;
    size_t at = 0, len = 0;
    fh_status s = FH_OK;
    (void)e;
    fh_buf_init(&says, NULL, 1 << 12);
    if (fact < text->n_facts) {
        at = text->fact[fact].at;
        len = text->fact[fact].len;
        s = fh_fact_say(&text->fact[fact], &says, err);
    } else if (sentence < text->n_sentences) {
        at = text->sentence[sentence].at;
        len = text->sentence[sentence].len;
    }
    if (at > text->raw.len) at = text->raw.len;
    if (len > text->raw.len - at) len = text->raw.len - at;
    if (!s && !says.len) fh_buf_str(&says, (fh_str){text->raw.ptr + at, len});
    if (!s && says.status) s = fh_no_memory(err);
    const uint32_t from = units(text->raw, at);
    fh_json_object(j);
    fh_put_number(j, "at", from);
    fh_put_number(j, "len", units(text->raw, at + len) - from);
    fh_put_text(j, "says", fh_buf_view(&says));
    fh_json_end_object(j);
    fh_buf_free(&says);
    return s;
}
