/* xes.c - event logs in XES (IEEE 1849), as a stream.
 *
 * The log is read element by element (xml.c): extensions, globals, classifiers and
 * the log's own attributes one at a time, traces by their start and end tags, and
 * within a trace its attributes and events one at a time. Of a trace only the
 * attributes that are mapped are kept, in bytes of their own, because a trace is
 * longer than a batch or a piece of the file:
 *
 *     <trace> attributes -> trace bytes -> copied once for each batch of its events
 *             <event> attributes -> cells -> interaction
 *
 * A column is an attribute's key; "case:KEY" is the trace's attribute,
 * "classifier:NAME" the classifier's keys joined with +.
 */
#include "parse/reader.h"

#include "base/intern.h"
#include "base/json_plain.h"
#include "base/put.h"
#include "parse/xml.h"

#include <stdio.h>
#include <string.h>

enum {
    MAX_WANTED = 64,
    MAX_COLUMNS = 512,
    MAX_KEYS = 16,
    SAMPLE = 200,
    TRACE_BYTES = 1 << 20,
    HEAD_BYTES = 256 << 10
};

typedef enum phase { PROLOG, LOG, TRACE, DONE } phase;

/* An attribute of events or traces that a column needs. */
typedef struct wanted {
    fh_str key;
    fh_str fallback;  /* the global default; empty: none */
    size_t from, len; /* of a trace: its value in the trace bytes */
    fh_str value;     /* for the event at hand */
    uint32_t column;  /* its cell; FH_NO_SLOT: only a part of a classifier */
    bool mapped;
} wanted;

typedef struct classifier {
    fh_str name, keys;
} classifier;

/* A classifier that a column asks for, with its keys as indexes into `event`. */
typedef struct joined {
    uint32_t column, n_keys, key[MAX_KEYS];
} joined;

typedef struct xes {
    fh_xml xml;
    phase phase;
    bool latin1;
    bool bound; /* columns are known: give rows */
    uint32_t n_event, n_trace, n_joined;
    wanted event[MAX_WANTED], trace[MAX_WANTED]; /* trace[0]: concept:name */
    joined joined[MAX_WANTED];
    uint32_t n_classifiers;
    classifier classifier[MAX_WANTED];
    fh_buf trace_bytes;
    bool published; /* the trace's values lie in this batch's scratch */
    uint64_t event_in_trace;
    fh_str *cell;     /* [n_columns] */
    fh_intern *names; /* while the head is surveyed: columns by name */
    fh_str *sample;   /* then [SAMPLE * n_columns] */
    uint32_t n_sampled;
    size_t column;        /* bytes of the line before what is read next */
    fh_str *trace_sample; /* [n_columns] of the trace at hand */
} xes;

/* ---- Errors ---------------------------------------------------------------------------- */

/* The line begins `x->column` bytes before `text`. */
static fh_status broken(const fh_reader *r, const xes *x, const char *text, const char *at,
                        const char *what, fh_error *err)
{
    const uint64_t line = r->line + (at > text ? fh_count_newlines(text, (size_t)(at - text)) : 0);
    const char *from = at;
    while (from > text && from[-1] != '\n') from--;
    const size_t column = (size_t)(at - from) + 1 + (from == text ? x->column : 0);
    (void)fh_fail(err, FH_FORMAT, "line %llu, column %zu: %s", (unsigned long long)line, column,
                  what);
    return fh_hint(err, FH_FORMAT,
                   strcmp(what, "a DOCTYPE is not accepted") == 0
                       ? "Remove the DOCTYPE; an event log needs none."
                       : "The file is not well-formed XML there. Export the log again, or mend it "
                         "and import it again.");
}

/* ---- What the log says about itself ------------------------------------------------------- */

static bool value_text(const xes *x, const fh_xml_tag *tag, fh_arena *arena, fh_str *out,
                       bool *good)
{
    const fh_xml_text t = fh_xml_value(tag->value, tag->value_flags, x->latin1, arena, out);
    *good = t == FH_XML_TEXT;
    return t != FH_XML_TEXT_NOMEM;
}

/* The raw attribute of the log's head as text, for good; false: out of memory. */
static bool keep_raw(const xes *x, fh_arena *arena, fh_str raw, fh_str *out)
{
    fh_str text = raw;
    const fh_xml_text t = fh_xml_value(raw, FH_XML_ENTITIES | FH_XML_HIGH, x->latin1, arena, &text);
    if (t == FH_XML_TEXT_NOMEM) return false;
    return fh_arena_str(arena, t == FH_XML_TEXT ? text : raw, out);
}

/* Defaults of a <global>. A default time or customer would be an invented one. */
static fh_status take_global(fh_reader *r, xes *x)
{
    const bool of_trace = fh_str_eq(x->xml.scope, FH_STR("trace"));
    wanted *list = of_trace ? x->trace : x->event;
    const uint32_t n = of_trace ? x->n_trace : x->n_event;
    for (uint32_t i = 1; i < x->xml.n; i++) {
        const fh_xml_tag *tag = &x->xml.tag[i];
        if (tag->depth != 1) continue;
        for (uint32_t w = of_trace; w < n; w++) {
            bool good;
            fh_str text;
            if (!fh_str_eq(list[w].key, tag->key)) continue;
            if (!value_text(x, tag, r->arena, &text, &good)) return FH_NOMEM;
            if (!good || fh_str_eq(tag->name, FH_STR("date"))) continue;
            if (of_trace && fh_str_eq(tag->key, FH_STR("concept:name"))) continue;
            if (!fh_arena_str(r->arena, text, &list[w].fallback)) return FH_NOMEM;
        }
    }
    return FH_OK;
}

static fh_status take_classifier(fh_reader *r, xes *x)
{
    if (x->bound || x->n_classifiers == MAX_WANTED) return FH_OK;
    classifier *c = &x->classifier[x->n_classifiers++];
    if (!keep_raw(x, r->arena, x->xml.title, &c->name)) return FH_NOMEM;
    return keep_raw(x, r->arena, x->xml.keys, &c->keys) ? FH_OK : FH_NOMEM;
}

/* ---- Traces --------------------------------------------------------------------------------- */

static fh_str with_prefix(char *space, size_t size, fh_str key)
{
    if (key.len + 5 > size) return (fh_str){"", 0};
    memcpy(space, "case:", 5);
    if (key.len) memcpy(space + 5, key.ptr, key.len);
    return (fh_str){space, key.len + 5};
}

static fh_status survey(fh_reader *r, xes *x, fh_str name, fh_str value, fh_str *row);

static fh_status take_trace_attribute(fh_reader *r, xes *x)
{
    const fh_xml_tag *tag = &x->xml.tag[0];
    bool good;
    fh_str text;
    if (!x->bound) {
        char space[256];
        if (!value_text(x, tag, r->arena, &text, &good)) return FH_NOMEM;
        return good
                   ? survey(r, x, with_prefix(space, sizeof space, tag->key), text, x->trace_sample)
                   : FH_OK;
    }
    for (uint32_t i = 0; i < x->n_trace; i++) {
        wanted *w = &x->trace[i];
        if (!fh_str_eq(w->key, tag->key) || w->len) continue;
        if (!value_text(x, tag, r->scratch, &text, &good)) return FH_NOMEM;
        if (!good) continue;
        w->from = x->trace_bytes.len;
        w->len = text.len;
        fh_buf_str(&x->trace_bytes, text);
        if (x->trace_bytes.status == FH_NOMEM) return FH_NOMEM;
        if (x->trace_bytes.status) w->len = 0;
        x->published = false;
    }
    return FH_OK;
}

static void begin_trace(xes *x, uint32_t n_columns)
{
    x->phase = TRACE;
    x->event_in_trace = 0;
    x->published = false;
    fh_buf_clear(&x->trace_bytes);
    for (uint32_t i = 0; i < x->n_trace; i++) x->trace[i].len = 0;
    if (!x->bound && x->trace_sample)
        for (uint32_t c = 0; c < n_columns; c++) x->trace_sample[c] = (fh_str){"", 0};
}

/* Puts the trace's values where the batch's slices may point. */
static bool publish(fh_reader *r, xes *x)
{
    fh_str bytes = {"", 0};
    if (x->trace_bytes.len && !fh_arena_str(r->scratch, fh_buf_view(&x->trace_bytes), &bytes))
        return false;
    for (uint32_t i = 0; i < x->n_trace; i++) {
        wanted *w = &x->trace[i];
        w->value = w->len ? (fh_str){bytes.ptr + w->from, w->len} : w->fallback;
        if (w->column != FH_NO_SLOT) x->cell[w->column] = w->value;
    }
    x->published = true;
    return true;
}

/* ---- Events --------------------------------------------------------------------------------- */

static bool join_classifier(const xes *x, const joined *j, fh_arena *arena, fh_str *out)
{
    size_t len = j->n_keys;
    for (uint32_t k = 0; k < j->n_keys; k++) len += x->event[j->key[k]].value.len;
    char *to = fh_arena_alloc(arena, len, 1);
    if (!to) return false;
    size_t n = 0;
    bool any = false;
    for (uint32_t k = 0; k < j->n_keys; k++) {
        const fh_str v = x->event[j->key[k]].value;
        if (k) to[n++] = '+';
        if (v.len) memcpy(to + n, v.ptr, v.len);
        n += v.len;
        any |= v.len > 0;
    }
    *out = (fh_str){to, any ? n : 0};
    return true;
}

/* Cells of the event in x->xml; `*bad_tag` is an attribute that is no text. */
static fh_status find_cells(fh_reader *r, xes *x, const fh_xml_tag **bad_tag)
{
    *bad_tag = NULL;
    if (!x->published && !publish(r, x)) return FH_NOMEM;
    for (uint32_t i = 0; i < x->n_event; i++) x->event[i].value = x->event[i].fallback;
    uint64_t told = 0; /* of two attributes with one key the first counts */
    for (uint32_t t = 1; t < x->xml.n; t++) {
        const fh_xml_tag *tag = &x->xml.tag[t];
        if (tag->depth != 1 || !tag->has_value) continue;
        for (uint32_t i = 0; i < x->n_event; i++) {
            wanted *w = &x->event[i];
            if (w->key.len != tag->key.len || (told >> i & 1) ||
                memcmp(w->key.ptr, tag->key.ptr, w->key.len) != 0)
                continue;
            bool good;
            if (!value_text(x, tag, r->scratch, &w->value, &good)) return FH_NOMEM;
            if (!good) *bad_tag = tag;
            told |= UINT64_C(1) << i;
        }
    }
    for (uint32_t i = 0; i < x->n_event; i++)
        if (x->event[i].column != FH_NO_SLOT) x->cell[x->event[i].column] = x->event[i].value;
    for (uint32_t i = 0; i < x->n_joined; i++)
        if (!join_classifier(x, &x->joined[i], r->scratch, &x->cell[x->joined[i].column]))
            return FH_NOMEM;
    return FH_OK;
}

static bool is_json_number(fh_str s)
{
    size_t i = s.len && s.ptr[0] == '-', digits = 0, decimals = 0;
    if (i < s.len && s.ptr[i] == '0' && i + 1 < s.len && s.ptr[i + 1] != '.') return false;
    for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++) digits++;
    if (i == s.len) return digits > 0;
    if (s.ptr[i++] != '.') return false;
    for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++) decimals++;
    return i == s.len && digits && decimals;
}

static void write_value(fh_json *j, const fh_xml_tag *tag, fh_str text)
{
    if (!tag->has_value)
        fh_json_null(j);
    else if ((fh_str_eq(tag->name, FH_STR("int")) || fh_str_eq(tag->name, FH_STR("float"))) &&
             is_json_number(text))
        fh_json_raw_value(j, text);
    else if (fh_str_eq(tag->name, FH_STR("boolean")) && fh_str_eq(text, FH_STR("true")))
        fh_json_bool(j, true);
    else if (fh_str_eq(tag->name, FH_STR("boolean")) && fh_str_eq(text, FH_STR("false")))
        fh_json_bool(j, false);
    else
        fh_json_str(j, text);
}

/* Writes the attribute at *t and all inside it, and moves *t behind them. One
 * that has others inside is {"value": ..., "attributes": [{"key": ...}]}. */
static bool write_attribute(fh_reader *r, const xes *x, fh_json *j, uint32_t *t)
{
    const uint32_t n = x->xml.n, first_depth = x->xml.tag[*t].depth;
    uint32_t depth = first_depth;
    for (uint32_t i = *t; i < n && (i == *t || x->xml.tag[i].depth > first_depth); i++) {
        const fh_xml_tag *tag = &x->xml.tag[i];
        fh_str text, key;
        bool good;
        if (!value_text(x, tag, r->scratch, &text, &good)) return false;
        if (!good) text = FH_STR("");
        for (; depth > tag->depth; depth--) {
            fh_json_end_array(j);
            fh_json_end_object(j);
        }
        const bool nests = i + 1 < n && x->xml.tag[i + 1].depth > tag->depth;
        if (i > *t || nests) fh_json_object(j);
        if (i > *t) {
            if (fh_xml_value(tag->key, tag->key_flags, x->latin1, r->scratch, &key)) key = tag->key;
            fh_put_text(j, "key", key);
        }
        if (i > *t || nests) fh_json_key(j, FH_STR("value"));
        write_value(j, tag, text);
        if (nests) {
            fh_json_key(j, FH_STR("attributes"));
            fh_json_array(j);
            depth = tag->depth + 1u;
        } else if (i > *t) {
            fh_json_end_object(j);
        }
    }
    for (; depth > first_depth; depth--) {
        fh_json_end_array(j);
        fh_json_end_object(j);
    }
    for (++*t; *t < n && x->xml.tag[*t].depth > first_depth; ++*t) {
    }
    return true;
}

static bool is_mapped(const xes *x, fh_str key)
{
    for (uint32_t i = 0; i < x->n_event; i++)
        if (x->event[i].mapped && fh_str_eq(x->event[i].key, key)) return true;
    return false;
}

/* How many attributes of the event before tag `t` have its key. */
static uint32_t same_before(const xes *x, uint32_t t)
{
    uint32_t same = 0;
    for (uint32_t i = 1; i < t; i++)
        same += x->xml.tag[i].depth == 1 && fh_str_eq(x->xml.tag[i].key, x->xml.tag[t].key);
    return same;
}

/* Appends `s` as a JSON string; the room must be there. NULL: not plain enough. */
static char *put_plain(char *to, fh_str s)
{
    const unsigned char *from = (const unsigned char *)s.ptr;
    if (s.len && fh_json_plain_end(from, from + s.len) != from + s.len) return NULL;
    *to++ = '"';
    if (s.len) memcpy(to, s.ptr, s.len);
    to += s.len;
    *to++ = '"';
    return to;
}

/* A plain attribute the short way, with its comma; NULL: it needs the long way. */
static char *put_attribute(char *to, const fh_xml_tag *tag, bool comma)
{
    if (comma) *to++ = ',';
    to = put_plain(to, tag->key);
    if (!to) return NULL;
    *to++ = ':';
    const bool number = tag->name.ptr[0] == 'i' || tag->name.ptr[0] == 'f';
    const bool truth = tag->name.ptr[0] == 'b' && (fh_str_eq(tag->value, FH_STR("true")) ||
                                                   fh_str_eq(tag->value, FH_STR("false")));
    if (!truth && !(number && is_json_number(tag->value))) return put_plain(to, tag->value);
    memcpy(to, tag->value.ptr, tag->value.len);
    return to + tag->value.len;
}

/* Could the short way do: nothing inside, no entities, known type, key not seen before? */
static bool is_plain(const xes *x, uint32_t t, bool is_message)
{
    const fh_xml_tag *tag = &x->xml.tag[t];
    const bool nests = t + 1 < x->xml.n && x->xml.tag[t + 1].depth > tag->depth;
    return !nests && !tag->key_flags && !tag->value_flags && tag->has_value && !is_message &&
           tag->name.len > 2 && !same_before(x, t);
}

static bool write_long(fh_reader *r, const xes *x, uint32_t *t, bool comma)
{
    const fh_xml_tag *tag = &x->xml.tag[*t];
    const unsigned told = r->message ? fh_message_told(&r->rows[r->n - 1]) : 0;
    const uint32_t same = same_before(x, *t) + fh_message_is(told, tag->key);
    fh_str key;
    fh_json j;
    if (fh_xml_value(tag->key, tag->key_flags, x->latin1, r->scratch, &key)) key = tag->key;
    if (same && !fh_arena_format(r->scratch, &key, "%.*s#%u", FH_STR_ARG(fh_shown(key)), same + 1))
        return false;
    if (comma) fh_buf_char(&r->payload, ',');
    fh_json_begin(&j, &r->payload, 0);
    fh_json_str(&j, key);
    fh_buf_char(&r->payload, ':');
    fh_json_begin(&j, &r->payload, 0);
    return write_attribute(r, x, &j, t);
}

static bool write_payload(fh_reader *r, const xes *x)
{
    fh_buf *out = &r->payload;
    const size_t before = out->len;
    fh_json j;
    fh_json_begin(&j, out, 0);
    fh_json_object(&j);
    bool any = r->message && fh_message_put(&j, &r->rows[r->n - 1]);
    const bool is_message = any;
    for (uint32_t t = 1; t < x->xml.n;) {
        const fh_xml_tag *tag = &x->xml.tag[t];
        if (tag->depth != 1 || !tag->key.len || is_mapped(x, tag->key)) {
            t++;
            continue;
        }
        char *to = is_plain(x, t, is_message)
                       ? fh_buf_reserve(out, tag->key.len + tag->value.len + 8)
                       : NULL;
        const char *stop = to ? put_attribute(to, tag, any) : NULL;
        if (stop) {
            out->len += (size_t)(stop - to);
            t++;
        } else if (!write_long(r, x, &t, any)) {
            return false;
        }
        any = true;
    }
    fh_buf_char(out, '}');
    if (!any && !out->status) out->len = before;
    return true;
}

/* ---- Rejects -------------------------------------------------------------------------------- */

static void put_escaped(fh_buf *out, fh_str s)
{
    for (size_t i = 0; i < s.len; i++) switch (s.ptr[i]) {
        case '&': fh_buf_text(out, "&amp;"); break;
        case '<': fh_buf_text(out, "&lt;"); break;
        case '"': fh_buf_text(out, "&quot;"); break;
        default: fh_buf_char(out, s.ptr[i]);
        }
}

/* The event in a trace of its own, so that it can be mended and imported again. */
static bool reject_text(fh_reader *r, const xes *x, fh_str event, fh_str *out)
{
    fh_buf buf;
    fh_buf_init(&buf, fh_arena_allocator(r->arena), (size_t)64 << 20);
    fh_buf_text(&buf, "<trace>");
    for (uint32_t i = 0; i < x->n_trace; i++) {
        if (!x->trace[i].len || (i && fh_str_eq(x->trace[i].key, x->trace[0].key))) continue;
        fh_buf_text(&buf, "<string key=\"");
        put_escaped(&buf, x->trace[i].key);
        fh_buf_text(&buf, "\" value=\"");
        put_escaped(&buf, x->trace[i].value);
        fh_buf_text(&buf, "\"/>");
    }
    if (x->latin1 && !fh_is_ascii(event) && !fh_latin1_text(r->scratch, event, &event))
        buf.status = FH_NOMEM;
    fh_buf_str(&buf, event);
    fh_buf_text(&buf, "</trace>");
    const bool kept = !buf.status && fh_arena_str(r->scratch, fh_buf_view(&buf), out);
    fh_buf_free(&buf);
    return kept;
}

static bool place_reject(fh_reader *r, const xes *x, fh_str event)
{
    fh_reject *to = &r->rejects[r->n_rejects - 1];
    const fh_str name = fh_shown(x->trace[0].value), reason = to->reason;
    return fh_arena_format(r->scratch, &to->reason, "trace '%.*s', event %llu: %.*s",
                           FH_STR_ARG(name), (unsigned long long)x->event_in_trace,
                           FH_STR_ARG(reason)) &&
           reject_text(r, x, event, &to->text);
}

static fh_status give_event(fh_reader *r, xes *x, fh_str text, fh_error *err)
{
    const fh_xml_tag *bad_tag;
    const size_t rejects = r->n_rejects;
    bool given = false;
    r->row++;
    x->event_in_trace++;
    if (r->row <= r->options.skip_rows) return FH_OK;
    fh_fault fault = {FH_NO_SLOT, FH_STR("it has more than 1000 attributes"),
                      FH_STR("Leave some out or skip the event.")};
    fh_status status = find_cells(r, x, &bad_tag);
    if (status) return fh_no_memory(err);
    if (bad_tag) {
        fault.hint = FH_STR("Correct the value or skip the event.");
        if (!fh_arena_format(
                r->scratch, &fault.reason,
                "'%.*s' has an entity that is not known or is not in the file's encoding",
                FH_STR_ARG(fh_shown(bad_tag->key))))
            return fh_no_memory(err);
    }
    if (bad_tag || x->xml.too_many)
        status = fh_reader_reject(r, r->line, &fault, text);
    else
        status = fh_reader_row(r, r->line, x->cell, text, &given, err);
    if (status) return status;
    if (given && r->options.keep_payload && !write_payload(r, x)) return fh_no_memory(err);
    if (r->n_rejects > rejects && !place_reject(r, x, text)) return fh_no_memory(err);
    return FH_OK;
}

/* ---- The survey of the head ----------------------------------------------------------------- */

/* Notes a column by its name, or once the names are known its value in this row. */
static fh_status survey(fh_reader *r, xes *x, fh_str name, fh_str value, fh_str *row)
{
    if (!name.len) return FH_OK;
    const uint64_t hash = fh_intern_hash(name);
    if (!row) {
        const bool room = fh_intern_count(x->names) < MAX_COLUMNS;
        return room && !fh_intern_add(x->names, name, hash) ? FH_NOMEM : FH_OK;
    }
    const uint32_t number = fh_intern_find(x->names, name, hash);
    (void)r;
    if (number) row[number - 1] = value;
    return FH_OK;
}

static fh_status survey_event(fh_reader *r, xes *x)
{
    const uint32_t n = r->sample.n_columns;
    fh_str *row = x->sample ? x->sample + (size_t)x->n_sampled * n : NULL;
    x->n_sampled++;
    if (row) memcpy(row, x->trace_sample, n * sizeof *row);
    for (uint32_t t = 1; t < x->xml.n; t++) {
        const fh_xml_tag *tag = &x->xml.tag[t];
        bool good;
        fh_str text;
        if (tag->depth != 1) continue;
        if (!value_text(x, tag, r->arena, &text, &good)) return FH_NOMEM;
        if (good && survey(r, x, tag->key, text, row)) return FH_NOMEM;
    }
    return FH_OK;
}

/* ---- Walking the log ------------------------------------------------------------------------ */

static fh_status take_encoding(xes *x, fh_str instruction, const fh_reader *r, fh_error *err)
{
    static const char *const latin[] = {"iso-8859-1", "latin1", "latin-1", "windows-1252"};
    static const char *const utf8[] = {"utf-8", "utf8", "us-ascii", "ascii"};
    const char *p = instruction.ptr, *end = p + instruction.len;
    if (!fh_str_starts(instruction, FH_STR("<?xml "))) return FH_OK;
    while (end - p > 10 && memcmp(p, "encoding", 8) != 0) p++;
    for (p += 8; p < end && *p != '"' && *p != '\''; p++) {
    }
    if (p >= end) return FH_OK;
    const char *stop = memchr(p + 1, *p, (size_t)(end - p - 1));
    if (!stop) return FH_OK;
    const fh_str name = {p + 1, (size_t)(stop - p - 1)};
    for (size_t i = 0; i < 4; i++) {
        if (fh_str_eq_nocase(name, fh_str_of(latin[i]))) x->latin1 = true;
        if (x->latin1 || fh_str_eq_nocase(name, fh_str_of(utf8[i]))) return FH_OK;
    }
    (void)fh_fail(err, FH_FORMAT, "line %llu: the encoding '%.*s' is not known",
                  (unsigned long long)r->line, FH_STR_ARG(fh_shown(name)));
    return fh_hint(err, FH_FORMAT, "Save the file as UTF-8 and import it again.");
}

/* An end tag in the log or a trace. */
static const char *walk_close(xes *x, const char *p, const char *end)
{
    fh_str name;
    const char *after = fh_xml_close(&x->xml, p, end, &name);
    if (!after) return NULL;
    const bool fits = x->phase == TRACE ? fh_str_eq(name, FH_STR("trace"))
                      : x->phase == LOG ? fh_str_eq(name, FH_STR("log"))
                                        : false;
    if (!fits) {
        x->xml.bad = "this end tag closes an element that is not open";
        x->xml.bad_at = p;
        return NULL;
    }
    x->phase = x->phase == TRACE ? LOG : DONE;
    return after;
}

/* An element that has just been read whole. */
static fh_status take_element(fh_reader *r, xes *x, fh_str text, fh_error *err)
{
    const fh_str name = x->xml.tag[0].name;
    fh_status status = FH_OK;
    if (fh_str_eq(name, FH_STR("event"))) {
        if (x->bound) return give_event(r, x, text, err);
        status = survey_event(r, x);
    } else if (x->phase == TRACE) {
        status = take_trace_attribute(r, x);
    } else if (fh_str_eq(name, FH_STR("global"))) {
        status = take_global(r, x);
    } else if (fh_str_eq(name, FH_STR("classifier"))) {
        status = take_classifier(r, x);
    }
    return status ? fh_no_memory(err) : FH_OK;
}

/* Begins with the letters of `name`, and then the tag's name ends? */
static bool named(const char *p, const char *end, const char *name)
{
    fh_str local = {p + 1, 0};
    const size_t n = strlen(name);
    for (; p + 1 < end; p++) {
        const char ch = p[1];
        if (ch == ':')
            local = (fh_str){p + 2, 0};
        else if (ch == ' ' || ch == '>' || ch == '/' || ch == '\n' || ch == '\t' || ch == '\r')
            return local.len == n && memcmp(local.ptr, name, n) == 0;
        else
            local.len++;
        if (local.len > n + 32) return false;
    }
    return false;
}

/* One step: what stands at p, a <. Returns what is behind it; NULL: more bytes are
 * needed or it is bad. `*status` is set when it could not be taken. */
static const char *step(fh_reader *r, xes *x, const char *p, const char *end, fh_status *status,
                        fh_error *err)
{
    bool empty;
    x->xml.bad = NULL;
    if (end - p < 2) return NULL;
    if (p[1] == '?' || p[1] == '!') {
        const char *after = fh_xml_skip(&x->xml, p, end);
        if (after && p[1] == '?')
            *status = take_encoding(x, (fh_str){p, (size_t)(after - p)}, r, err);
        return after;
    }
    if (p[1] == '/') return walk_close(x, p, end);
    if (x->phase == PROLOG || x->phase == DONE) {
        const char *after = fh_xml_start(&x->xml, p, end, &empty);
        if (!after) return NULL;
        if (x->phase == DONE || !fh_str_eq(x->xml.tag[0].name, FH_STR("log"))) {
            x->xml.bad = x->phase == DONE
                             ? "something stands behind </log>"
                             : "the file is no event log: its first element is not <log>";
            x->xml.bad_at = p;
            return NULL;
        }
        x->phase = empty ? DONE : LOG;
        return after;
    }
    if (x->phase == LOG && named(p, end, "trace")) {
        const char *after = fh_xml_start(&x->xml, p, end, &empty);
        if (after) begin_trace(x, r->sample.n_columns);
        if (after && empty) x->phase = LOG;
        return after;
    }
    const char *after = fh_xml_element(&x->xml, p, end);
    if (after) *status = take_element(r, x, (fh_str){p, (size_t)(after - p)}, err);
    return after;
}

static fh_status cut_off(const fh_reader *r, const xes *x, fh_error *err)
{
    if (x->phase == PROLOG) {
        (void)fh_fail(err, FH_FORMAT, "the file holds no event log");
        return fh_hint(err, FH_FORMAT, "An XES file has a <log> with <trace> and <event> in it.");
    }
    (void)fh_fail(err, FH_FORMAT, "line %llu: the file ends before </log>",
                  (unsigned long long)r->line);
    return fh_hint(err, FH_FORMAT,
                   "It was probably cut off. Export or copy it again and import it again; what is "
                   "already there is not counted twice.");
}

/* Counts lines and columns over what has been read. */
static void advance(fh_reader *r, xes *x, const char *from, const char *to)
{
    const char *line = to;
    r->line += fh_count_newlines(from, (size_t)(to - from));
    while (line > from && line[-1] != '\n') line--;
    x->column = (size_t)(to - line) + (line == from ? x->column : 0);
}

/* Skips what stands between tags, to a < or the end. */
static fh_status skip_text(fh_reader *r, xes *x, const char **at, const char *end, fh_error *err)
{
    const char *from = *at, *p = from;
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')) p++;
    if (p < end && *p != '<') {
        if (x->phase == PROLOG || x->phase == DONE)
            return broken(r, x, from, p, "text stands outside the event log", err);
        p = memchr(p, '<', (size_t)(end - p));
        if (!p) p = end;
    }
    advance(r, x, from, p);
    *at = p;
    return FH_OK;
}

/* Walks from p; stops when the batch (or the sample) is full or bytes are missing. */
static fh_status walk(fh_reader *r, xes *x, const char **at, const char *end, bool last,
                      fh_error *err)
{
    while (x->bound ? !fh_reader_full(r) : x->n_sampled < SAMPLE) {
        fh_status status = skip_text(r, x, at, end, err);
        if (status) return status;
        const char *p = *at;
        if (p == end) return last && x->phase != DONE ? cut_off(r, x, err) : FH_OK;
        const char *after = step(r, x, p, end, &status, err);
        if (status) return status;
        if (!after && x->xml.bad) return broken(r, x, p, x->xml.bad_at, x->xml.bad, err);
        if (!after) return last ? cut_off(r, x, err) : FH_OK;
        advance(r, x, p, after);
        *at = after;
    }
    return FH_OK;
}

static fh_status xes_read(fh_reader *r, fh_str text, bool end, bool fresh, size_t *used,
                          fh_error *err)
{
    xes *x = r->state;
    const char *p = text.ptr;
    (void)fresh;
    if (r->n + r->n_rejects == 0) x->published = false; /* the batch's scratch is new */
    const fh_status status = walk(r, x, &p, text.ptr + text.len, end, err);
    *used = (size_t)(p - text.ptr);
    return status;
}

/* ---- The beginning -------------------------------------------------------------------------- */

static fh_status want_key(fh_arena *arena, xes *x, fh_str key, uint32_t column, bool mapped,
                          uint32_t *out)
{
    uint32_t i = 0;
    while (i < x->n_event && !fh_str_eq(x->event[i].key, key)) i++;
    if (i == MAX_WANTED) return FH_LIMIT;
    if (i == x->n_event) {
        x->event[x->n_event++] =
            (wanted){.fallback = {"", 0}, .value = {"", 0}, .column = FH_NO_SLOT};
        if (!fh_arena_str(arena, key, &x->event[i].key)) return FH_NOMEM;
    }
    if (column != FH_NO_SLOT) x->event[i].column = column;
    x->event[i].mapped |= mapped;
    *out = i;
    return FH_OK;
}

/* The keys of a classifier: parted by spaces, those with spaces in '...'. */
static fh_status want_classifier(fh_reader *r, xes *x, fh_str name, uint32_t column, fh_error *err)
{
    uint32_t c = 0;
    while (c < x->n_classifiers && !fh_str_eq(x->classifier[c].name, name)) c++;
    if (c == x->n_classifiers) {
        char known[160] = "";
        size_t n = 0;
        for (uint32_t i = 0; i < x->n_classifiers; i++) {
            const fh_str k = fh_shown(x->classifier[i].name);
            if (n + k.len + 3 > sizeof known) break;
            if (n) n += (size_t)snprintf(known + n, sizeof known - n, ", ");
            n += (size_t)snprintf(known + n, sizeof known - n, "%.*s", FH_STR_ARG(k));
        }
        (void)fh_fail(err, FH_INVALID, "the log has no classifier '%.*s'",
                      FH_STR_ARG(fh_shown(name)));
        return fh_hint(err, FH_INVALID, n ? "It has: %s." : "It has none%s.", known);
    }
    joined *j = &x->joined[x->n_joined++];
    *j = (joined){.column = column};
    const fh_str keys = x->classifier[c].keys;
    for (size_t i = 0; i < keys.len && j->n_keys < MAX_KEYS;) {
        const bool quoted = keys.ptr[i] == '\'';
        size_t from = i += quoted;
        while (i < keys.len && keys.ptr[i] != (quoted ? '\'' : ' ')) i++;
        const fh_str key = {keys.ptr + from, i - from};
        i++;
        if (!key.len) continue;
        const fh_status status = want_key(r->arena, x, key, FH_NO_SLOT, false, &j->key[j->n_keys]);
        if (status == FH_NOMEM) return fh_no_memory(err);
        if (status) return fh_fail(err, FH_LIMIT, "more than %d attributes are mapped", MAX_WANTED);
        j->n_keys++;
    }
    return FH_OK;
}

static fh_status want_column(fh_reader *r, xes *x, uint32_t column, fh_error *err)
{
    const fh_str name = r->sample.name[column];
    fh_status status = FH_LIMIT;
    uint32_t index;
    if (fh_str_starts(name, FH_STR("classifier:")) && x->n_joined < MAX_WANTED)
        return want_classifier(r, x, (fh_str){name.ptr + 11, name.len - 11}, column, err);
    if (fh_str_starts(name, FH_STR("case:"))) {
        for (uint32_t i = 1; i < x->n_trace; i++)
            if (x->trace[i].column == column) return FH_OK;
        if (x->n_trace < MAX_WANTED) {
            x->trace[x->n_trace++] = (wanted){.key = {name.ptr + 5, name.len - 5},
                                              .fallback = {"", 0},
                                              .value = {"", 0},
                                              .column = column};
            status = FH_OK;
        }
    } else {
        status = want_key(r->arena, x, name, column, true, &index);
    }
    if (status == FH_NOMEM) return fh_no_memory(err);
    return status ? fh_fail(err, FH_LIMIT, "more than %d attributes are mapped", MAX_WANTED)
                  : FH_OK;
}

static fh_status bind_slots(fh_reader *r, xes *x, fh_error *err)
{
    const uint32_t n = r->sample.n_columns;
    x->cell = FH_NEW_ARRAY(r->arena, fh_str, n + 1);
    if (!x->cell) return fh_no_memory(err);
    x->n_event = x->n_joined = 0;
    x->n_trace = 1;
    x->trace[0] = (wanted){
        .key = FH_STR("concept:name"), .fallback = {"", 0}, .value = {"", 0}, .column = FH_NO_SLOT};
    for (uint32_t i = 0; i < r->columns.mapping->n; i++) {
        const fh_rule *rule = &r->columns.mapping->rule[i];
        for (uint32_t t = 0; t < rule->n_terms; t++) {
            const uint32_t c = fh_column_find(r->sample.name, n, &rule->term[t]);
            const fh_status status = want_column(r, x, c, err);
            if (status) return status;
        }
    }
    for (uint32_t i = 0; i < r->plan.n; i++)
        for (uint32_t t = 0; t < r->plan.step[i].rule->n_terms; t++)
            r->plan.step[i].slot[t] =
                fh_column_find(r->sample.name, n, &r->plan.step[i].rule->term[t]);
    x->bound = true;
    return FH_OK;
}

/* Columns: what the head has, what is mapped, what every log should have. FH_OK or FH_NOMEM. */
static fh_status name_columns(fh_reader *r, const xes *x)
{
    static const char *const usual[] = {"case:concept:name", "concept:name", "time:timestamp"};
    const fh_mapping *m = r->options.mapping;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        const fh_str name = fh_str_of(usual[i]);
        if (!fh_intern_add(x->names, name, fh_intern_hash(name))) return FH_NOMEM;
    }
    for (uint32_t i = 0; m && i < m->n; i++)
        for (uint32_t t = 0; t < m->rule[i].n_terms; t++) {
            const fh_str name = m->rule[i].term[t].name;
            if (name.len && !fh_intern_add(x->names, name, fh_intern_hash(name))) return FH_NOMEM;
        }
    const uint32_t n = fh_intern_count(x->names);
    fh_str *name = FH_NEW_ARRAY(r->arena, fh_str, n + 1);
    if (!name) return FH_NOMEM;
    for (uint32_t i = 0; i < n; i++)
        if (!fh_arena_str(r->arena, fh_intern_text(x->names, i + 1), &name[i])) return FH_NOMEM;
    r->sample = (fh_sample){.format = FH_XES, .n_columns = n, .name = name};
    return FH_OK;
}

/* Reads the head once, for names or for values; `*n` events were in it. */
static fh_status survey_head(fh_reader *r, xes *x, fh_str head, bool whole, fh_error *err)
{
    const char *p = head.ptr;
    x->phase = PROLOG;
    x->n_sampled = 0;
    x->n_classifiers = 0;
    x->column = 0;
    r->line = 1;
    const fh_status status = walk(r, x, &p, head.ptr + head.len, whole, err);
    r->line = 1;
    x->column = 0;
    x->phase = PROLOG;
    /* A fault behind the first events is told in its turn, after their rows. */
    return status && status != FH_NOMEM && x->n_sampled ? FH_OK : status;
}

static fh_status sample_head(fh_reader *r, xes *x, fh_str head, bool whole, bool *enough,
                             fh_error *err)
{
    fh_status status = survey_head(r, x, head, whole, err);
    *enough = whole || x->n_sampled > 0;
    if (status || !*enough) return status;
    if (name_columns(r, x)) return fh_no_memory(err);
    const uint32_t n = r->sample.n_columns;
    x->trace_sample = FH_NEW_ARRAY(r->arena, fh_str, n + 1);
    fh_str *cells = FH_NEW_ARRAY(r->arena, fh_str, (size_t)n * SAMPLE);
    if (!x->trace_sample || !cells) return fh_no_memory(err);
    x->sample = cells;
    status = survey_head(r, x, head, whole, err);
    r->sample.cell = cells;
    r->sample.n_rows = x->n_sampled;
    return status;
}

/* What stands before the first trace; a plain head when that is too much. */
static fh_status keep_head(fh_reader *r, const xes *x, fh_str head)
{
    static const char plain[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log>\n";
    const char *p = head.ptr, *end = p + head.len;
    while (p < end && !named(p, end, "trace")) {
        p = memchr(p + 1, '<', (size_t)(end - p - 1));
        if (!p) p = end;
    }
    const bool fits = p < end && (size_t)(p - head.ptr) <= HEAD_BYTES && !x->latin1;
    r->reject_tail = FH_STR("</log>\n");
    return fh_arena_str(r->arena,
                        fits ? (fh_str){head.ptr, (size_t)(p - head.ptr)} : fh_str_of(plain),
                        &r->reject_head)
               ? FH_OK
               : FH_NOMEM;
}

static fh_status xes_new(fh_reader *r, xes **out)
{
    xes *x = FH_NEW(r->arena, xes);
    if (!x) return FH_NOMEM;
    fh_buf_init(&x->trace_bytes, fh_arena_allocator(r->arena), TRACE_BYTES);
    r->state = x;
    x->xml.tag = FH_NEW_ARRAY(r->arena, fh_xml_tag, FH_XML_TAGS);
    x->names = fh_intern_new(fh_arena_allocator(r->arena));
    *out = x;
    return x->xml.tag && x->names ? FH_OK : FH_NOMEM;
}

static fh_status xes_begin(fh_reader *r, fh_str head, bool whole, bool *enough, size_t *used,
                           fh_error *err)
{
    xes *x = r->state;
    if (!x && xes_new(r, &x)) return fh_no_memory(err);
    *used = fh_str_starts(head, FH_STR("\xef\xbb\xbf")) ? 3 : 0;
    const fh_str text = {head.ptr + *used, head.len - *used};
    fh_status status = sample_head(r, x, text, whole, enough, err);
    if (status || !*enough) return status;
    status = fh_reader_columns_known(r, err);
    if (!status) status = bind_slots(r, x, err);
    if (!status && keep_head(r, x, text)) status = fh_no_memory(err);
    return status;
}

static void xes_end(fh_reader *r)
{
    xes *x = r->state;
    if (!x) return;
    fh_buf_free(&x->trace_bytes);
    fh_intern_free(x->names);
}

const fh_reader_ops fh_xes_ops = {xes_begin, xes_read, xes_end};
