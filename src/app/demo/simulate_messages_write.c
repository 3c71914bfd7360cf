/* simulate_messages_write.c - letters to rows, rows to files, pairs to the truth. */
#include "app/demo/simulate_messages_parts.h"

#include "base/put.h"

#include <stdio.h>
#include <string.h>

const char *const msg_departments[MSG_DEPARTMENTS] = {
    "Marketing",  "Sales",   "Contact centre", "Claims",
    "Operations", "Finance", "Legal",          "President's office"};

static const struct {
    const char *file, *map, *prefix;
} files[MSG_FILES] = {
    [MSG_OUTBOUND] = {"outbound.jsonl", "outbound.map", "O"},
    [MSG_CONTACTS] = {"contacts.jsonl", "contacts.map", "C"},
    [MSG_TOUCHES] = {"touches.jsonl", "touches.map", "T"},
};

uint32_t msg_row_write(msg_person *p, const msg_row *r)
{
    enum { WAITING = 1 << 18 };
    static const char *const ways[] = {"", "in", "out", "internal"};
    msg_world *w = p->w;
    sim_out *out = &w->file[r->file];
    char at[FH_TIME_TEXT];
    const uint32_t place = p->n_sent < MSG_SENT ? p->n_sent++ : MSG_SENT - 1;
    msg_sent *s = &p->sent[place];
    *s = (msg_sent){.at_ms = r->at_ms,
                    .department = (uint8_t)r->department,
                    .direction = (uint8_t)r->direction,
                    .has_text = r->text.len > 0,
                    .signs = r->signatory.len > 0};
    (void)snprintf(s->id, sizeof s->id, "%s-%08llu", files[r->file].prefix,
                   (unsigned long long)++out->rows);
    (void)fh_time_format(r->at_ms, NULL, at);
    fh_json j;
    fh_json_begin(&j, &out->buf, 0);
    fh_json_object(&j);
    fh_put_text_if(&j, "id", fh_str_of(s->id));
    fh_put_text_if(&j, "customer", fh_str_of(p->p.number));
    fh_put_text_if(&j, "email", fh_str_of(p->p.email));
    fh_put_text_if(&j, "at", fh_str_of(at));
    fh_put_text_if(&j, "what", fh_str_of(r->touchpoint));
    fh_put_text_if(&j, "channel", fh_str_of(r->channel));
    fh_put_text_if(&j, "department", fh_str_of(msg_departments[r->department]));
    fh_put_text_if(&j, "way", fh_str_of(ways[r->direction]));
    fh_put_text_if(&j, "problem", r->problem);
    fh_put_text_if(&j, "thread", r->thread);
    fh_put_text_if(&j, "subject", r->subject);
    fh_put_text_if(&j, "purpose", r->purpose);
    fh_put_text_if(&j, "signatory", r->signatory);
    fh_put_text_if(&j, "reason", r->reason);
    if (r->text.len) fh_put_text_if(&j, "language", p->b->code);
    fh_put_text_if(&j, "text", r->text);
    fh_json_end_object(&j);
    fh_buf_char(&out->buf, '\n');
    sim_flush(&w->sim, out, WAITING);
    w->messages += r->text.len > 0;
    w->interactions++;
    return place;
}

/* ---- Letters ------------------------------------------------------------------------------ */

static fh_str phone_of(msg_person *p, uint32_t department)
{
    sim_rng r = sim_rng_of(p->w->options->seed, 900 + department);
    return msg_value_text(p, MSG_PHONE, (msg_value){.a = 2000000 + 7919 * (department + 3)}, 0, &r);
}

static fh_str line_of(msg_person *p, const char *kind, const char *name, bool first,
                      const msg_slot *slots, sim_rng *t)
{
    const msg_section *s = msg_section_of(p->b, kind, name);
    if (!s || !s->n) return (fh_str){0};
    return msg_fill(p, first ? s->line[0].text : msg_pick(p, s, 0, t), slots);
}

static fh_str compose(msg_person *p, const msg_letter *l, sim_rng *t)
{
    const fh_str dept = fh_str_of(msg_departments[l->department]);
    const msg_slot slots[] = {{"name", fh_str_of(p->p.name)}, {"dept", dept},
                              {"signatory", l->signatory},    {"phone", phone_of(p, l->department)},
                              {"purpose", l->purpose},        {0}};
    fh_str part[10] = {0}, paragraph[MSG_BODY + 2] = {0};
    uint32_t n = 0;
    part[0] = line_of(p, "greeting", NULL, l->same_frame, slots, t);
    if (sim_chance(t, 500)) paragraph[n++] = line_of(p, "opener", NULL, false, slots, t);
    paragraph[n++] = l->before;
    for (uint32_t i = 0; i < l->n; i++) paragraph[n++] = l->body[i];
    part[1] = msg_join(p, paragraph, n, " ");
    part[2] = line_of(p, "closing", NULL, l->same_frame, slots, t);
    part[3] = line_of(p, "signed", l->signatory.len ? "person" : NULL, false, slots, t);
    if (sim_chance(t, 100)) part[4] = line_of(p, "footer", "phone", false, slots, t);
    if (l->long_footer || sim_chance(t, 350)) {
        const msg_section *s = msg_section_of(p->b, "footer", NULL);
        part[5] = l->long_footer ? s->line[0].text : msg_pick(p, s, 0, t);
    }
    part[6] = l->quoted;
    return msg_join(p, part, 7, "\n\n");
}

uint32_t msg_letter_send(msg_person *p, const msg_letter *l, sim_rng *t)
{
    static const char *const ways[] = {"e-mail", "letter", "app", "e-mail"};
    static const char *const names[] = {"E-mail to the customer", "Letter to the customer",
                                        "Message in the app", "E-mail to the customer"};
    const uint32_t way = sim_below(t, 4);
    const fh_str text = compose(p, l, t);
    fh_str subject = l->subject;
    if (!subject.len && sim_chance(t, 600) && l->purpose.len) {
        const msg_slot slots[] = {{"purpose", l->purpose}, {0}};
        subject = line_of(p, "subject", NULL, false, slots, t);
    }
    const msg_row row = {.file = MSG_OUTBOUND,
                         .at_ms = l->at_ms,
                         .department = l->department,
                         .direction = FH_DIR_OUT,
                         .touchpoint = names[way],
                         .channel = ways[way],
                         .problem = l->problem,
                         .thread = l->thread,
                         .subject = subject,
                         .purpose = l->purpose,
                         .signatory = l->unnamed ? (fh_str){0} : l->signatory,
                         .text = text};
    return msg_row_write(p, &row);
}

/* ---- Truth ---------------------------------------------------------------------------------- */

uint64_t msg_group(msg_person *p)
{
    return ++p->w->group;
}

void msg_pair(msg_person *p, msg_sort sort, const char *variant, uint32_t a, uint32_t b,
              const char *fact_type, msg_truth truth, uint64_t group)
{
    enum { WAITING = 1 << 18 };
    static const char *const sorts[] = {"duplicate", "signatory", "contradiction", "dam"};
    const uint8_t bit = (uint8_t)(1u << sort);
    msg_world *w = p->w;
    p->listed[a][b] |= bit;
    p->listed[b][a] |= bit;
    w->planted += truth != MSG_CLEAN;
    w->clean += truth == MSG_CLEAN;
    fh_buf_printf(&w->pairs.buf, "%s,%s,customer,%s,%s,%s,%s,%d,%llu\n", sorts[sort], variant,
                  p->p.number, p->sent[a].id, p->sent[b].id, fact_type ? fact_type : "", (int)truth,
                  (unsigned long long)(truth ? group : 0));
    w->pairs.rows++;
    sim_flush(&w->sim, &w->pairs, WAITING);
}

/* ---- Files ---------------------------------------------------------------------------------- */

void msg_open(msg_world *w)
{
    for (uint32_t i = 0; i < MSG_FILES; i++) sim_open(&w->sim, &w->file[i], files[i].file);
    sim_open(&w->sim, &w->pairs, "truth/pairs.csv");
    fh_buf_text(&w->pairs.buf, "sort,variant,customer_kind,customer,a_source_id,b_source_id,"
                               "fact_type,planted,group\n");
}

void msg_close(msg_world *w)
{
    for (uint32_t i = 0; i < MSG_FILES; i++) sim_close(&w->sim, &w->file[i]);
    sim_close(&w->sim, &w->pairs);
}

static void write_truth(msg_world *w, fh_buf *text)
{
    fh_json j;
    fh_buf_clear(text);
    fh_json_begin(&j, text, 2);
    fh_json_object(&j);
    const struct {
        const char *key;
        uint64_t n;
    } counts[] = {{"seed", w->options->seed},        {"messages", w->messages},
                  {"interactions", w->interactions}, {"customers", w->customers},
                  {"planted", w->planted},           {"clean", w->clean}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        fh_json_key(&j, fh_str_of(counts[i].key));
        fh_json_uint(&j, counts[i].n);
    }
    fh_put_text(&j, "languages", w->options->languages);
    fh_put_bool(&j, "held_out", w->options->held_out);
    fh_json_end_object(&j);
    fh_buf_char(text, '\n');
    sim_write_file(&w->sim, "truth.json", text);
}

void msg_write_guide(msg_world *w)
{
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 20);
    for (uint32_t i = 0; i < MSG_FILES; i++) {
        fh_buf_clear(&text);
        fh_buf_printf(&text,
                      "# %s: which column is what\n"
                      "id=id\ncustomer=customer\ncustomer.email=email\ntime=at:'iso'\n"
                      "touchpoint=what\nchannel=channel\ndepartment=department\ndirection=way\n"
                      "problem=problem\n",
                      files[i].file);
        if (i != MSG_TOUCHES) fh_buf_text(&text, "text=text\n");
        sim_write_file(&w->sim, files[i].map, &text);
    }
    fh_buf_clear(&text);
    fh_buf_text(&text,
                "#!/bin/sh\n"
                "# import.sh [FIRSTHAND [ORG.fh]] - imports everything here into an organisation.\n"
                "set -eu\n"
                "firsthand=${1:-firsthand}\n"
                "org=${2:-messages.fh}\n"
                "here=$(dirname \"$0\")\n"
                "[ -e \"$org\" ] || \"$firsthand\" init \"$org\" --name \"Harbour Mutual\"\n");
    for (uint32_t i = 0; i < MSG_FILES; i++)
        fh_buf_printf(&text, "\"$firsthand\" import \"$org\" \"$here/%s\" --mapping \"$here/%s\"\n",
                      files[i].file, files[i].map);
    sim_write_file(&w->sim, "import.sh", &text);
    write_truth(w, &text);
    fh_buf_free(&text);
}
