/* map_read.c - the text of a map, line by line (see firsthand/map.h).
 *
 * What a line may be depends on where it stands: before the first stage, in the flow, or
 * below a touchpoint; one table names every line and its places. Stages, steps and
 * touchpoints go straight into their rows, for which the lines were counted before. Lines of
 * which a touchpoint may have several are gathered beside it and copied when it is closed.
 */
#include "journey/map_scan.h"

#include "base/nearest.h"
#include "base/time.h"

#include <string.h>

typedef struct reader {
    fh_map_scan s;
    fh_map map;
    fh_map_touchpoint *t; /* whose lines may follow; NULL: nobody's */
    fh_map_lines lines;   /* of t */
    fh_map_ids ids;
    uint32_t open[FH_MAP_DEPTH_MAX]; /* steps of blocks that have not ended */
    uint32_t depth, max_stages, max_steps, max_touchpoints;
} reader;

/* ---- Closing a touchpoint ----------------------------------------------------------- */

/* A row of gathered lines as the touchpoint has it. */
static bool keep(reader *r, const fh_map_list_field *f)
{
    const uint32_t n = *fh_map_list_n(r->t, f);
    if (!n) return true;
    void *row = fh_arena_alloc(r->s.arena, n, f->size);
    if (!row) return fh_map_scan_no_memory(&r->s);
    memcpy(row, (const char *)&r->lines + f->gathered, n * f->size);
    memcpy((char *)r->t + f->row, &row, sizeof row);
    return true;
}

static bool close_touchpoint(reader *r)
{
    if (!r->t) return true;
    for (const fh_map_list_field *f = fh_map_list_fields; f->word; f++)
        if (!keep(r, f)) return false;
    if (!r->t->lane_said) r->t->lane = fh_map_lane_of(r->t);
    r->t = NULL;
    return true;
}

/* ---- Lines that say one thing ------------------------------------------------------- */

static bool said_twice(reader *r, const char *what)
{
    return fh_map_bad_at(&r->s, &r->s.token, "Keep one of the two.", "%s is said twice", what);
}

static bool read_once(reader *r, const char *what, fh_str *into)
{
    if (into->len) return said_twice(r, what);
    return fh_map_take_text(&r->s, what, into);
}

static bool read_goal(reader *r)
{
    return read_once(r, "the goal", &r->map.goal);
}

static bool read_journey_owner(reader *r)
{
    return read_once(r, "the owner of the journey", &r->map.owner);
}

static bool read_journey_note(reader *r)
{
    return read_once(r, "the note to the journey", &r->map.note);
}

static bool read_owner(reader *r)
{
    return read_once(r, "the owner", &r->t->owner);
}

static bool read_ask(reader *r)
{
    return read_once(r, "whom to ask", &r->t->ask);
}

static bool read_note(reader *r)
{
    return read_once(r, "the note", &r->t->note);
}

static bool read_place(reader *r)
{
    return read_once(r, "the place", &r->t->place);
}

static bool read_unseen(reader *r)
{
    if (!read_once(r, "why no data tells of it", &r->t->unseen)) return false;
    r->t->is_unseen = true;
    return true;
}

static bool read_lane(reader *r)
{
    int lane = 0;
    if (r->t->lane_said) return said_twice(r, "the lane");
    if (!fh_map_take_one_of(&r->s, fh_map_lane_words, "customer, front or back", &lane))
        return false;
    r->t->lane = (fh_map_lane)lane;
    r->t->lane_said = true;
    return true;
}

static bool read_feels(reader *r)
{
    fh_map_touchpoint *t = r->t;
    if (t->feels || t->intended.len) return said_twice(r, "the intended experience");
    if (r->s.token.type == FH_MAP_TEXT)
        return fh_map_take_text(&r->s, "the intended experience", &t->intended);
    const fh_str score = r->s.token.text;
    if (r->s.token.type != FH_MAP_WORD || score.len != 1 || *score.ptr < '1' || *score.ptr > '5')
        return fh_map_expected(&r->s, "a number from 1 to 5, 5 being best", NULL);
    t->feels = *score.ptr - '0';
    if (!fh_map_scan_next(&r->s)) return false;
    return r->s.token.type != FH_MAP_TEXT ||
           fh_map_take_text(&r->s, "the intended experience", &t->intended);
}

/* from WHO to WHO over CHANNEL, each once, in any order. */
static bool read_contact(reader *r)
{
    static const struct {
        const char *word, *what;
        size_t at;
    } parts[] = {
        {"from", "who begins it", offsetof(fh_map_touchpoint, from)},
        {"to", "to whom it goes", offsetof(fh_map_touchpoint, to)},
        {"over", "the channel", offsetof(fh_map_touchpoint, channel)},
    };
    for (;;) {
        size_t i = 0;
        while (i < 3 && !fh_map_sees(&r->s, parts[i].word)) i++;
        if (i == 3) return true;
        fh_str *into = (fh_str *)(void *)((char *)r->t + parts[i].at);
        if (into->len) return said_twice(r, parts[i].what);
        if (!fh_map_scan_next(&r->s) || !fh_map_take_either(&r->s, parts[i].what, into))
            return false;
    }
}

/* walk no "WHY" instead "WHAT", either part alone too. */
static bool read_walk(reader *r)
{
    fh_map_touchpoint *t = r->t;
    if (fh_map_sees(&r->s, "walk")) {
        if (!fh_map_scan_next(&r->s)) return false;
        if (!fh_map_sees(&r->s, "no"))
            return fh_map_expected(&r->s, "'no' and why it cannot be walked",
                                   "What can be walked needs no such line.");
        if (!fh_map_scan_next(&r->s) || !read_once(r, "why it cannot be walked", &t->not_walkable))
            return false;
        t->is_not_walkable = true;
    }
    if (!fh_map_sees(&r->s, "instead")) return true;
    return fh_map_scan_next(&r->s) && read_once(r, "what is done instead", &t->instead);
}

/* ---- Lines of which there may be several -------------------------------------------- */

static bool has_room(reader *r, uint32_t n)
{
    return n < FH_MAP_LINES_MAX ||
           fh_map_bad_at(&r->s, &r->s.token, "Part the touchpoint into several.",
                         "a touchpoint has at most %d lines of a sort", FH_MAP_LINES_MAX);
}

static bool read_behave(reader *r)
{
    if (!has_room(r, r->t->n_behaviours)) return false;
    fh_map_behaviour *b = &r->lines.behaviour[r->t->n_behaviours];
    if (!fh_map_take_text(&r->s, "the role", &b->role) ||
        !fh_map_take_text(&r->s, "how this role behaves", &b->text))
        return false;
    r->t->n_behaviours++;
    return true;
}

static bool read_within(reader *r, int64_t *out_ms)
{
    static const char hint[] = "Write it as 2d, 36h, 90m or 8w: whole minutes, ten years at most.";
    if (r->s.token.type != FH_MAP_WORD || !fh_map_read_span(r->s.token.text, out_ms))
        return fh_map_expected(&r->s, "a span of time", hint);
    return fh_map_scan_next(&r->s);
}

static bool read_length(reader *r)
{
    if (r->t->length_ms) return said_twice(r, "the length");
    return read_within(r, &r->t->length_ms);
}

static bool read_promise(reader *r)
{
    if (!has_room(r, r->t->n_promises)) return false;
    fh_map_promise *p = &r->lines.promise[r->t->n_promises];
    *p = (fh_map_promise){0};
    if (!fh_map_take_text(&r->s, "what is promised", &p->text)) return false;
    if (fh_map_sees(&r->s, "within") &&
        (!fh_map_scan_next(&r->s) || !read_within(r, &p->within_ms)))
        return false;
    r->t->n_promises++;
    return true;
}

static bool read_into(reader *r, const char *what, fh_str *row, uint32_t *n)
{
    if (!has_room(r, *n) || !fh_map_take_text(&r->s, what, &row[*n])) return false;
    ++*n;
    return true;
}

/* ---- Never-rules -------------------------------------------------------------------- */

static bool read_other(reader *r, fh_map_never *n, fh_map_never_form form)
{
    n->form = form;
    return fh_map_scan_next(&r->s) && fh_map_take_id(&r->s, "the id of a touchpoint", &n->other);
}

static bool take_word(reader *r, const char *word, const char *hint)
{
    return fh_map_sees(&r->s, word) ? fh_map_scan_next(&r->s) : fh_map_expected(&r->s, word, hint);
}

/* A number from 1 to 1000 without leading zeros; 0: it is none. */
static uint32_t number_in(fh_str text)
{
    uint32_t n = 0;
    if (!text.len || text.len > 4 || *text.ptr == '0') return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return 0;
        n = 10 * n + (uint32_t)(text.ptr[i] - '0');
    }
    return n <= FH_MAP_TIMES_MAX ? n : 0;
}

/* more than N times within SPAN */
static bool read_times(reader *r, fh_map_never *n)
{
    static const char hint[] = "Write it as: more than 3 times within 7d; the fourth is too much.";
    n->form = FH_NEVER_TIMES;
    if (!fh_map_scan_next(&r->s) || !take_word(r, "than", hint)) return false;
    n->times = r->s.token.type == FH_MAP_WORD ? number_in(r->s.token.text) : 0;
    if (!n->times) return fh_map_expected(&r->s, "a number from 1 to 1000", hint);
    if (!fh_map_scan_next(&r->s) || !take_word(r, "times", hint)) return false;
    return !fh_map_sees(&r->s, "within") ||
           (fh_map_scan_next(&r->s) && read_within(r, &n->within_ms));
}

/* outcome X over CHANNEL of DEPARTMENT: what stands, in this order. */
static bool read_where(reader *r, fh_map_never *n)
{
    const struct {
        const char *word, *what;
        fh_str *into;
    } parts[] = {{"outcome", "the outcome", &n->outcome},
                 {"over", "the channel", &n->channel},
                 {"of", "the department", &n->department}};
    n->form = FH_NEVER_WHERE;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (fh_map_sees(&r->s, parts[i].word) &&
            (!fh_map_scan_next(&r->s) || !fh_map_take_either(&r->s, parts[i].what, parts[i].into)))
            return false;
    return true;
}

static bool read_rule(reader *r, fh_map_never *n)
{
    if (fh_map_sees(&r->s, "within")) {
        if (!fh_map_scan_next(&r->s) || !read_within(r, &n->within_ms)) return false;
        if (!fh_map_sees(&r->s, "after"))
            return fh_map_expected(&r->s, "'after' and the id of a touchpoint",
                                   "Write it as: within 7d after renewal-letter.");
    }
    if (fh_map_sees(&r->s, "after")) return read_other(r, n, FH_NEVER_AFTER);
    if (fh_map_sees(&r->s, "before")) return read_other(r, n, FH_NEVER_BEFORE);
    if (fh_map_sees(&r->s, "without")) return read_other(r, n, FH_NEVER_WITHOUT);
    if (fh_map_sees(&r->s, "more")) return read_times(r, n);
    if (fh_map_sees(&r->s, "outcome") || fh_map_sees(&r->s, "over") || fh_map_sees(&r->s, "of"))
        return read_where(r, n);
    return r->s.token.type != FH_MAP_WORD ||
           fh_map_expected(&r->s, "how it is checked, or the end of the line",
                           "A rule is: after ID, within 7d after ID, before ID, without ID, more "
                           "than 3 times, outcome X, over CHANNEL, of DEPARTMENT.");
}

static bool read_never(reader *r)
{
    if (!has_room(r, r->t->n_nevers)) return false;
    fh_map_never *n = &r->lines.never[r->t->n_nevers];
    *n = (fh_map_never){0};
    if (!fh_map_take_text(&r->s, "what must never happen", &n->text) || !read_rule(r, n))
        return false;
    r->t->n_nevers++;
    return true;
}

/* Touchpoints may be named before they come: looked up when all are there. */
static bool check_rules(reader *r)
{
    for (uint32_t t = 0; t < r->map.n_touchpoints; t++)
        for (uint32_t i = 0; i < r->map.touchpoint[t].n_nevers; i++) {
            const fh_map_never *n = &r->map.touchpoint[t].never[i];
            if (!n->other.len) continue;
            const uint32_t number = fh_map_ids_find(&r->ids, n->other);
            if (number != FH_MAP_NONE && number >= FH_MAP_STAGES_MAX) continue;
            const fh_map_token at = {FH_MAP_WORD, n->other.ptr, n->other};
            return fh_map_bad_at(&r->s, &at,
                                 "A never-rule names a touchpoint of this map by its id.",
                                 "'%.*s' is no touchpoint", FH_STR_ARG(n->other));
        }
    return true;
}

/* ---- More lines of which there may be several ---------------------------------------- */

static bool read_holds(reader *r)
{
    return read_into(r, "what is known here", r->lines.holds, &r->t->n_holds);
}

static bool read_needs(reader *r)
{
    return read_into(r, "what must be known here", r->lines.needs, &r->t->n_needs);
}

static bool read_system(reader *r)
{
    return read_into(r, "the system", r->lines.system, &r->t->n_systems);
}

/* match "NAME", "BEGIN*" over "CHANNEL" of "DEPARTMENT" */
static bool read_match(reader *r)
{
    const uint32_t first = r->t->n_matches;
    fh_map_match where = {0};
    for (bool more = true; more;) {
        if (!has_room(r, r->t->n_matches)) return false;
        fh_map_match *m = &r->lines.match[r->t->n_matches];
        *m = (fh_map_match){0};
        if (!fh_map_take_text(&r->s, "the name of an interaction", &m->name)) return false;
        r->t->n_matches++;
        more = r->s.token.type == FH_MAP_COMMA;
        if (more && !fh_map_scan_next(&r->s)) return false;
    }
    if (fh_map_sees(&r->s, "over") &&
        (!fh_map_scan_next(&r->s) || !fh_map_take_either(&r->s, "the channel", &where.channel)))
        return false;
    if (fh_map_sees(&r->s, "of") &&
        (!fh_map_scan_next(&r->s) ||
         !fh_map_take_either(&r->s, "the department", &where.department)))
        return false;
    for (uint32_t i = first; i < r->t->n_matches; i++) {
        r->lines.match[i].channel = where.channel;
        r->lines.match[i].department = where.department;
    }
    return true;
}

/* ---- Stages, touchpoints, blocks ---------------------------------------------------- */

/* Tells when the id behind `at` is taken. */
static bool new_id(reader *r, const fh_map_token *at, uint32_t number)
{
    const uint32_t other = fh_map_ids_add(&r->ids, number);
    if (other == FH_MAP_NONE) return true;
    const uint32_t line = other < FH_MAP_STAGES_MAX
                              ? r->map.stage[other].line
                              : r->map.touchpoint[other - FH_MAP_STAGES_MAX].line;
    return fh_map_bad_at(&r->s, at, "Every stage and touchpoint has an id of its own.",
                         "'%.*s' is already the id in line %u", FH_STR_ARG(at->text), line);
}

static bool end_stage(reader *r)
{
    if (r->depth) {
        return fh_map_expected(&r->s, "'end' of the block that is open",
                               "A block is closed by 'end' before its stage is over.");
    }
    if (r->map.n_stages) r->map.stage[r->map.n_stages - 1].end = r->map.n_steps;
    return true;
}

static bool read_stage(reader *r)
{
    int when = FH_MAP_DURING;
    if (r->map.n_stages == r->max_stages)
        return fh_map_bad_at(&r->s, &r->s.token, "Part the journey into several.",
                             "a journey has at most %d stages", FH_MAP_STAGES_MAX);
    fh_map_stage *stage = &r->map.stage[r->map.n_stages];
    stage->line = r->s.line;
    const fh_map_token at = r->s.token;
    if (!fh_map_take_id(&r->s, "the id of the stage", &stage->id) ||
        !fh_map_take_text(&r->s, "the name of the stage", &stage->name))
        return false;
    if (r->s.token.type == FH_MAP_WORD &&
        !fh_map_take_one_of(&r->s, fh_map_when_words, "before, during or after", &when))
        return false;
    stage->when = (fh_map_when)when;
    stage->step = r->map.n_steps;
    return new_id(r, &at, r->map.n_stages++);
}

static fh_map_step *new_step(reader *r, const fh_map_token *at, fh_map_op op)
{
    if (r->map.n_steps == r->max_steps) {
        (void)fh_map_bad_at(&r->s, at, "Part the journey into several.",
                            "a journey has at most %d steps", FH_MAP_STEPS_MAX);
        return NULL;
    }
    fh_map_step *step = &r->map.step[r->map.n_steps++];
    *step = (fh_map_step){.op = op, .end = r->map.n_steps};
    return step;
}

static bool read_touchpoint(reader *r)
{
    const fh_map_token at = r->s.token;
    if (r->map.n_touchpoints == r->max_touchpoints)
        return fh_map_bad_at(&r->s, &at, "Part the journey into several.",
                             "a journey has at most %d touchpoints", FH_MAP_TOUCHPOINTS_MAX);
    fh_map_step *step = new_step(r, &at, FH_MAP_TOUCHPOINT);
    if (!step) return false;
    step->touchpoint = r->map.n_touchpoints;
    fh_map_touchpoint *t = &r->map.touchpoint[r->map.n_touchpoints];
    t->line = r->s.line;
    t->stage = r->map.n_stages - 1;
    if (!fh_map_take_id(&r->s, "the id of the touchpoint", &t->id) ||
        !fh_map_take_text(&r->s, "the name of the touchpoint", &t->name))
        return false;
    r->t = t;
    return new_id(r, &at, FH_MAP_STAGES_MAX + r->map.n_touchpoints++);
}

static bool begin_block(reader *r, fh_map_op op)
{
    if (r->depth == FH_MAP_DEPTH_MAX)
        return fh_map_bad_at(&r->s, &r->s.token, "Part the journey into several.",
                             "blocks lie in one another at most %d deep", FH_MAP_DEPTH_MAX);
    if (!new_step(r, &r->s.token, op)) return false;
    r->open[r->depth++] = r->map.n_steps - 1;
    return fh_map_scan_next(&r->s);
}

static bool read_sequence(reader *r)
{
    return begin_block(r, FH_MAP_SEQUENCE);
}

static bool read_choice(reader *r)
{
    return begin_block(r, FH_MAP_CHOICE);
}

static bool read_any_order(reader *r)
{
    return begin_block(r, FH_MAP_ANY_ORDER);
}

static bool read_repeat(reader *r)
{
    return begin_block(r, FH_MAP_REPEAT);
}

static bool read_optional(reader *r)
{
    return begin_block(r, FH_MAP_OPTIONAL);
}

static bool read_end(reader *r)
{
    if (!r->depth)
        return fh_map_bad_at(&r->s, &r->s.token, "Stages and touchpoints need no 'end'; blocks do.",
                             "there is no block that could end here");
    const uint32_t i = r->open[--r->depth];
    r->map.step[i].end = r->map.n_steps;
    if (r->map.n_steps > i + 1) return fh_map_scan_next(&r->s);
    return fh_map_bad_at(&r->s, &r->s.token, "Put a touchpoint into it, or leave it out.",
                         "nothing is in the block '%s' that ends here",
                         fh_map_op_words[r->map.step[i].op]);
}

/* ---- Every line --------------------------------------------------------------------- */

enum { HEAD = 1, FLOW = 2, BELOW = 4 }; /* below: a touchpoint */

typedef struct statement {
    const char *word;
    bool (*read)(reader *r);
    uint8_t place;
    bool whole; /* read is given the word, too */
} statement;

static const statement statements[] = {
    {"goal", read_goal, HEAD, false},
    {"owner", read_journey_owner, HEAD, false},
    {"note", read_journey_note, HEAD, false},
    {"stage", read_stage, HEAD | FLOW, false},
    {"touchpoint", read_touchpoint, FLOW, false},
    {"sequence", read_sequence, FLOW, true},
    {"choice", read_choice, FLOW, true},
    {"any-order", read_any_order, FLOW, true},
    {"repeat", read_repeat, FLOW, true},
    {"optional", read_optional, FLOW, true},
    {"end", read_end, FLOW, true},
    {"lane", read_lane, BELOW, false},
    {"from", read_contact, BELOW, true},
    {"to", read_contact, BELOW, true},
    {"over", read_contact, BELOW, true},
    {"place", read_place, BELOW, false},
    {"length", read_length, BELOW, false},
    {"owner", read_owner, BELOW, false},
    {"ask", read_ask, BELOW, false},
    {"feels", read_feels, BELOW, false},
    {"note", read_note, BELOW, false},
    {"behave", read_behave, BELOW, false},
    {"promise", read_promise, BELOW, false},
    {"never", read_never, BELOW, false},
    {"holds", read_holds, BELOW, false},
    {"needs", read_needs, BELOW, false},
    {"system", read_system, BELOW, false},
    {"match", read_match, BELOW, false},
    {"unseen", read_unseen, BELOW, false},
    {"walk", read_walk, BELOW, true},
    {"instead", read_walk, BELOW, true},
};
enum { N_STATEMENTS = sizeof statements / sizeof statements[0] };

static uint8_t place_of(const reader *r)
{
    if (!r->map.n_stages) return HEAD;
    return r->t ? FLOW | BELOW : FLOW;
}

static const statement *statement_of(const reader *r, uint8_t place)
{
    if (r->s.token.type != FH_MAP_WORD) return NULL;
    for (uint32_t i = 0; i < N_STATEMENTS; i++)
        if ((statements[i].place & place) && fh_map_sees(&r->s, statements[i].word))
            return &statements[i];
    return NULL;
}

static bool no_statement(reader *r, uint8_t place)
{
    static const char below[] = "Below a touchpoint stand lane, from, place, length, owner, ask, "
                                "feels, note, behave, promise, never, holds, needs, system, "
                                "match, unseen, walk; or the next touchpoint, stage, block or "
                                "end.";
    const char *hint = place & BELOW ? below
                       : place & FLOW
                           ? "Here stand touchpoint, stage, sequence, choice, any-order, repeat, "
                             "optional or end."
                           : "Before the first stage stand goal, owner and note.";
    fh_str names[N_STATEMENTS], text;
    size_t n = 0;
    if (statement_of(r, HEAD | FLOW | BELOW))
        return fh_map_bad_at(&r->s, &r->s.token, hint,
                             place == HEAD ? "'%.*s' stands before the first stage"
                                           : "'%.*s' has no place here",
                             FH_STR_ARG(r->s.token.text));
    for (uint32_t i = 0; i < N_STATEMENTS; i++)
        if (statements[i].place & place) names[n++] = fh_str_of(statements[i].word);
    const size_t nearest =
        r->s.token.type == FH_MAP_WORD ? fh_nearest(r->s.token.text, names, n) : n;
    if (nearest < n) {
        if (!fh_arena_format(r->s.arena, &text, "Did you mean '%.*s'?", FH_STR_ARG(names[nearest])))
            return fh_map_scan_no_memory(&r->s);
        hint = text.ptr;
    }
    return fh_map_expected(&r->s, "the word a line begins with", hint);
}

static bool read_statement(reader *r, const statement *st)
{
    if (!st->whole && !fh_map_scan_next(&r->s)) return false;
    return st->read(r) && fh_map_take_line_end(&r->s);
}

static bool read_line(reader *r)
{
    const uint8_t place = place_of(r);
    const statement *st = statement_of(r, place);
    if (!st) return no_statement(r, place);
    if (st->read == read_stage && !end_stage(r)) return false;
    if ((st->place & FLOW) && !close_touchpoint(r)) return false;
    return read_statement(r, st);
}

static bool read_journey(reader *r)
{
    if (!fh_map_sees(&r->s, "journey"))
        return fh_map_expected(&r->s, "'journey'",
                               "A map begins with its id and title: journey renew \"I renew my "
                               "contract\".");
    if (!fh_map_scan_next(&r->s) || !fh_map_take_id(&r->s, "the id of the journey", &r->map.id) ||
        !fh_map_take_text(&r->s, "the title of the journey", &r->map.title) ||
        !fh_map_take_line_end(&r->s))
        return false;
    while (r->s.token.type != FH_MAP_END)
        if (!read_line(r)) return false;
    return end_stage(r) && close_touchpoint(r) && check_rules(r);
}

/* ---- The whole ---------------------------------------------------------------------- */

static uint32_t at_most(uint32_t n, uint32_t most)
{
    return n < most ? n : most;
}

/* Counts the lines that begin with one of a list of words. */
static uint32_t count_lines(fh_str text, const char *const *words)
{
    uint32_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\t')) i++;
        const size_t from = i;
        while (i < text.len && text.ptr[i] != '\n') i++;
        for (size_t w = 0; words[w]; w++)
            n += fh_str_starts((fh_str){text.ptr + from, i - from}, fh_str_of(words[w]));
    }
    return n;
}

static bool make_room(reader *r, fh_str text)
{
    static const char *const stage[] = {"stage", NULL};
    r->max_stages = at_most(count_lines(text, stage), FH_MAP_STAGES_MAX);
    /* A byte order mark hides at most the first line, which is the journey's. */
    r->max_steps = at_most(count_lines(text, fh_map_op_words), FH_MAP_STEPS_MAX);
    r->max_touchpoints = at_most(r->max_steps, FH_MAP_TOUCHPOINTS_MAX);
    r->map.stage = FH_NEW_ARRAY(r->s.arena, fh_map_stage, r->max_stages + 1);
    r->map.step = FH_NEW_ARRAY(r->s.arena, fh_map_step, r->max_steps + 1);
    r->map.touchpoint = FH_NEW_ARRAY(r->s.arena, fh_map_touchpoint, r->max_touchpoints + 1);
    return r->map.stage && r->map.step && r->map.touchpoint;
}

static reader *new_reader(fh_arena *scratch, fh_arena *arena, fh_error *err)
{
    reader *r = FH_NEW(scratch, reader);
    if (!r) return NULL;
    r->s.arena = arena;
    r->s.err = err;
    r->ids.map = &r->map;
    return r;
}

fh_status fh_map_parse(fh_str text, fh_arena *arena, fh_map *out, fh_error *err)
{
    if (text.len > FH_MAP_TEXT_MAX) {
        (void)fh_fail(err, FH_LIMIT, "this map has %zu bytes; the most is 4 MiB", text.len);
        return fh_hint(err, FH_LIMIT, "Part the journey into several.");
    }
    fh_status status = FH_NOMEM;
    fh_str own;
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    reader *r = scratch ? new_reader(scratch, arena, err) : NULL;
    if (r && fh_arena_str(arena, text, &own) && make_room(r, own)) {
        if (fh_map_scan_begin(&r->s, own)) (void)read_journey(r);
        status = r->s.status;
        if (status == FH_OK) *out = r->map;
    }
    fh_arena_free(scratch);
    return status == FH_NOMEM ? fh_no_memory(err) : status;
}

/* ---- Lines alone -------------------------------------------------------------------- */

fh_status fh_map_read_lines(fh_str text, fh_str word, fh_arena *arena, fh_map_touchpoint *t,
                            fh_error *err)
{
    const fh_map_list_field *f = fh_map_list_field_of(word);
    if (!f) return FH_NOTFOUND;
    fh_status status = FH_NOMEM;
    fh_map_touchpoint read = {0};
    fh_str own;
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    reader *r = scratch ? new_reader(scratch, arena, err) : NULL;
    if (r && fh_arena_str(arena, text, &own)) {
        r->t = &read;
        bool ok = fh_map_scan_begin(&r->s, own);
        while (ok && r->s.token.type != FH_MAP_END)
            ok = fh_map_sees(&r->s, f->word)
                     ? read_statement(r, statement_of(r, BELOW))
                     : fh_map_expected(&r->s, f->word, "Every line begins with this word.");
        if (ok) (void)close_touchpoint(r);
        status = r->s.status;
    }
    if (status == FH_OK) {
        memcpy((char *)t + f->row, (const char *)&read + f->row, sizeof(void *));
        *fh_map_list_n(t, f) = *fh_map_list_n(&read, f);
    }
    fh_arena_free(scratch);
    return status == FH_NOMEM ? fh_no_memory(err) : status;
}
