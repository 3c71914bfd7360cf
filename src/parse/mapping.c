/* mapping.c - the text that says which column means what, in and out.
 *
 * One pass with a cursor over the text; the grammar stands in parse.h. What the
 * cursor reads is checked at once, so that an error names the line and column
 * of the very character that does not fit. The printer writes each rule in one
 * way only: parsing what it wrote gives the same rules in the same order.
 */
#include "parse/mapping.h"

#include <string.h>

typedef struct cursor {
    fh_arena *arena;
    fh_str text;
    size_t at;
    fh_error *err;
} cursor;

static const char *const field_name[FH_N_FIELDS] = {
    [FH_FIELD_CUSTOMER] = "customer",
    [FH_FIELD_TIME] = "time",
    [FH_FIELD_TOUCHPOINT] = "touchpoint",
    [FH_FIELD_CHANNEL] = "channel",
    [FH_FIELD_DEPARTMENT] = "department",
    [FH_FIELD_DIRECTION] = "direction",
    [FH_FIELD_OUTCOME] = "outcome",
    [FH_FIELD_VALUE] = "value",
    [FH_FIELD_CURRENCY] = "currency",
    [FH_FIELD_SCORE] = "score",
    [FH_FIELD_PROBLEM] = "problem",
    [FH_FIELD_ID] = "id",
    [FH_FIELD_TEXT] = "text",
    [FH_FIELD_SUBJECT] = "subject",
    [FH_FIELD_PURPOSE] = "purpose",
    [FH_FIELD_SIGNATORY] = "signatory",
    [FH_FIELD_LANGUAGE] = "language",
    [FH_FIELD_THREAD] = "thread",
    [FH_FIELD_SENDER] = "sender",
    [FH_FIELD_IGNORE] = "ignore",
};

/* What a rule of each field may be made of. */
enum { JOIN = 1, PRODUCT = 2, CONSTANT = 4, GLOBS = 8 };
static const uint8_t allowed[FH_N_FIELDS] = {
    [FH_FIELD_CUSTOMER] = JOIN,
    [FH_FIELD_TIME] = JOIN,
    [FH_FIELD_TOUCHPOINT] = JOIN | CONSTANT | GLOBS,
    [FH_FIELD_CHANNEL] = JOIN | CONSTANT | GLOBS,
    [FH_FIELD_DEPARTMENT] = JOIN | CONSTANT | GLOBS,
    [FH_FIELD_DIRECTION] = CONSTANT | GLOBS,
    [FH_FIELD_OUTCOME] = JOIN | CONSTANT | GLOBS,
    [FH_FIELD_VALUE] = PRODUCT | CONSTANT,
    [FH_FIELD_CURRENCY] = CONSTANT | GLOBS,
    [FH_FIELD_SCORE] = CONSTANT,
    [FH_FIELD_PROBLEM] = JOIN,
    [FH_FIELD_ID] = JOIN,
    [FH_FIELD_TEXT] = JOIN,
    [FH_FIELD_SUBJECT] = JOIN,
    [FH_FIELD_PURPOSE] = JOIN | CONSTANT | GLOBS,
    [FH_FIELD_SIGNATORY] = JOIN | CONSTANT | GLOBS,
    [FH_FIELD_LANGUAGE] = CONSTANT | GLOBS,
    [FH_FIELD_THREAD] = JOIN,
    [FH_FIELD_SENDER] = JOIN | CONSTANT | GLOBS,
};

const char *fh_field_name(fh_field field)
{
    return field < FH_N_FIELDS ? field_name[field] : "";
}

const fh_rule *fh_mapping_find(const fh_mapping *mapping, fh_field field)
{
    for (uint32_t i = 0; mapping && i < mapping->n; i++)
        if (mapping->rule[i].field == field) return &mapping->rule[i];
    return NULL;
}

bool fh_mapping_new(fh_arena *arena, fh_mapping **out)
{
    fh_mapping *m = FH_NEW(arena, fh_mapping);
    if (m) *out = m;
    return m != NULL;
}

bool fh_mapping_add(fh_arena *arena, fh_mapping *mapping, const fh_rule *rule)
{
    if (mapping->n == mapping->cap) {
        const uint32_t cap = mapping->cap ? mapping->cap * 2 : 16;
        fh_rule *grown = FH_NEW_ARRAY(arena, fh_rule, cap);
        if (!grown) return false;
        if (mapping->n) memcpy(grown, mapping->rule, mapping->n * sizeof *grown);
        mapping->rule = grown;
        mapping->cap = cap;
    }
    mapping->rule[mapping->n++] = *rule;
    return true;
}

bool fh_glob_match(fh_str glob, fh_str text)
{
    size_t g = 0, t = 0, star = SIZE_MAX, star_t = 0;
    while (t < text.len) {
        if (g < glob.len && glob.ptr[g] == '*') {
            star = g++;
            star_t = t;
        } else if (g < glob.len && (glob.ptr[g] == '?' || glob.ptr[g] == text.ptr[t])) {
            g++;
            t++;
        } else if (star != SIZE_MAX) {
            g = star + 1;
            t = ++star_t;
        } else {
            return false;
        }
    }
    while (g < glob.len && glob.ptr[g] == '*') g++;
    return g == glob.len;
}

/* ---- Reading ---------------------------------------------------------------- */

static char peek(const cursor *c)
{
    return c->at < c->text.len ? c->text.ptr[c->at] : '\0';
}

static bool at_end_of_rule(const cursor *c)
{
    const char ch = peek(c);
    return c->at >= c->text.len || ch == ',' || ch == '\n' || ch == '\r';
}

static void skip_blanks(cursor *c)
{
    while (c->at < c->text.len && (peek(c) == ' ' || peek(c) == '\t')) c->at++;
}

/* Fills the error with the line and column of text[at]. */
static fh_status fail_at(const cursor *c, size_t at, const char *what, fh_str which,
                         const char *hint)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at && i < c->text.len; i++) {
        column++;
        if (c->text.ptr[i] == '\n') {
            line++;
            column = 1;
        }
    }
    const fh_str shown = {which.ptr, which.len < 60 ? which.len : 60};
    (void)fh_fail(c->err, FH_INVALID, "mapping line %zu, column %zu: %.*s%s", line, column,
                  FH_STR_ARG(shown), what);
    return fh_hint(c->err, FH_INVALID, "%s", hint);
}

static fh_str rest(const cursor *c, size_t from)
{
    size_t to = from;
    while (to < c->text.len && c->text.ptr[to] != ',' && c->text.ptr[to] != '\n') to++;
    return fh_str_trim((fh_str){c->text.ptr + from, to - from});
}

static const fh_str nothing = {"", 0};

/* '...' or "...": the quote itself is written twice inside. */
static fh_status read_quoted(cursor *c, fh_str *out)
{
    const size_t open = c->at;
    const char quote = c->text.ptr[c->at++];
    fh_buf buf;
    fh_buf_init(&buf, fh_arena_allocator(c->arena), 1 << 16);
    for (;;) {
        if (c->at >= c->text.len || peek(c) == '\n' || peek(c) == '\0') {
            fh_buf_free(&buf);
            return fail_at(c, open, "this quote does not close", nothing,
                           "Close it on the same line; a quote inside is written twice.");
        }
        const char ch = c->text.ptr[c->at++];
        if (ch == quote) {
            if (peek(c) != quote) break;
            c->at++;
        }
        fh_buf_char(&buf, ch);
    }
    const fh_status status = buf.status;
    const bool kept = status == FH_OK && fh_arena_str(c->arena, fh_buf_view(&buf), out);
    fh_buf_free(&buf);
    if (status == FH_LIMIT)
        return fail_at(c, open, "this text is longer than 64 KiB", nothing, "Shorten it.");
    return kept ? FH_OK : fh_no_memory(c->err);
}

static fh_status read_field(cursor *c, fh_rule *rule)
{
    const size_t from = c->at;
    size_t to = from;
    while (to < c->text.len && !strchr("=.,\n \t", c->text.ptr[to])) to++;
    const fh_str word = {c->text.ptr + from, to - from};
    uint32_t field = 0;
    while (field < FH_N_FIELDS && !fh_str_eq_nocase(word, fh_str_of(field_name[field]))) field++;
    if (field == FH_N_FIELDS)
        return fail_at(c, from,
                       word.len ? " is not something a column can be mapped to"
                                : "a rule is missing here",
                       word,
                       "Use customer, time, touchpoint, channel, department, direction, outcome, "
                       "value, currency, score, problem, id, text, subject, purpose, signatory, "
                       "language, thread, sender or ignore, such as "
                       "customer=client_id.");
    rule->field = (fh_field)field;
    rule->kind = field == FH_FIELD_CUSTOMER ? FH_STR("customer") : nothing;
    c->at = to;
    if (peek(c) == '.') {
        const size_t kind = ++c->at;
        while (c->at < c->text.len) {
            const char ch = peek(c);
            if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-'))
                break;
            c->at++;
        }
        rule->kind = (fh_str){c->text.ptr + kind, c->at - kind};
        if (!rule->kind.len || rule->field != FH_FIELD_CUSTOMER)
            return fail_at(c, kind, "an identifier's kind cannot stand here", nothing,
                           "Only customer has kinds, in small letters: customer.email=mail.");
    }
    skip_blanks(c);
    if (peek(c) != '=')
        return fail_at(c, c->at, " needs an = and a column", word,
                       "Write it as field=column, such as customer=client_id.");
    c->at++;
    skip_blanks(c);
    return FH_OK;
}

static fh_status read_bare_name(cursor *c, fh_str *out)
{
    const size_t from = c->at;
    while (!at_end_of_rule(c)) {
        const char ch = peek(c);
        if (ch == '+' || ch == '*') break;
        if (ch == ':' && c->at + 1 < c->text.len && c->text.ptr[c->at + 1] == '\'') break;
        if (ch == '=' || ch == '\'' || ch == '"' || ch == '\0')
            return fail_at(c, c->at, "this character cannot stand in a name without quotes",
                           nothing, "Quote the column's name: customer='client=id'.");
        c->at++;
    }
    *out = fh_str_trim((fh_str){c->text.ptr + from, c->at - from});
    if (!out->len)
        return fail_at(c, from, "a column is missing here", nothing,
                       "Name the column, or give its number as #3.");
    return FH_OK;
}

/* classifier:'Event Name' is the column "classifier:Event Name" of an XES file. */
static fh_status read_classifier(cursor *c, fh_term *term)
{
    fh_str name = nothing;
    c->at++;
    const fh_status status = read_quoted(c, &name);
    if (status) return status;
    fh_buf buf;
    fh_buf_init(&buf, fh_arena_allocator(c->arena), 1 << 17);
    fh_buf_text(&buf, "classifier:");
    fh_buf_str(&buf, name);
    const bool kept = !buf.status && fh_arena_str(c->arena, fh_buf_view(&buf), &term->name);
    fh_buf_free(&buf);
    return kept ? FH_OK : fh_no_memory(c->err);
}

static fh_status read_term(cursor *c, fh_term *term)
{
    const size_t from = c->at;
    fh_status status;
    *term = (fh_term){.name = nothing};
    if (peek(c) == '\'') {
        status = read_quoted(c, &term->name);
        if (!status && !term->name.len)
            return fail_at(c, from, "a column's name cannot be empty", nothing,
                           "Give the column's number instead: #3.");
    } else {
        status = read_bare_name(c, &term->name);
        if (status) return status;
        if (fh_str_eq(term->name, FH_STR("classifier")) && peek(c) == ':')
            return read_classifier(c, term);
        if (term->name.ptr[0] == '#') {
            for (size_t i = 1; i < term->name.len; i++) {
                const char ch = term->name.ptr[i];
                if (ch < '0' || ch > '9' || term->number > 100000) {
                    term->number = 0;
                    break;
                }
                term->number = term->number * 10 + (uint32_t)(ch - '0');
            }
            if (!term->number)
                return fail_at(c, from, " is not the number of a column", term->name,
                               "Columns count from #1; quote a name that begins with #.");
            term->name = nothing;
        }
    }
    skip_blanks(c);
    return status;
}

static fh_status read_source(cursor *c, fh_rule *rule)
{
    const size_t from = c->at;
    const uint8_t may = allowed[rule->field];
    if (peek(c) == '"') {
        rule->source = FH_SOURCE_CONSTANT;
        if (!(may & CONSTANT))
            return fail_at(c, from, " cannot be the same for every row",
                           fh_str_of(field_name[rule->field]), "Name the column that has it.");
        const fh_status status = read_quoted(c, &rule->constant);
        skip_blanks(c);
        return status;
    }
    for (;;) {
        if (rule->n_terms == FH_MAX_TERMS)
            return fail_at(c, c->at, "these are too many columns for one field", nothing,
                           "At most 4 columns can be put together.");
        const fh_status status = read_term(c, &rule->term[rule->n_terms++]);
        if (status) return status;
        const char op = peek(c);
        if (op != '+' && op != '*') return FH_OK;
        if (!(may & (op == '+' ? JOIN : PRODUCT)) ||
            (rule->n_terms > 1 && (op == '*') != (rule->source == FH_SOURCE_PRODUCT)))
            return fail_at(c, c->at,
                           op == '+' ? " cannot be joined from several columns here"
                                     : " cannot be a product here",
                           fh_str_of(field_name[rule->field]),
                           "Names are joined with +, the columns of a value multiplied with *; "
                           "quote a name that has + or * in it.");
        rule->source = op == '*' ? FH_SOURCE_PRODUCT : FH_SOURCE_COLUMNS;
        c->at++;
        skip_blanks(c);
    }
}

static fh_status split_globs(cursor *c, size_t at, fh_rule *rule)
{
    uint32_t n = 1, i = 0;
    for (size_t k = 0; k < rule->pattern.len; k++) n += rule->pattern.ptr[k] == '|';
    fh_glob *glob = FH_NEW_ARRAY(c->arena, fh_glob, n);
    if (!glob) return fh_no_memory(c->err);
    const char *p = rule->pattern.ptr, *end = p + rule->pattern.len;
    for (;; i++) {
        const char *bar = memchr(p, '|', (size_t)(end - p));
        const char *stop = bar ? bar : end;
        const char *eq = memchr(p, '=', (size_t)(stop - p));
        if (!eq || eq == p)
            return fail_at(c, at, "this pattern does not say what becomes what", nothing,
                           "Write pattern=result, separated by |: 'C*=cancelled|*=sold'.");
        glob[i].pattern = (fh_str){p, (size_t)(eq - p)};
        glob[i].result = fh_str_trim((fh_str){eq + 1, (size_t)(stop - eq - 1)});
        if (!bar) break;
        p = bar + 1;
    }
    rule->n_globs = n;
    rule->glob = glob;
    return FH_OK;
}

static fh_status read_pattern(cursor *c, fh_rule *rule)
{
    if (peek(c) != ':') return FH_OK;
    c->at++;
    const size_t from = c->at;
    if (peek(c) != '\'')
        return fail_at(c, from, "a pattern in quotes is missing here", nothing,
                       "Write it as time=opened_at:'%d/%m/%Y %H:%M'.");
    fh_status status = read_quoted(c, &rule->pattern);
    if (status) return status;
    skip_blanks(c);
    if (!rule->pattern.len)
        return fail_at(c, from, "this pattern is empty", nothing, "Leave it out, with the colon.");
    if (rule->field == FH_FIELD_TIME) {
        fh_error inner = {0};
        status = fh_time_pattern_new(c->arena, rule->pattern, &rule->time, &inner);
        if (status == FH_NOMEM) return fh_no_memory(c->err);
        if (!status) return FH_OK;
        return fail_at(c, from, inner.message, nothing,
                       inner.hint[0] ? inner.hint : "Write it as '%d/%m/%Y %H:%M'.");
    }
    if (!(allowed[rule->field] & GLOBS) || rule->source == FH_SOURCE_CONSTANT)
        return fail_at(c, from, " takes no pattern", fh_str_of(field_name[rule->field]),
                       "Patterns belong to time, touchpoint, channel, department, direction, "
                       "outcome and currency.");
    return split_globs(c, from, rule);
}

static fh_status check_twice(const cursor *c, size_t at, const fh_mapping *m, const fh_rule *rule)
{
    uint32_t identifiers = rule->field == FH_FIELD_CUSTOMER;
    for (uint32_t i = 0; i < m->n; i++) {
        const fh_rule *other = &m->rule[i];
        if (other->field != rule->field || rule->field == FH_FIELD_IGNORE) continue;
        if (rule->field != FH_FIELD_CUSTOMER || fh_str_eq(other->kind, rule->kind))
            return fail_at(c, at, " is mapped twice", fh_str_of(field_name[rule->field]),
                           "Keep one of the two; further identifiers of the customer take a "
                           "kind: customer.email=mail.");
        identifiers++;
    }
    if (identifiers > FH_MAX_IDENTIFIERS)
        return fail_at(c, at, "these are more than 8 identifiers of the customer", nothing,
                       "Leave out those that matter least.");
    return FH_OK;
}

static fh_status read_rule(cursor *c, fh_mapping *m)
{
    const size_t from = c->at;
    fh_rule rule = {.constant = nothing, .pattern = nothing};
    fh_status status = read_field(c, &rule);
    if (!status) status = read_source(c, &rule);
    if (!status) status = read_pattern(c, &rule);
    if (status) return status;
    if (!at_end_of_rule(c))
        return fail_at(c, c->at, " does not belong here", rest(c, c->at),
                       "Separate rules by commas or new lines.");
    status = check_twice(c, from, m, &rule);
    if (status) return status;
    return fh_mapping_add(c->arena, m, &rule) ? FH_OK : fh_no_memory(c->err);
}

fh_status fh_mapping_parse(fh_arena *arena, fh_str text, fh_mapping **out, fh_error *err)
{
    cursor c = {.arena = arena, .err = err};
    if (!fh_arena_str(arena, text, &c.text)) return fh_no_memory(err);
    if (fh_str_starts(c.text, FH_STR("\xef\xbb\xbf"))) c.at = 3;
    fh_mapping *m;
    if (!fh_mapping_new(arena, &m)) return fh_no_memory(err);
    bool line_begins = true;
    while (c.at < c.text.len) {
        const char ch = peek(&c);
        if (ch == '\n' || ch == '\r' || ch == ',' || ch == ' ' || ch == '\t') {
            line_begins = ch == '\n' || (line_begins && ch != ',');
            c.at++;
        } else if (ch == '#' && line_begins &&
                   (c.at + 1 == c.text.len || strchr(" \t\r\n", c.text.ptr[c.at + 1]))) {
            while (c.at < c.text.len && peek(&c) != '\n') c.at++;
        } else {
            const fh_status status = read_rule(&c, m);
            if (status) return status;
            line_begins = false;
        }
    }
    *out = m;
    return FH_OK;
}

/* ---- Printing ---------------------------------------------------------------- */

static bool needs_quotes(fh_str name)
{
    if (!name.len || name.ptr[0] == '#' || name.ptr[name.len - 1] == ':') return true;
    for (size_t i = 0; i < name.len; i++) {
        const char ch = name.ptr[i];
        const bool plain = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
                           (ch >= '0' && ch <= '9') || (unsigned char)ch >= 0x80 || ch == '_' ||
                           ch == '-' || ch == '.' || ch == ':' || ch == '#';
        if (!plain) return true;
    }
    return fh_str_eq(name, FH_STR("classifier"));
}

static void print_quoted(fh_str s, char quote, fh_buf *out)
{
    fh_buf_char(out, quote);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == quote) fh_buf_char(out, quote);
        fh_buf_char(out, s.ptr[i]);
    }
    fh_buf_char(out, quote);
}

void fh_mapping_print_name(fh_str name, fh_buf *out)
{
    if (needs_quotes(name))
        print_quoted(name, '\'', out);
    else
        fh_buf_str(out, name);
}

void fh_mapping_print(const fh_mapping *mapping, fh_buf *out)
{
    for (uint32_t i = 0; i < mapping->n; i++) {
        const fh_rule *rule = &mapping->rule[i];
        fh_buf_text(out, field_name[rule->field]);
        if (rule->field == FH_FIELD_CUSTOMER && !fh_str_eq(rule->kind, FH_STR("customer"))) {
            fh_buf_char(out, '.');
            fh_buf_str(out, rule->kind);
        }
        fh_buf_char(out, '=');
        if (rule->source == FH_SOURCE_CONSTANT) print_quoted(rule->constant, '"', out);
        for (uint32_t t = 0; t < rule->n_terms; t++) {
            if (t) fh_buf_char(out, rule->source == FH_SOURCE_PRODUCT ? '*' : '+');
            if (rule->term[t].number)
                fh_buf_printf(out, "#%u", rule->term[t].number);
            else
                fh_mapping_print_name(rule->term[t].name, out);
        }
        if (rule->pattern.len) {
            fh_buf_char(out, ':');
            print_quoted(rule->pattern, '\'', out);
        }
        fh_buf_char(out, '\n');
    }
}
