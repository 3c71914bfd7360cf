/* keeping.c - what people say of findings: that one is none, which fact is right, settings. */
#include "app/find/find_parts.h"

#include "app/people/audit.h"
#include "app/records/records.h"
#include "base/put.h"

#include <stdio.h>

enum { WHY_MOST = 1000, WORDS_MOST = 2000 };

static fh_status note(fh_org *org, const fh_actor *actor, fh_audited what, const char *kind,
                      fh_str key, int64_t number, fh_error *err)
{
    const fh_audit_object about = {.kind = fh_str_of(kind), .key = key, .number = number};
    return fh_audit(org, actor, what, &about, err);
}

/* ---- Judging ----------------------------------------------------------------------------- */

static bool refused(fh_status s)
{
    return s == FH_CONFLICT || s == FH_DENIED || s == FH_NOTFOUND || s == FH_INVALID;
}

static fh_status moved(fh_org *org, const fh_actor *by, const fh_record_view *was, fh_str move,
                       fh_str words, fh_arena *arena, fh_error *err)
{
    fh_record_view r;
    const fh_record_input in = {.words = words, .fields = UINT32_MAX};
    return fh_record_move(org, by, was->row.record, was->row.version, move, &in, arena, &r, err);
}

/* Firsthand moves it, as it made it; where its state does not allow that, a comment tells. */
static fh_status move_record(fh_org *org, int64_t record, bool finding, fh_str why, fh_arena *arena,
                             fh_error *err)
{
    const fh_actor firsthand = fh_actor_system();
    const fh_str words = why.len ? why : FH_STR("It is a finding after all.");
    fh_record_view r;
    fh_error no = {0};
    int64_t entry = 0;
    fh_status s = fh_record_get(org, &firsthand, record, arena, &r, &no);
    if (s == FH_NOTFOUND) return FH_OK;
    const bool other = !s && fh_str_eq(r.row.state, FH_STR("other"));
    const bool open =
        !s && (fh_str_eq(r.row.state, FH_STR("noticed")) || fh_str_eq(r.row.state, FH_STR("open")));
    const bool moves = finding ? other : open;
    const fh_str move = finding ? FH_STR("again") : FH_STR("refute");
    if (!s && moves) s = moved(org, &firsthand, &r, move, words, arena, &no);
    if (refused(s) || (!s && !moves))
        s = fh_record_comment(org, &firsthand, record, words, &entry, &no);
    if (s && err) *err = no;
    return refused(s) ? FH_OK : s;
}

fh_status fh_finding_judge(fh_org *org, const fh_actor *actor, uint64_t cause, bool finding,
                           fh_str why, fh_arena *arena, fh_error *err)
{
    fh_cause_row c;
    char hex[24];
    const fh_os *os = fh_org_os(org);
    why = fh_str_trim(why);
    fh_status s = fh_require(actor, FH_RIGHT_FINDINGS, err);
    if (!s && !finding && !why.len) {
        (void)fh_fail(err, FH_INVALID, "/why: it says why this is no finding");
        return fh_hint(err, FH_INVALID, "Whoever sees it later needs to know: it stays shown.");
    }
    if (!s && why.len > WHY_MOST)
        s = fh_fail(err, FH_INVALID, "/why: it has at most %d bytes", (int)WHY_MOST);
    if (!s) s = fh_cause_get(org, cause, arena, &c, err);
    if (s) return s;
    c.judged = !finding;
    c.why = finding ? FH_STR("") : why;
    c.person = finding ? 0 : actor->person;
    c.judged_ms = finding ? 0 : os->now_ms(os->ctx);
    s = fh_cause_judge(org, &c, err);
    (void)snprintf(hex, sizeof hex, "%016llx", (unsigned long long)cause);
    if (!s) s = note(org, actor, FH_AUDITED_FINDING_JUDGED, "finding", fh_str_of(hex), 0, err);
    return s || !c.record ? s : move_record(org, c.record, finding, why, arena, err);
}

/* ---- What is right ------------------------------------------------------------------------ */

fh_status fh_fact_type_read(fh_str word, uint32_t *out, fh_error *err)
{
    for (uint32_t i = 0; i < FH_N_FACT_TYPES; i++)
        if (fh_str_eq(word, fh_str_of(fh_fact_type_name((fh_fact_type)i)))) {
            *out = i;
            return FH_OK;
        }
    (void)fh_fail(err, FH_INVALID, "/type: '%.*s' is no type of fact",
                  word.len > 40 ? 40 : (int)word.len, word.ptr);
    return fh_hint(err, FH_INVALID,
                   "There are date, time, money, percent, duration, number, phone, "
                   "email, url, person, product, id, policy.");
}

static fh_status check_words(const fh_reference_row *r, fh_arena *arena, fh_error *err)
{
    fh_lexicon *lexicon = NULL;
    fh_text text;
    bool says = false;
    const fh_text_about about = {.sent_ms = r->made_ms};
    fh_status s = fh_lexicon_new(NULL, &lexicon, err);
    if (!s) s = fh_text_read(lexicon, r->words, &about, arena, &text, err);
    for (uint32_t i = 0; !s && i < text.n_facts; i++) says = says || text.fact[i].type == r->type;
    fh_lexicon_free(lexicon);
    if (s || says) return s;
    (void)fh_fail(err, FH_INVALID, "/words: no %s is understood in them",
                  fh_fact_type_name((fh_fact_type)r->type));
    return fh_hint(err, FH_INVALID,
                   "Write the sentence that says it, with the value, as a message would: 'The "
                   "excess is EUR 250.'");
}

fh_status fh_reference_say(fh_org *org, const fh_actor *actor, fh_reference_row *row,
                           fh_arena *arena, fh_error *err)
{
    fh_cause_row c = {0};
    fh_str words;
    int64_t entry = 0;
    const fh_os *os = fh_org_os(org);
    row->words = fh_str_trim(row->words);
    row->value = fh_str_trim(row->value);
    fh_status s = fh_require(actor, FH_RIGHT_FINDINGS, err);
    if (!s && (!row->words.len || row->words.len > WORDS_MOST || row->value.len > WORDS_MOST))
        s = fh_fail(err, FH_INVALID, "/words: it has 1 to %d bytes", (int)WORDS_MOST);
    if (!s && row->until_ms && row->until_ms <= row->from_ms)
        s = fh_fail(err, FH_INVALID, "/until: it is not after 'from'");
    if (!s && row->cause) s = fh_cause_get(org, row->cause, arena, &c, err);
    row->person = actor->person;
    row->made_ms = os->now_ms(os->ctx);
    if (!s) s = check_words(row, arena, err);
    if (!s) s = fh_reference_add(org, row, err);
    if (!s)
        s = note(org, actor, FH_AUDITED_FACT_SAID, "reference-fact", (fh_str){0}, row->fact, err);
    if (s || c.record <= 0) return s;
    if (!fh_arena_format(arena, &words, "This is right: %.*s", FH_STR_ARG(row->words)))
        return fh_no_memory(err);
    fh_error no = {0};
    s = fh_record_comment(org, actor, c.record, words, &entry, &no);
    if (refused(s)) return FH_OK;
    if (s && err) *err = no;
    return s;
}

fh_status fh_reference_forget(fh_org *org, const fh_actor *actor, int64_t fact, fh_error *err)
{
    fh_status s = fh_require(actor, FH_RIGHT_FINDINGS, err);
    if (!s) s = fh_reference_drop(org, fact, err);
    return s ? s : note(org, actor, FH_AUDITED_FACT_SAID, "reference-fact", (fh_str){0}, fact, err);
}

/* ---- Settings ------------------------------------------------------------------------------ */

fh_status fh_find_config_keep(fh_org *org, const fh_actor *actor, fh_str name, fh_str value,
                              fh_error *err)
{
    fh_find_config tried = {.find = fh_find_defaults()};
    fh_status s = fh_require(actor, FH_RIGHT_SETTINGS, err);
    if (!s) s = fh_find_config_set(&tried, name, value, err);
    if (!s) s = fh_setting_put(org, name, fh_str_trim(value), err);
    return s ? s : note(org, actor, FH_AUDITED_SETTING_CHANGED, "setting", name, 0, err);
}
