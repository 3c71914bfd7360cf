/* told.c - interactions told as elements (see told.h).
 *
 * Which element a local code is stands in a table made once a segment; channels and
 * departments are looked at only where the map tells by them.
 */
#include "fold/told.h"

#include <string.h>

fh_status fh_fold_limit_elements(fh_element_rules *rules, fh_error *err)
{
    uint32_t n = rules->n_elements + 1;
    fh_status s = fh_fold_limit(&n, "elements", err);
    if (s == FH_OK) s = fh_fold_limit(&rules->n_touchpoints, "touchpoints", err);
    if (s == FH_OK) s = fh_fold_limit(&rules->n_channels, "channels", err);
    return s == FH_OK ? fh_fold_limit(&rules->n_departments, "departments", err) : s;
}

static fh_status copy(fh_fold *fold, const uint32_t **list, size_t n)
{
    uint32_t *own = FH_NEW_ARRAY(fold->arena, uint32_t, n + 1);
    if (!own) return FH_NOMEM;
    if (n) memcpy(own, *list, n * sizeof *own);
    fh_buf_put(&fold->tag, own, n * sizeof *own);
    *list = own;
    return FH_OK;
}

fh_status fh_fold_copy_elements(fh_fold *fold, fh_element_rules *r)
{
    const size_t by = (size_t)r->n_rows * r->n_channel_kinds * r->n_department_kinds;
    fh_fold_tag(fold, r->n_elements);
    fh_fold_tag(fold, r->n_rows);
    fh_fold_tag(fold, (uint64_t)r->n_channel_kinds << 32 | r->n_department_kinds);
    fh_status s = copy(fold, &r->of, r->n_touchpoints);
    if (s == FH_OK) s = copy(fold, &r->by, by);
    if (s == FH_OK) s = copy(fold, &r->channel_kind, r->n_rows ? r->n_channels : 0);
    if (s == FH_OK) s = copy(fold, &r->department_kind, r->n_rows ? r->n_departments : 0);
    return s;
}

fh_status fh_fold_check_elements(const fh_element_rules *rules, const fh_segment *seg,
                                 fh_error *err)
{
    fh_status s = fh_fold_check(&seg->touchpoint, rules->n_touchpoints, "touchpoint", err);
    if (s == FH_OK) s = fh_fold_check(&seg->channel, rules->n_channels, "channel", err);
    if (s == FH_OK) s = fh_fold_check(&seg->department, rules->n_departments, "department", err);
    return s;
}

static uint32_t element_by(const fh_element_rules *r, uint32_t row, uint32_t channel,
                           uint32_t department)
{
    const uint32_t c = r->channel_kind[channel], d = r->department_kind[department];
    return r->by[((size_t)row * r->n_channel_kinds + c) * r->n_department_kinds + d];
}

/* What each code is: element + 1, 0: none, from FH_ELEMENT_BY on: by channel and department. */
static bool tell_codes(const fh_element_rules *rules, const fh_segment *seg, uint32_t n_codes,
                       uint32_t *local)
{
    bool by = false;
    for (uint32_t c = 0; c < n_codes; c++) {
        local[c] = rules->of[fh_fold_name(&seg->touchpoint, c)];
        if (local[c] == FH_NO_ELEMENT)
            local[c] = 0;
        else if (local[c] >= FH_ELEMENT_BY)
            by = true;
        else
            local[c]++;
    }
    return by;
}

uint16_t *fh_fold_elements(fh_fold *fold, unsigned which, const fh_element_rules *rules,
                           const fh_segment *seg)
{
    const uint32_t n_codes = fh_fold_n_codes(&seg->touchpoint);
    uint16_t *room = fh_fold_scratch(fold, which, (size_t)seg->n + 2 * FH_PAD, 2);
    const uint16_t *code = fh_fold_codes(fold, which + 1, &seg->touchpoint, seg->n);
    uint32_t *local = fh_fold_scratch(fold, which + 2, n_codes, sizeof *local);
    if (!room || !local || !code) return NULL;
    memset(room, 0, FH_PAD * sizeof *room);
    memset(room + FH_PAD + seg->n, 0, FH_PAD * sizeof *room);
    uint16_t *element = room + FH_PAD;
    const bool by = tell_codes(rules, seg, n_codes, local);
    for (uint32_t i = 0; i < seg->n; i++) element[i] = (uint16_t)local[code[i]];
    for (uint32_t i = 0; by && i < seg->n; i++) {
        if (local[code[i]] < FH_ELEMENT_BY) continue;
        const uint32_t e =
            element_by(rules, local[code[i]] - FH_ELEMENT_BY, fh_name_at(&seg->channel, i),
                       fh_name_at(&seg->department, i));
        element[i] = e == FH_NO_ELEMENT ? 0 : (uint16_t)(e + 1);
    }
    return element;
}
