/* simulate_messages_value.c - facts: a value, another that differs, and the words for both.
 *
 * How a value may be written stands in the bank as formats with slots ("{d} {month} {Y}").
 * A format some slot of which does not fit the value (half an hour in "{hour12} {ampm}") is
 * not used for it.
 */
#include "app/demo/simulate_messages_parts.h"

#include "base/time_scan.h"

#include <stdio.h>
#include <string.h>

enum { HOUR = 60, DAY = 24 * HOUR };

static int64_t pick_step(sim_rng *t, int64_t least, int64_t most, int64_t step)
{
    return least + step * (int64_t)sim_below(t, (uint32_t)((most - least) / step) + 1);
}

uint32_t msg_family_pick(msg_person *p, sim_rng *t, uint32_t types)
{
    const uint32_t n = p->b->n_families, from = sim_below(t, n);
    for (uint32_t i = 0; i < 2 * n; i++) {
        const uint32_t f = (from + i) % n;
        const bool fits = i >= n || (types >> p->b->family[f].type & 1);
        if (!fits || (p->families >> f & 1)) continue;
        p->families |= UINT64_C(1) << f;
        return f;
    }
    return UINT32_MAX;
}

msg_value msg_value_make(const msg_family *f, sim_rng *t, int64_t day)
{
    msg_value v = {0};
    switch (f->type) {
    case MSG_DATE: v.a = pick_step(t, day + f->least, day + f->most, 1); break;
    case MSG_TIME:
        v.a = pick_step(t, f->least, f->most, 1) * HOUR + (sim_chance(t, 500) ? 30 : 0);
        break;
    case MSG_HOURS:
        v.a = pick_step(t, f->least, f->most, 1) * HOUR;
        v.b = pick_step(t, (int64_t)16, (int64_t)20, 1) * HOUR;
        break;
    case MSG_MONEY:
    case MSG_PERCENT:
    case MSG_DURATION:
    case MSG_NUMBER: v.a = pick_step(t, f->least, f->most, f->step); break;
    case MSG_PHONE: v.a = 2000000 + sim_below(t, 7999999); break;
    case MSG_EMAIL:
    case MSG_URL: v.a = sim_below(t, f->said->n_words - 3); break;
    case MSG_PERSON: v.a = sim_below(t, 1024); break;
    case MSG_POLICY: v.a = sim_below(t, 2); break;
    }
    return v;
}

/* Day and month exchanged; the day itself when that is no date. */
static int64_t exchanged(int64_t day)
{
    const fh_civil c = fh_civil_of(day * FH_DAY_MS);
    return c.day <= 12 ? fh_days_from_civil(c.year, c.day, c.month) : day;
}

msg_value msg_value_other(const msg_family *f, sim_rng *t, int64_t day, msg_value not_this)
{
    for (uint32_t i = 0; i < 200; i++) {
        msg_value v = msg_value_make(f, t, day);
        if (f->type == MSG_POLICY) return (msg_value){!not_this.a, 0};
        if (v.a == not_this.a && v.b == not_this.b) continue;
        if (f->type != MSG_DATE) return v;
        if (exchanged(v.a) != not_this.a && exchanged(not_this.a) != v.a &&
            exchanged(v.a) != exchanged(not_this.a))
            return v;
    }
    return (msg_value){not_this.a + 1, not_this.b};
}

/* ---- Slots ---------------------------------------------------------------------------- */

static bool is(fh_str s, const char *text)
{
    return fh_str_eq(s, fh_str_of(text));
}

static bool put_word(const msg_section *list, int64_t n, fh_buf *out)
{
    if (n < 0 || n >= list->n_items) return false;
    fh_buf_str(out, list->item[n]);
    return true;
}

static bool put_date(const msg_bank *b, fh_str slot, int64_t day, int64_t sent_day, fh_buf *out)
{
    const fh_civil c = fh_civil_of(day * FH_DAY_MS);
    const int32_t ones = c.day % 10;
    if (is(slot, "d")) return fh_buf_printf(out, "%d", c.day), true;
    if (is(slot, "dd")) return fh_buf_printf(out, "%02d", c.day), true;
    if (is(slot, "mm")) return fh_buf_printf(out, "%02d", c.month), true;
    if (is(slot, "Y")) return fh_buf_printf(out, "%04d", c.year), true;
    if (is(slot, "month")) return put_word(b->months, c.month - 1, out);
    if (is(slot, "weekday")) return put_word(b->weekdays, fh_floor_mod(day + 3, 7), out);
    if (is(slot, "ord")) {
        const bool teen = c.day / 10 == 1;
        fh_buf_text(out, teen        ? "th"
                         : ones == 1 ? "st"
                         : ones == 2 ? "nd"
                         : ones == 3 ? "rd"
                                     : "th");
        return true;
    }
    if (!is(slot, "days") || day - sent_day < 2 || day - sent_day > 60) return false;
    fh_buf_printf(out, "%d", (int)(day - sent_day));
    return true;
}

static bool put_time(fh_str slot, int64_t minutes, fh_buf *out)
{
    const int h = (int)(minutes / HOUR), m = (int)(minutes % HOUR);
    if (is(slot, "HH")) return fh_buf_printf(out, "%02d", h), true;
    if (is(slot, "H")) return fh_buf_printf(out, "%d", h), true;
    if (is(slot, "MM")) return fh_buf_printf(out, "%02d", m), true;
    if (is(slot, "ampm")) return fh_buf_text(out, h < 12 ? "am" : "pm"), true;
    if (m != 0) return false;
    if (is(slot, "hour")) return fh_buf_printf(out, "%d", h), true;
    if (is(slot, "hour12")) return fh_buf_printf(out, "%d", (h + 11) % 12 + 1), true;
    return false;
}

static bool put_money(fh_str slot, int64_t cents, fh_buf *out)
{
    const long long units = cents / 100;
    const int rest = (int)(cents % 100);
    const bool many = units >= 1000;
    if (is(slot, "point")) return fh_buf_printf(out, "%lld.%02d", units, rest), true;
    if (is(slot, "comma")) return fh_buf_printf(out, "%lld,%02d", units, rest), true;
    if (is(slot, "point3") && many)
        return fh_buf_printf(out, "%lld,%03lld.%02d", units / 1000, units % 1000, rest), true;
    if (is(slot, "comma3") && many)
        return fh_buf_printf(out, "%lld.%03lld,%02d", units / 1000, units % 1000, rest), true;
    if (!is(slot, "whole") || rest) return false;
    fh_buf_printf(out, "%lld", units);
    return true;
}

static bool put_duration(const msg_bank *b, fh_str slot, int64_t minutes, fh_buf *out)
{
    const int64_t days = minutes / DAY, weeks = days / 7;
    const bool in_weeks = weeks >= 2 && days % 7 == 0;
    if (is(slot, "days")) return fh_buf_printf(out, "%d", (int)days), true;
    if (is(slot, "dayswords")) return put_word(b->numbers, days - 1, out);
    if (is(slot, "weeks") && in_weeks) return fh_buf_printf(out, "%d", (int)weeks), true;
    if (is(slot, "weekswords") && in_weeks) return put_word(b->numbers, weeks - 1, out);
    if (!is(slot, "hours") || days > 3) return false;
    fh_buf_printf(out, "%d", (int)(minutes / HOUR));
    return true;
}

static bool put_slot(const msg_bank *b, msg_type type, fh_str slot, int64_t v, int64_t sent_day,
                     fh_buf *out)
{
    switch (type) {
    case MSG_DATE: return put_date(b, slot, v, sent_day, out);
    case MSG_TIME:
    case MSG_HOURS: return put_time(slot, v, out);
    case MSG_MONEY: return put_money(slot, v, out);
    case MSG_DURATION: return put_duration(b, slot, v, out);
    case MSG_PERCENT: fh_buf_printf(out, "%d", (int)v); return is(slot, "n");
    case MSG_NUMBER:
        if (is(slot, "words")) return put_word(b->numbers, v - 1, out);
        fh_buf_printf(out, "%d", (int)v);
        return is(slot, "n");
    case MSG_PHONE:
        if (is(slot, "p3")) return fh_buf_printf(out, "%03d", (int)(v / 10000)), true;
        fh_buf_printf(out, "%04d", (int)(v % 10000));
        return is(slot, "p4");
    case MSG_EMAIL:
    case MSG_URL:
    case MSG_PERSON:
    case MSG_POLICY: break;
    }
    return false;
}

/* The value by one format into w->space, which is emptied first; false: does not fit. */
static bool write_as(msg_person *p, msg_type type, fh_str format, int64_t v, int64_t sent_day)
{
    fh_buf *out = &p->w->space;
    fh_buf_clear(out);
    for (size_t i = 0; i < format.len; i++) {
        const char *end = format.ptr[i] == '{' ? memchr(format.ptr + i, '}', format.len - i) : NULL;
        if (!end) {
            fh_buf_char(out, format.ptr[i]);
            continue;
        }
        const fh_str slot = {format.ptr + i + 1, (size_t)(end - format.ptr) - i - 1};
        if (!put_slot(p->b, type, slot, v, sent_day, out)) return false;
        i = (size_t)(end - format.ptr);
    }
    return true;
}

static fh_str keep(msg_person *p)
{
    fh_str s = {0};
    if (!fh_arena_str(p->w->texts, fh_buf_view(&p->w->space), &s) && p->w->sim.status == FH_OK)
        p->w->sim.status = fh_no_memory(p->w->sim.err);
    return s;
}

static fh_str by_any_format(msg_person *p, const msg_section *formats, msg_type type, int64_t v,
                            int64_t sent_day, sim_rng *t)
{
    for (uint32_t i = 0, at = sim_below(t, formats->n); i < formats->n; i++)
        if (write_as(p, type, formats->line[(at + i) % formats->n].text, v, sent_day))
            return keep(p);
    return (fh_str){0};
}

fh_str msg_date_in(msg_person *p, uint32_t form, int64_t day, int64_t sent_day)
{
    const msg_section *s = msg_section_of(p->b, "format", "date");
    return write_as(p, MSG_DATE, s->line[form % s->n].text, day, sent_day) ? keep(p) : (fh_str){0};
}

static fh_str hours_text(msg_person *p, msg_value v, sim_rng *t)
{
    const msg_section *times = msg_section_of(p->b, "format", "time");
    const fh_str both = msg_pick(p, msg_section_of(p->b, "format", "hours"), 0, t);
    fh_str from = {0}, to = {0};
    for (uint32_t i = 0, at = sim_below(t, times->n); i < times->n && !to.len; i++) {
        const fh_str format = times->line[(at + i) % times->n].text;
        if (!write_as(p, MSG_TIME, format, v.a, 0)) continue;
        from = keep(p);
        if (write_as(p, MSG_TIME, format, v.b, 0)) to = keep(p);
    }
    const msg_slot slots[] = {{"from", from}, {"to", to}, {0}};
    return msg_fill(p, both, slots);
}

static fh_str named_text(msg_person *p, const msg_family *f, msg_value v)
{
    fh_buf *out = &p->w->space;
    fh_buf_clear(out);
    const uint32_t n = f->said->n_words - 3;
    const fh_str word = f->said->word[3 + (n ? (uint32_t)v.a % n : 0)];
    if (f->type == MSG_EMAIL)
        fh_buf_printf(out, "%.*s@harbour-mutual.example", FH_STR_ARG(word));
    else
        fh_buf_printf(out, "https://www.harbour-mutual.example/%.*s", FH_STR_ARG(word));
    return keep(p);
}

static fh_str person_text(msg_person *p, int64_t v)
{
    sim_person named = {.rng = sim_rng_of(77, (uint64_t)v)};
    sim_name(&named, 1);
    fh_str s = {0};
    if (!fh_arena_str(p->w->texts, fh_str_of(named.name), &s)) return s;
    return s;
}

static const char *format_name(msg_type type)
{
    return type == MSG_DURATION ? "duration" : msg_type_name(type);
}

fh_str msg_value_text(msg_person *p, msg_type type, msg_value v, int64_t sent_day, sim_rng *t)
{
    if (type == MSG_HOURS) return hours_text(p, v, t);
    if (type == MSG_PERSON) return person_text(p, v.a);
    return by_any_format(p, msg_section_of(p->b, "format", format_name(type)), type, v.a, sent_day,
                         t);
}

fh_str msg_value_say(msg_person *p, const msg_family *f, msg_value v, int64_t sent_day, sim_rng *t)
{
    if (f->type == MSG_POLICY) return msg_pick(p, f->said, v.a ? '+' : '-', t);
    const fh_str line = msg_pick(p, f->said, 0, t);
    const bool named = f->type == MSG_EMAIL || f->type == MSG_URL;
    const fh_str text = named ? named_text(p, f, v) : msg_value_text(p, f->type, v, sent_day, t);
    const msg_slot slots[] = {{"", text}, {0}};
    return msg_fill(p, line, slots);
}
