/* reverse.c - the standing question at a design, stage by stage (see reverse.h). */
#include "app/records/reverse.h"

#include "app/records/record_figures_parts.h"
#include "app/records/records.h"

const char *const fh_stage_words[FH_N_STAGES] = {"draft", "review", "release"};

/* Does a question asked then, of that version, count? */
static bool counts(const fh_reverse_asked *a, fh_stage stage, const fh_record *r, int64_t version)
{
    if (r->made_ms < a->since_ms) return false;
    return !a->until[stage] || (version >= a->from[stage] && version <= a->until[stage]);
}

static fh_status version_of(fh_arena *arena, const fh_record *r, int64_t *out, fh_error *err)
{
    fh_str text = {0};
    *out = 0;
    const fh_status s = fh_record_field_text(arena, r->fields, "map-version", &text, err);
    if (!s && text.len && !fh_kind_number(text, 0, out)) *out = 0;
    return s;
}

static fh_status add(const fh_reverse_asked *a, const fh_record *r, fh_arena *arena,
                     fh_reverse_stage *out, fh_error *err)
{
    fh_str word = {0};
    int64_t version = 0;
    fh_status s = fh_record_field_text(arena, r->fields, "stage", &word, err);
    if (!s) s = version_of(arena, r, &version, err);
    for (int i = 0; i < FH_N_STAGES && !s; i++) {
        const bool answered = fh_str_eq(r->state, FH_STR("answered"));
        if (!fh_str_eq(word, fh_str_of(fh_stage_words[i])) || (r->closed && !answered) ||
            !counts(a, (fh_stage)i, r, version))
            continue;
        if (out[i].open && r->closed) continue; /* one that is open stands before all */
        out[i].challenge = r->record;
        out[i].open |= !r->closed;
        out[i].answered = !out[i].open;
    }
    return s;
}

fh_status fh_reverse_stages(fh_org *org, const fh_reverse_asked *asked, fh_arena *arena,
                            fh_reverse_stage out[FH_N_STAGES], fh_error *err)
{
    enum { MOST = 1000 };
    const fh_record_about *about = NULL;
    size_t n = 0;
    fh_reverse_stage stage[FH_N_STAGES] = {{0}};
    fh_status s =
        fh_record_abouts_of(org, asked->what, asked->number, MOST, arena, &about, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_record row;
        fh_error why = {0};
        s = fh_record_row(org, about[i].record, arena, &row, &why);
        if (!s && !row.merged_into && fh_str_eq(row.kind, FH_STR("challenge")))
            s = add(asked, &row, arena, stage, err);
        else if (s == FH_NOTFOUND)
            s = FH_OK;
        else if (s && err)
            *err = why;
    }
    if (!s)
        for (int i = 0; i < FH_N_STAGES; i++) out[i] = stage[i];
    return s;
}
