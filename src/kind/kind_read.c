/* kind_read.c - a declaration, line by line (see kind_parts.h and kinds/README.md). */
#include "base/utf8.h"
#include "kind/kind_parts.h"

#include <string.h>

/* ---- Lines that say one thing of the whole kind ------------------------------------ */

static bool read_kind(fh_kind_reader *r)
{
    return fh_kind_take_name(r, "the name of the kind", &r->kind->name) && fh_kind_take_end(r);
}

static bool read_title(fh_kind_reader *r)
{
    return fh_kind_take_text(r, "what one is called", FH_KIND_LABEL_MAX, &r->kind->title) &&
           fh_kind_take_text(r, "what many are called", FH_KIND_LABEL_MAX, &r->kind->many) &&
           fh_kind_take_end(r);
}

static bool read_says(fh_kind_reader *r)
{
    return fh_kind_take_text(r, "what it is for", FH_KIND_SAYS_MAX, &r->kind->says) &&
           fh_kind_take_end(r);
}

static bool read_add(fh_kind_reader *r)
{
    return fh_kind_take_text(r, "what the button says", FH_KIND_LABEL_MAX, &r->kind->add) &&
           fh_kind_take_end(r);
}

static bool read_page(fh_kind_reader *r)
{
    const fh_token *at = r->token;
    if (!fh_kind_take_name(r, "a page", &r->kind->page) || !fh_kind_take_end(r)) return false;
    return fh_kind_is_one_of(r->kind->page, r->words->pages) ||
           fh_kind_problem_at(r, r->line, at->column,
                              fh_kind_did_you_mean_of(r, r->kind->page, r->words->pages,
                                                      "Leave the line out: then it is on the "
                                                      "records' own page."),
                              "there is no page '%.*s'", FH_STR_ARG(r->kind->page));
}

static bool read_made(fh_kind_reader *r)
{
    enum {
        NOT_YET = 1u << FH_WHO_AUTHOR | 1u << FH_WHO_OWNER | 1u << FH_WHO_LEAD | 1u << FH_WHO_ASKED
    };
    if (!fh_kind_need(r, "by")) return false;
    const fh_token *at = r->token;
    if (!fh_kind_take_who(r, &r->kind->by) || !fh_kind_take_end(r)) return false;
    return !(r->kind->by & NOT_YET) ||
           fh_kind_problem_at(r, r->line, at->column,
                              "Say anybody, a right such as decide, customer or firsthand.",
                              "a record has no author, owner, lead or asked before it is made");
}

static bool read_seen(fh_kind_reader *r)
{
    if (!fh_kind_need(r, "by")) return false;
    if (fh_kind_take(r, "concerned"))
        r->kind->seen_by = FH_SEEN_BY_CONCERNED;
    else if (!fh_kind_take(r, "everybody"))
        return fh_kind_bad(r, NULL, "'everybody' or 'concerned' is missing here");
    return fh_kind_take_end(r);
}

static bool read_anonymous(fh_kind_reader *r)
{
    r->kind->anonymous = true;
    return fh_kind_take_end(r);
}

static bool read_challenged(fh_kind_reader *r)
{
    r->kind->challenges = true;
    return fh_kind_take_end(r);
}

static bool read_links(fh_kind_reader *r)
{
    fh_str link[FH_KIND_TOKENS_MAX];
    uint32_t n = 0;
    do {
        if (!fh_kind_take_name(r, "a kind", &link[n])) return false;
        n++; /* there are fewer names than tokens */
    } while (fh_kind_take_comma(r));
    if (!fh_kind_take_end(r)) return false;
    r->kind->link = FH_NEW_ARRAY(r->arena, fh_str, n);
    if (!r->kind->link) {
        r->no_memory = true;
        return false;
    }
    memcpy(r->kind->link, link, n * sizeof *link);
    r->kind->n_links = n;
    return true;
}

/* ---- Every line -------------------------------------------------------------------- */

enum { DECLARES = 1, SPEAKS_OF = 2 }; /* the two passes */

typedef struct statement {
    const char *word;
    bool (*read)(fh_kind_reader *r);
    uint8_t pass;
    bool once;
    bool helped; /* a help line may follow */
} statement;

/* `choice` and `help` belong to the line above. */
static const statement statements[] = {
    {"kind", read_kind, DECLARES, true, false},
    {"title", read_title, DECLARES, true, false},
    {"says", read_says, DECLARES, true, false},
    {"add", read_add, DECLARES, true, false},
    {"page", read_page, DECLARES, true, false},
    {"made", read_made, DECLARES, true, false},
    {"seen", read_seen, DECLARES, true, false},
    {"anonymous", read_anonymous, DECLARES, true, false},
    {"challenged", read_challenged, DECLARES, true, false},
    {"links", read_links, DECLARES, true, false},
    {"field", fh_kind_read_field, DECLARES, false, true},
    {"state", fh_kind_read_state, DECLARES, false, false},
    {"owner", fh_kind_read_owner, SPEAKS_OF, true, false},
    {"move", fh_kind_read_move, SPEAKS_OF, false, true},
    {"clock", fh_kind_read_clock, SPEAKS_OF, false, false},
};
enum { N_STATEMENTS = sizeof statements / sizeof statements[0] };

typedef struct pass {
    uint8_t number;
    const statement *above;      /* of the line above that is no choice and no help */
    uint32_t said[N_STATEMENTS]; /* line; 0: not yet */
    bool first;                  /* no line was read yet */
} pass;

static void read_help(fh_kind_reader *r, const pass *p)
{
    if (!p->above || !p->above->helped) {
        if (p->number == DECLARES)
            (void)fh_kind_problem_at(r, r->line, 1, "Put it below a field or a move.",
                                     "there is nothing above that could be helped with");
        return;
    }
    if (p->above->pass != p->number || !r->help) return;
    if (r->help->len)
        (void)fh_kind_problem_at(r, r->line, 1, "Join the two.", "there is a help already");
    else if (fh_kind_take_text(r, "the help", FH_KIND_SAYS_MAX, r->help))
        (void)fh_kind_take_end(r);
}

static void unknown_line(fh_kind_reader *r, fh_str word)
{
    fh_str names[N_STATEMENTS + 2];
    for (uint32_t i = 0; i < N_STATEMENTS; i++) names[i] = fh_str_of(statements[i].word);
    names[N_STATEMENTS] = FH_STR("choice");
    names[N_STATEMENTS + 1] = FH_STR("help");
    (void)fh_kind_problem_at(
        r, r->line, r->token->column,
        fh_kind_did_you_mean(r, word, names, N_STATEMENTS + 2,
                             "A line begins with kind, title, says, add, page, made, seen, owner, "
                             "links, anonymous, challenged, field, choice, state, move, clock or "
                             "help; # begins a comment."),
        "a line cannot begin with '%.*s'", FH_STR_ARG(fh_kind_clip(word)));
}

static void read_statement(fh_kind_reader *r, pass *p, uint32_t i)
{
    const statement *s = &statements[i];
    p->above = s;
    r->help = NULL;
    if (p->number == DECLARES) {
        if (p->first != (i == 0))
            (void)fh_kind_problem_at(r, r->line, 1, "Put 'kind NAME' first.",
                                     "a declaration begins with its name");
        p->first = false;
        if (s->once && p->said[i])
            (void)fh_kind_problem_at(r, r->line, 1, "Keep one of the two lines.",
                                     "line %u says '%s' already", p->said[i], s->word);
        p->said[i] = r->line;
    }
    if (s->pass == p->number) (void)s->read(r);
}

static void read_line(fh_kind_reader *r, pass *p, fh_str line)
{
    fh_token token[FH_KIND_TOKENS_MAX];
    if (!fh_kind_scan(r, line, token)) {
        r->help = NULL;
        return;
    }
    if (token->type == FH_TOKEN_END) return;
    const fh_str word = token->type == FH_TOKEN_WORD ? token->text : (fh_str){"", 0};
    for (uint32_t i = 0; i < N_STATEMENTS; i++) {
        if (!fh_kind_take(r, statements[i].word)) continue;
        read_statement(r, p, i);
        return;
    }
    if (fh_kind_take(r, "help")) {
        read_help(r, p);
    } else if (fh_kind_take(r, "choice")) {
        if (p->number != DECLARES) return;
        if (!p->above || p->above->read != fh_kind_read_field)
            (void)fh_kind_problem_at(r, r->line, 1, "Choices stand below their field.",
                                     "there is no field above that could have choices");
        else if (r->help) /* else the field was not read: one problem is enough */
            (void)fh_kind_read_choice(r);
    } else if (p->number == DECLARES) {
        if (token->type == FH_TOKEN_WORD)
            unknown_line(r, word);
        else
            (void)fh_kind_bad(r, "Begin it with a word: says \"...\".",
                              "a line cannot begin like this");
    }
}

static fh_str next_line(fh_str *rest)
{
    const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    const size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
    const fh_str line = {rest->ptr, len};
    const size_t whole = end ? len + 1 : len;
    *rest = (fh_str){rest->ptr + whole, rest->len - whole};
    return line.len && line.ptr[line.len - 1] == '\r' ? (fh_str){line.ptr, line.len - 1} : line;
}

static void read_pass(fh_kind_reader *r, uint8_t number)
{
    pass p = {.number = number, .first = true};
    fh_str rest = r->kind->text;
    r->line = 0;
    r->help = NULL;
    while (rest.len && !r->no_memory) {
        const fh_str line = next_line(&rest);
        r->line++;
        read_line(r, &p, line);
    }
}

/* ---- The whole --------------------------------------------------------------------- */

/* Well-formed UTF-8 without control characters? Notes the first that is not. */
static bool check_bytes(fh_kind_reader *r, fh_str text)
{
    uint32_t line = 1, column = 1;
    const unsigned char *p = (const unsigned char *)text.ptr, *end = p + text.len;
    while (p < end) {
        const size_t n = fh_utf8_step(p, (size_t)(end - p));
        const bool control = *p < ' ' && *p != '\n' && *p != '\t' && *p != '\r';
        if (!n || control || *p == 0x7f)
            return fh_kind_problem_at(r, line, column, "Save the text as UTF-8.",
                                      "byte %02x is not text", *p);
        column++;
        if (*p == '\n') {
            line++;
            column = 1;
        }
        p += n;
    }
    return true;
}

/* How many lines begin with `word`, at most `most`. */
static uint32_t count_lines(fh_str text, const char *word, uint32_t most)
{
    const fh_str w = fh_str_of(word);
    uint32_t n = 0;
    while (text.len && n < most) {
        const fh_str line = fh_str_trim(next_line(&text));
        n += fh_str_starts(line, w);
    }
    return n;
}

/* Room for one more than is needed, so that nothing is NULL. */
static bool make_room(fh_kind_reader *r)
{
    fh_kind *k = r->kind;
    r->max_fields = count_lines(k->text, "field", FH_KIND_FIELDS_MAX);
    r->max_states = count_lines(k->text, "state", FH_KIND_STATES_MAX);
    r->max_moves = count_lines(k->text, "move", FH_KIND_MOVES_MAX);
    r->max_clocks = count_lines(k->text, "clock", FH_KIND_CLOCKS_MAX);
    k->field = FH_NEW_ARRAY(r->arena, fh_kind_field, r->max_fields + 1);
    k->state = FH_NEW_ARRAY(r->arena, fh_state, r->max_states + 1);
    k->move = FH_NEW_ARRAY(r->arena, fh_kind_move, r->max_moves + 1);
    k->clock = FH_NEW_ARRAY(r->arena, fh_clock, r->max_clocks + 1);
    return k->field && k->state && k->move && k->clock;
}

static fh_status tell(const fh_kind_reader *r, fh_error *err)
{
    const fh_kind_problem *p = &r->problem[0];
    /* As messages are: no capital, no period. */
    const char first = p->what.ptr[0];
    const bool lower = first >= 'A' && first <= 'Z' && !fh_str_starts(p->what, FH_STR("Firsthand"));
    (void)fh_fail(err, FH_FORMAT, "line %u, column %u: %c%.*s", p->line, p->column,
                  lower ? first - 'A' + 'a' : first, (int)p->what.len - 2, p->what.ptr + 1);
    return p->remedy.len ? fh_hint(err, FH_FORMAT, "%.*s", FH_STR_ARG(p->remedy)) : FH_FORMAT;
}

fh_status fh_kind_read(fh_str text, const fh_kind_words *words, fh_arena *arena, fh_kind **out,
                       const fh_kind_problem **problem, size_t *n_problems, fh_error *err)
{
    fh_kind_reader r = {.arena = arena, .words = words, .kind = FH_NEW(arena, fh_kind)};
    r.problem = FH_NEW_ARRAY(arena, fh_kind_problem, FH_KIND_PROBLEMS_MAX);
    if (!text.len) text = FH_STR("");
    if (!r.kind || !r.problem) return fh_no_memory(err);
    if (text.len > FH_KIND_TEXT_MAX) {
        (void)fh_kind_problem_at(&r, 1, 1, "Part it into several kinds.",
                                 "a declaration has at most 64 KiB");
    } else if (check_bytes(&r, text)) {
        if (!fh_arena_str(arena, text, &r.kind->text) || !make_room(&r)) return fh_no_memory(err);
        read_pass(&r, DECLARES);
        read_pass(&r, SPEAKS_OF);
        if (!r.n_problems) fh_kind_check(&r);
    }
    if (r.no_memory) return fh_no_memory(err);
    if (problem) {
        *problem = r.problem;
        *n_problems = r.n_problems;
    }
    if (r.n_problems) return tell(&r, err);
    *out = r.kind;
    return FH_OK;
}
