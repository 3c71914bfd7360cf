/* jsonl.c - JSON Lines: one object a line.
 *
 * Each line is checked whole by base/json and leaves its tape of tokens. A column
 * is a path of keys: "user.email" is the member email of the member user, or a
 * member whose key has the point in it. Objects are looked into only where a
 * mapped path leads; what is not mapped goes into the payload as it stands.
 */
#include "parse/reader.h"

#include "base/intern.h"
#include "base/json.h"

#include <string.h>

enum { SAMPLE = 200, MAX_COLUMNS = 1024, MAX_PATH = 256, MAX_MAPPED = 64, MAX_TOKENS = 1 << 20 };

typedef struct jsonl {
    fh_json_reader *json; /* not in the arena */
    fh_json_doc doc;
    bool skipping;
    fh_str *cell;                /* [n_columns] */
    uint32_t n_mapped;           /* columns that some rule asks for */
    uint32_t column[MAX_MAPPED]; /* [n_mapped] */
    fh_str path[MAX_MAPPED];     /* [n_mapped] */
    uint32_t hit[MAX_MAPPED];    /* [n_mapped] token of its value; 0: none */
    unsigned message;            /* members of a message that are mapped */
} jsonl;

/* ---- Paths ------------------------------------------------------------------------- */

/* `prefix`.`key`, written to `space` when there is a prefix; false: too long. */
static bool join(fh_str prefix, fh_str key, char space[MAX_PATH], fh_str *out)
{
    *out = key;
    if (!prefix.len) return true;
    if (prefix.len + key.len + 1 > MAX_PATH) return false;
    memmove(space, prefix.ptr, prefix.len);
    space[prefix.len] = '.';
    if (key.len) memcpy(space + prefix.len + 1, key.ptr, key.len);
    *out = (fh_str){space, prefix.len + key.len + 1};
    return true;
}

static bool leads_to(fh_str path, fh_str wanted)
{
    return wanted.len > path.len && wanted.ptr[path.len] == '.' && fh_str_starts(wanted, path);
}

/* A scalar as text; arrays and objects are none, null is empty. */
static bool scalar(const jsonl *s, uint32_t token, fh_arena *arena, fh_str *out, bool *is_scalar)
{
    const fh_json_type type = (fh_json_type)s->doc.token[token].type;
    *is_scalar = type != FH_JSON_ARRAY && type != FH_JSON_OBJECT;
    *out = (fh_str){"", 0};
    if (type == FH_JSON_STRING) return fh_json_text(&s->doc, token, arena, out);
    if (*is_scalar && type != FH_JSON_NULL) *out = fh_json_raw(&s->doc, token);
    return true;
}

/* Finds the mapped values inside the object `token`; false: out of memory. */
static bool find_values(jsonl *s, uint32_t token, fh_str prefix, fh_arena *arena)
{
    char space[MAX_PATH];
    const fh_json_token *tape = s->doc.token;
    uint32_t key = token + 1;
    for (uint32_t m = 0; m < tape[token].count; m++, key = tape[key + 1].next) {
        fh_str name, path;
        bool inside = false;
        if (!fh_json_text(&s->doc, key, arena, &name)) return false;
        if (!join(prefix, name, space, &path)) continue;
        for (uint32_t i = 0; i < s->n_mapped; i++) {
            const fh_str want = s->path[i];
            if (want.len == path.len && memcmp(want.ptr, path.ptr, path.len) == 0) {
                bool is_scalar;
                if (!scalar(s, key + 1, arena, &s->cell[s->column[i]], &is_scalar)) return false;
                s->hit[i] = is_scalar ? key + 1 : 0;
            } else if (want.len > path.len) {
                inside |= leads_to(path, want);
            }
        }
        if (inside && tape[key + 1].type == FH_JSON_OBJECT && path.len < MAX_PATH &&
            !find_values(s, key + 1, path, arena))
            return false;
    }
    return true;
}

/* ---- Payload -------------------------------------------------------------------------- */

static bool is_hit(const jsonl *s, uint32_t value)
{
    for (uint32_t i = 0; i < s->n_mapped; i++)
        if (s->hit[i] == value) return true;
    return false;
}

static bool has_hit_inside(const jsonl *s, uint32_t value)
{
    if (s->doc.token[value].type != FH_JSON_OBJECT) return false;
    for (uint32_t i = 0; i < s->n_mapped; i++)
        if (s->hit[i] > value && s->hit[i] < s->doc.token[value].next) return true;
    return false;
}

static fh_str between(const jsonl *s, uint32_t first_key, uint32_t last_value)
{
    const char *from = fh_json_raw(&s->doc, first_key).ptr;
    const fh_str last = fh_json_raw(&s->doc, last_value);
    return (fh_str){from, (size_t)(last.ptr + last.len - from)};
}

/* Is the member called like a member of a message that another one was mapped to? */
static bool clashes(const jsonl *s, uint32_t key)
{
    const fh_str raw = fh_json_raw(&s->doc, key); /* with its quotes */
    return s->message && raw.len > 2 &&
           fh_message_is(s->message, (fh_str){raw.ptr + 1, raw.len - 2});
}

/* Does the member need more than copying? */
static bool is_special(const jsonl *s, uint32_t key, bool top)
{
    return has_hit_inside(s, key + 1) || (top && clashes(s, key));
}

/* Writes the members that are not mapped, neighbours in one piece; `*any` when
 * something stands before. */
static void write_rest(const jsonl *s, uint32_t token, bool top, bool *any, fh_buf *out)
{
    const fh_json_token *tape = s->doc.token;
    uint32_t key = token + 1, m = 0;
    const uint32_t n = tape[token].count;
    while (m < n) {
        if (is_hit(s, key + 1)) {
            key = tape[key + 1].next;
            m++;
            continue;
        }
        if (*any) fh_buf_char(out, ',');
        *any = true;
        if (is_special(s, key, top)) {
            if (top && !has_hit_inside(s, key + 1)) {
                const fh_str name = fh_json_raw(&s->doc, key);
                fh_buf_printf(out, "%.*s column\":", (int)(name.len - 1), name.ptr);
                fh_buf_str(out, fh_json_raw(&s->doc, key + 1));
            } else {
                bool within = false;
                fh_buf_str(out, fh_json_raw(&s->doc, key));
                fh_buf_text(out, ":{");
                write_rest(s, key + 1, false, &within, out);
                fh_buf_char(out, '}');
            }
            key = tape[key + 1].next;
            m++;
            continue;
        }
        const uint32_t first = key;
        uint32_t last;
        do {
            last = key + 1;
            key = tape[last].next;
            m++;
        } while (m < n && !is_hit(s, key + 1) && !is_special(s, key, top));
        fh_buf_str(out, between(s, first, last));
    }
}

static void write_payload(fh_reader *r, const jsonl *s)
{
    const size_t before = r->payload.len;
    fh_json j;
    fh_json_begin(&j, &r->payload, 0);
    fh_json_object(&j);
    bool any = r->message && fh_message_put(&j, &r->rows[r->n - 1]);
    write_rest(s, 0, true, &any, &r->payload);
    fh_buf_char(&r->payload, '}');
    if (!any && !r->payload.status) r->payload.len = before;
}

/* ---- Lines ------------------------------------------------------------------------------ */

static fh_status give_line(fh_reader *r, jsonl *s, fh_str line, uint64_t number, fh_error *err)
{
    fh_error why = {0};
    fh_fault fault = {FH_NO_SLOT, FH_STR("the line is not a JSON object"),
                      FH_STR("Each line holds one object: {...}. Correct the line or skip it.")};
    r->row++;
    if (r->row <= r->options.skip_rows) return FH_OK;
    fh_status status = fh_json_read(s->json, line, &s->doc, &why);
    if (status == FH_NOMEM) return fh_no_memory(err);
    if (status || s->doc.token[0].type != FH_JSON_OBJECT) {
        if (status && !fh_arena_format(r->scratch, &fault.reason, "%s", why.message))
            return fh_no_memory(err);
        return fh_reader_reject(r, number, &fault, line);
    }
    for (uint32_t i = 0; i < s->n_mapped; i++) {
        s->cell[s->column[i]] = (fh_str){"", 0};
        s->hit[i] = 0;
    }
    if (!find_values(s, 0, (fh_str){"", 0}, r->scratch)) return fh_no_memory(err);
    bool given;
    status = fh_reader_row(r, number, s->cell, line, &given, err);
    if (!status && given && r->options.keep_payload) write_payload(r, s);
    return status;
}

static bool is_blank(fh_str line)
{
    return !line.len || ((unsigned char)line.ptr[0] <= ' ' && !fh_str_trim(line).len);
}

static fh_status overlong(fh_reader *r, jsonl *s, fh_str text, fh_error *err)
{
    const fh_fault fault = {FH_NO_SLOT, FH_STR("the line is longer than 1 MiB"),
                            FH_STR("Shorten the line or skip it.")};
    r->row++;
    s->skipping = true;
    (void)err;
    return fh_reader_reject(r, r->line, &fault, (fh_str){text.ptr, FH_RECORD_MAX});
}

static fh_status jsonl_read(fh_reader *r, fh_str text, bool end, bool fresh, size_t *used,
                            fh_error *err)
{
    jsonl *s = r->state;
    (void)fresh;
    *used = 0;
    while (!fh_reader_full(r) && *used < text.len) {
        const char *at = text.ptr + *used;
        const size_t rest = text.len - *used;
        const size_t most = s->skipping || rest < FH_RECORD_MAX + 1 ? rest : FH_RECORD_MAX + 1;
        const char *newline = memchr(at, '\n', most);
        const size_t len = newline ? (size_t)(newline - at) : most;
        fh_status status = FH_OK;
        if (s->skipping) {
            s->skipping = newline == NULL;
        } else if (!newline && most > FH_RECORD_MAX) {
            status = overlong(r, s, (fh_str){at, most}, err);
            if (status) return status;
            *used += FH_RECORD_MAX;
            continue;
        } else if (!newline && !end) {
            break;
        } else if (!is_blank((fh_str){at, len})) {
            const bool cr = at[len - 1] == '\r';
            status = give_line(r, s, (fh_str){at, len - cr}, r->line, err);
        }
        if (status) return status;
        r->line += newline != NULL;
        *used += len + (newline != NULL);
    }
    return FH_OK;
}

/* ---- The beginning ------------------------------------------------------------------------ */

typedef struct survey {
    fh_reader *r;
    jsonl *s;
    fh_intern *names;
    fh_str *row; /* [n_columns] to be filled; NULL: find the names */
} survey;

/* Leaves of the object `token`, by path. FH_OK or FH_NOMEM. */
static fh_status survey_object(survey *v, uint32_t token, fh_str prefix, uint32_t depth)
{
    char space[MAX_PATH];
    const fh_json_token *tape = v->s->doc.token;
    uint32_t key = token + 1;
    for (uint32_t m = 0; m < tape[token].count; m++, key = tape[key + 1].next) {
        fh_str name, path, value;
        bool is_scalar;
        if (!fh_json_text(&v->s->doc, key, v->r->arena, &name)) return FH_NOMEM;
        if (!name.len || !join(prefix, name, space, &path)) continue;
        if (tape[key + 1].type == FH_JSON_OBJECT && depth < 8) {
            const fh_status status = survey_object(v, key + 1, path, depth + 1);
            if (status) return status;
        }
        if (!scalar(v->s, key + 1, v->r->arena, &value, &is_scalar)) return FH_NOMEM;
        if (!is_scalar) continue;
        const uint64_t hash = fh_intern_hash(path);
        if (!v->row) {
            if (fh_intern_count(v->names) < MAX_COLUMNS && !fh_intern_add(v->names, path, hash))
                return FH_NOMEM;
            continue;
        }
        const uint32_t number = fh_intern_find(v->names, path, hash);
        if (number) v->row[number - 1] = value;
    }
    return FH_OK;
}

/* Goes over the objects of the head; `*n` of them are good. FH_OK or FH_NOMEM. */
static fh_status survey_lines(survey *v, fh_str head, bool whole, fh_str *cells, uint32_t columns,
                              uint32_t *n)
{
    size_t at = 0;
    *n = 0;
    while (at < head.len && *n < SAMPLE) {
        const char *newline = memchr(head.ptr + at, '\n', head.len - at);
        if (!newline && !whole) break;
        const size_t end = newline ? (size_t)(newline - head.ptr) : head.len;
        const fh_str line = {head.ptr + at, end - at};
        at = end + 1;
        if (is_blank(line) || line.len > FH_RECORD_MAX) continue;
        fh_status status = fh_json_read(v->s->json, line, &v->s->doc, NULL);
        if (status == FH_NOMEM) return status;
        if (status || v->s->doc.token[0].type != FH_JSON_OBJECT) continue;
        v->row = cells ? cells + (size_t)*n * columns : NULL;
        ++*n;
        status = survey_object(v, 0, (fh_str){"", 0}, 0);
        if (status) return status;
    }
    return FH_OK;
}

/* Columns are the paths seen and those mapped though not seen. FH_OK or FH_NOMEM. */
static fh_status name_columns(fh_reader *r, fh_intern *names)
{
    const fh_mapping *m = r->options.mapping;
    for (uint32_t i = 0; m && i < m->n; i++)
        for (uint32_t t = 0; t < m->rule[i].n_terms; t++) {
            const fh_str name = m->rule[i].term[t].name;
            if (name.len && !fh_intern_add(names, name, fh_intern_hash(name))) return FH_NOMEM;
        }
    const uint32_t n = fh_intern_count(names);
    fh_str *name = FH_NEW_ARRAY(r->arena, fh_str, n + 1);
    if (!name) return FH_NOMEM;
    for (uint32_t i = 0; i < n; i++)
        if (!fh_arena_str(r->arena, fh_intern_text(names, i + 1), &name[i])) return FH_NOMEM;
    r->sample = (fh_sample){.format = FH_JSONL, .n_columns = n, .name = name};
    return FH_OK;
}

static fh_status take_sample(fh_reader *r, jsonl *s, fh_str head, bool whole, uint32_t *rows)
{
    survey v = {.r = r, .s = s, .names = fh_intern_new(fh_arena_allocator(r->arena))};
    if (!v.names) return FH_NOMEM;
    fh_status status = survey_lines(&v, head, whole, NULL, 0, rows);
    if (!status) status = name_columns(r, v.names);
    if (!status) {
        const uint32_t n = r->sample.n_columns;
        fh_str *cells = FH_NEW_ARRAY(r->arena, fh_str, (size_t)*rows * n + 1);
        status = cells ? survey_lines(&v, head, whole, cells, n, rows) : FH_NOMEM;
        r->sample.cell = cells;
        r->sample.n_rows = *rows;
    }
    fh_intern_free(v.names);
    return status;
}

static fh_status bind_slots(fh_reader *r, jsonl *s, fh_error *err)
{
    const uint32_t n = r->sample.n_columns;
    s->cell = FH_NEW_ARRAY(r->arena, fh_str, n + 1);
    if (!s->cell) return fh_no_memory(err);
    s->message = r->message;
    for (uint32_t i = 0; i < r->columns.mapping->n; i++) {
        const fh_rule *rule = &r->columns.mapping->rule[i];
        for (uint32_t t = 0; t < rule->n_terms; t++) {
            const uint32_t c = fh_column_find(r->sample.name, n, &rule->term[t]);
            uint32_t k = 0;
            while (k < s->n_mapped && s->column[k] != c) k++;
            if (k < s->n_mapped || c >= n) continue;
            if (k == MAX_MAPPED)
                return fh_fail(err, FH_LIMIT, "more than %d columns are mapped", MAX_MAPPED);
            s->column[k] = c;
            s->path[k] = r->sample.name[c];
            s->n_mapped++;
        }
    }
    for (uint32_t i = 0; i < r->plan.n; i++)
        for (uint32_t t = 0; t < r->plan.step[i].rule->n_terms; t++)
            r->plan.step[i].slot[t] =
                fh_column_find(r->sample.name, n, &r->plan.step[i].rule->term[t]);
    return FH_OK;
}

static fh_status no_object(fh_str head, fh_error *err)
{
    const fh_str text = fh_str_trim(head);
    if (!text.len) {
        (void)fh_fail(err, FH_FORMAT, "the file is empty");
        return fh_hint(err, FH_FORMAT, "A JSON Lines file holds one object a line.");
    }
    if (text.ptr[0] == '[') {
        (void)fh_fail(err, FH_FORMAT, "the file is one JSON array");
        return fh_hint(err, FH_FORMAT,
                       "Write each of its objects on a line of its own: "
                       "jq -c '.[]' file.json > file.jsonl");
    }
    (void)fh_fail(err, FH_FORMAT, "none of the first lines is a JSON object");
    return fh_hint(err, FH_FORMAT,
                   "A JSON Lines file holds one object a line, such as "
                   "{\"customer\":\"4711\",\"time\":\"2024-01-31\"}.");
}

static fh_status jsonl_begin(fh_reader *r, fh_str head, bool whole, bool *enough, size_t *used,
                             fh_error *err)
{
    jsonl *s = r->state;
    if (!s) {
        s = FH_NEW(r->arena, jsonl);
        if (!s) return fh_no_memory(err);
        s->json = fh_json_reader_new(fh_arena_allocator(r->arena), MAX_TOKENS);
        if (!s->json) return fh_no_memory(err);
        r->state = s;
    }
    *used = fh_str_starts(head, FH_STR("\xef\xbb\xbf")) ? 3 : 0;
    const fh_str text = {head.ptr + *used, head.len - *used};
    uint32_t rows;
    if (take_sample(r, s, text, whole, &rows)) return fh_no_memory(err);
    if (rows == 0) {
        *enough = whole || head.len > 2 * FH_RECORD_MAX;
        return *enough ? no_object(text, err) : FH_OK;
    }
    const fh_status status = fh_reader_columns_known(r, err);
    return status ? status : bind_slots(r, s, err);
}

static void jsonl_end(fh_reader *r)
{
    jsonl *s = r->state;
    if (s) fh_json_reader_free(s->json);
}

const fh_reader_ops fh_jsonl_ops = {jsonl_begin, jsonl_read, jsonl_end};
