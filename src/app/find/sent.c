/* sent.c - what sorts of messages are sent (see sent.h). At rest: a line each, DEPARTMENT TAB
 * TOUCHPOINT TAB PURPOSE. */
#include "app/find/sent.h"

#include "store/find_rows.h"

#include <string.h>

#define STATE FH_STR("messages")

static bool same(const fh_sent *a, const fh_sent *b)
{
    return a->department == b->department && a->touchpoint == b->touchpoint &&
           fh_str_eq_nocase(a->purpose, b->purpose);
}

/* One line holds it, and it is as long as people write them. */
static fh_str purpose_of(fh_str text)
{
    text = fh_str_trim(text);
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ') return (fh_str){"", 0};
    return text.len <= FH_SENT_PURPOSE_MAX ? text : (fh_str){"", 0};
}

fh_status fh_sent_add(fh_sent_list *list, const fh_sent *s, fh_error *err)
{
    fh_sent one = {s->department, s->touchpoint, purpose_of(s->purpose)};
    if (one.purpose.len) one.touchpoint = 0;
    if (!one.purpose.len && !one.touchpoint) return FH_OK;
    uint16_t *at = &list->lately[(one.department * 7 + one.touchpoint * 13 + one.purpose.len) %
                                 FH_SENT_LATELY];
    if (*at < list->n && same(&list->item[*at], &one)) return FH_OK;
    for (size_t i = list->n; i-- > 0;)
        if (same(&list->item[i], &one)) {
            *at = (uint16_t)i;
            return FH_OK;
        }
    if (list->n == FH_SENT_MOST) return FH_OK;
    if (!list->item) list->item = FH_NEW_ARRAY(list->arena, fh_sent, FH_SENT_MOST);
    if (!list->item || !fh_arena_str(list->arena, one.purpose, &one.purpose))
        return fh_no_memory(err);
    list->item[list->n++] = one;
    return FH_OK;
}

static bool read_number(fh_str *line, uint32_t *out)
{
    uint64_t n = 0;
    size_t i = 0;
    while (i < line->len && i < 10 && line->ptr[i] >= '0' && line->ptr[i] <= '9')
        n = 10 * n + (uint64_t)(line->ptr[i++] - '0');
    if (!i || i == line->len || line->ptr[i] != '\t' || n > UINT32_MAX) return false;
    *out = (uint32_t)n;
    *line = (fh_str){line->ptr + i + 1, line->len - i - 1};
    return true;
}

fh_status fh_sent_read(fh_org *org, fh_arena *arena, fh_sent_list *out, fh_error *err)
{
    fh_str text = {0};
    *out = (fh_sent_list){.arena = arena};
    fh_status s = fh_find_state_get(org, STATE, arena, &text, err);
    for (size_t i = 0, end; i < text.len && !s; i = end + 1) {
        fh_sent one = {0};
        for (end = i; end < text.len && text.ptr[end] != '\n';) end++;
        fh_str line = {text.ptr + i, end - i};
        if (!read_number(&line, &one.department) || !read_number(&line, &one.touchpoint)) continue;
        one.purpose = line;
        s = fh_sent_add(out, &one, err);
    }
    return s;
}

fh_status fh_sent_keep(fh_org *org, const fh_sent_list *list, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, NULL, FH_SENT_MOST * (FH_SENT_PURPOSE_MAX + 30));
    for (size_t i = 0; i < list->n; i++)
        fh_buf_printf(&text, "%u\t%u\t%.*s\n", list->item[i].department, list->item[i].touchpoint,
                      FH_STR_ARG(list->item[i].purpose));
    const fh_status s =
        text.status ? fh_no_memory(err) : fh_find_state_put(org, STATE, fh_buf_view(&text), err);
    fh_buf_free(&text);
    return s;
}
