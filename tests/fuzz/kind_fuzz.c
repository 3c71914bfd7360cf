/* kind_fuzz.c - any bytes read as a declaration of a kind: refused with a place and a
 * sentence, or sound; what is read is shown as JSON, and the rest of the bytes, read as
 * values of its fields, come back the same. */
#include "kind/kind.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const conditions[] = {"evidence", "owned", "every-step-filled", NULL};
static const char *const computed[] = {"days-late", "bounces", NULL};
static const char *const pages[] = {"my-part", "no-brainers", NULL};
static const fh_kind_words words = {conditions, computed, pages};

static void must(bool holds)
{
    if (!holds) abort();
}

static void check_sound(const fh_kind *k)
{
    const uint32_t states = (UINT32_C(1) << k->n_states) - 1;
    must(k->name.len && k->title.len && k->by && k->n_states && k->n_states <= FH_KIND_STATES_MAX);
    must(k->title_field < k->n_fields && k->field[k->title_field].required);
    must(fh_kind_find_field(k, k->field[k->title_field].name) == k->title_field);
    for (uint32_t i = 0; i < k->n_moves; i++) {
        must(k->move[i].from && !(k->move[i].from & ~states) && k->move[i].to < k->n_states);
        must(k->move[i].by && k->move[i].n_needs <= FH_KIND_NEEDS_MAX);
        must(fh_kind_find_move(k, k->move[i].name) == i);
    }
    for (uint32_t i = 0; i < k->n_clocks; i++) {
        must(k->clock[i].in && !(k->clock[i].in & ~states));
        must((k->clock[i].after_ms > 0) != (k->clock[i].field.len > 0));
    }
    for (uint32_t i = 0; i < k->n_fields; i++)
        must(k->field[i].type != FH_TYPE_CHOICE || k->field[i].n_choices);
}

/* Text in, text out, text in: the same; and by way of JSON. */
static void check_value(const fh_kind_field *f, fh_str text, fh_arena *arena, fh_json_reader *r)
{
    fh_values one, two, three;
    fh_buf out, again;
    fh_json j;
    fh_json_doc doc;
    fh_error err = {0};
    if (fh_field_from_text(f, text, arena, &one, &err)) {
        must(err.message[0]);
        return;
    }
    fh_buf_init(&out, NULL, 1 << 22);
    fh_buf_init(&again, NULL, 1 << 22);
    must(!fh_field_to_text(f, &one, &out));
    must(!fh_field_from_text(f, fh_buf_view(&out), arena, &two, &err));
    must(!fh_field_to_text(f, &two, &again));
    must(fh_str_eq(fh_buf_view(&out), fh_buf_view(&again)));
    fh_buf_clear(&again);
    fh_json_begin(&j, &again, 0);
    fh_field_to_json(f, &one, &j);
    must(!again.status && !fh_json_read(r, fh_buf_view(&again), &doc, &err));
    must(!fh_field_from_json(f, &doc, 0, arena, &three, &err));
    fh_buf_clear(&again);
    must(!fh_field_to_text(f, &three, &again));
    must(fh_str_eq(fh_buf_view(&out), fh_buf_view(&again)));
    fh_buf_free(&out);
    fh_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_json_reader *r = fh_json_reader_new(NULL, 1 << 20);
    fh_kind *k = NULL;
    const fh_kind_problem *problem = NULL;
    size_t n = 0;
    fh_error err = {0};
    fh_buf json;
    fh_json_doc doc;
    fh_json j;
    must(arena && r);
    /* What follows a zero byte is tried as values. */
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    const size_t len = zero ? (size_t)(zero - data) : size;
    const fh_status status =
        fh_kind_read((fh_str){(const char *)data, len}, &words, arena, &k, &problem, &n, &err);
    if (status) {
        must(status == FH_FORMAT && !k && err.message[0] && n > 0 && n <= 20);
        for (size_t i = 0; i < n; i++) {
            must(problem[i].line && problem[i].column && problem[i].what.len);
            must(!i || problem[i].line > problem[i - 1].line);
        }
    } else {
        check_sound(k);
        fh_buf_init(&json, NULL, 1 << 24);
        fh_json_begin(&j, &json, 0);
        fh_kind_json(k, &j);
        must(!json.status && !fh_json_read(r, fh_buf_view(&json), &doc, &err));
        fh_buf_free(&json);
        must(!fh_kind_may_follow(k, k, UINT32_MAX, &err));
        for (uint32_t i = 0; zero && i < k->n_fields; i++)
            check_value(&k->field[i], (fh_str){(const char *)zero + 1, size - len - 1}, arena, r);
    }
    fh_json_reader_free(r);
    fh_arena_free(arena);
    return 0;
}
