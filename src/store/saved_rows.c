/* saved_rows.c - rows of saved views (see saved_rows.h). */
#include "store/saved_rows.h"

#include "store/args.h"
#include "store/inside.h"

enum { SHOWN_MAX = 2000 };

#define COLUMNS                                                                            \
    "v.saved_view, v.name, v.page, v.query, v.person, v.shared, v.changed_ms, v.version, " \
    "p.name, v.roles"
#define TABLES "saved_view v LEFT JOIN person p ON p.person = v.person"

static fh_status read_view(fh_stmt *s, fh_arena *arena, fh_saved_view *out, fh_error *err)
{
    *out = (fh_saved_view){.view = (uint32_t)fh_stmt_i64(s, 0),
                           .person = (uint32_t)fh_stmt_i64(s, 4),
                           .shared = fh_stmt_i64(s, 5) != 0,
                           .changed_ms = fh_stmt_i64(s, 6),
                           .version = fh_stmt_i64(s, 7),
                           .roles = (uint32_t)fh_stmt_i64(s, 9)};
    return fh_arena_str(arena, fh_stmt_text(s, 1), &out->name) &&
                   fh_arena_str(arena, fh_stmt_text(s, 2), &out->page) &&
                   fh_arena_str(arena, fh_stmt_text(s, 3), &out->query) &&
                   fh_arena_str(arena, fh_stmt_text(s, 8), &out->owner)
               ? FH_OK
               : fh_no_memory(err);
}

static fh_status add_inside(fh_org *org, fh_saved_view *v, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    int64_t number = 0;
    const fh_os *os = fh_org_os(org);
    fh_status status = FH_ASK(fh_org_db(org), "SELECT count(*) FROM saved_view WHERE person = $1",
                              &s, &row, err, fh_arg_int(v->person));
    if (status == FH_OK && row && fh_stmt_i64(s, 0) >= FH_SAVED_MAX) {
        (void)fh_fail(err, FH_LIMIT, "you have %d views already", (int)FH_SAVED_MAX);
        status = fh_hint(err, FH_LIMIT, "Delete one that you no longer need.");
    }
    fh_stmt_done(s);
    if (status == FH_OK) status = fh_org_numbers(org, "saved-view", 1, &number, err);
    if (status != FH_OK) return status;
    v->view = (uint32_t)number;
    v->version = 1;
    v->changed_ms = os->now_ms(os->ctx);
    return FH_DO(fh_org_db(org),
                 "INSERT INTO saved_view (saved_view, name, page, query, person, shared, "
                 "changed_ms, version, roles) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
                 NULL, err, fh_arg_int(v->view), fh_arg_text(v->name), fh_arg_text(v->page),
                 fh_arg_text(v->query), fh_arg_int(v->person), fh_arg_int(v->shared),
                 fh_arg_int(v->changed_ms), fh_arg_int(v->roles));
}

fh_status fh_saved_add(fh_org *org, fh_saved_view *view, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, add_inside(org, view, err), err);
}

fh_status fh_saved_save(fh_org *org, const fh_saved_view *v, fh_error *err)
{
    bool found = false;
    const fh_os *os = fh_org_os(org);
    const fh_status status = FH_DO(
        fh_org_db(org),
        "UPDATE saved_view SET name = $2, page = $3, query = $4, shared = $5, "
        "changed_ms = $6, roles = $8, version = version + 1 WHERE saved_view = $1 AND version = $7 "
        "RETURNING saved_view",
        &found, err, fh_arg_int(v->view), fh_arg_text(v->name), fh_arg_text(v->page),
        fh_arg_text(v->query), fh_arg_int(v->shared), fh_arg_int(os->now_ms(os->ctx)),
        fh_arg_int(v->version), fh_arg_int(v->roles));
    if (status != FH_OK || found) return status;
    (void)fh_fail(err, FH_CONFLICT, "the view was changed or deleted meanwhile");
    return fh_hint(err, FH_CONFLICT, "Look at it again, then make your change.");
}

static fh_status none(uint32_t view, fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "there is no view %u", view);
    return fh_hint(err, FH_NOTFOUND, "It may have been deleted, or is not shared with you.");
}

fh_status fh_saved_remove(fh_org *org, uint32_t view, fh_error *err)
{
    bool found = false;
    const fh_status status =
        FH_DO(fh_org_db(org), "DELETE FROM saved_view WHERE saved_view = $1 RETURNING saved_view",
              &found, err, fh_arg_int(view));
    return status == FH_OK && !found ? none(view, err) : status;
}

fh_status fh_saved_get(fh_org *org, uint32_t view, fh_arena *arena, fh_saved_view *out,
                       fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT " COLUMNS " FROM " TABLES " WHERE v.saved_view = $1", &s,
               &row, err, fh_arg_int(view));
    if (status == FH_OK) status = row ? read_view(s, arena, out, err) : none(view, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_saved_list(fh_org *org, uint32_t person, fh_str page, fh_arena *arena,
                        const fh_saved_view **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0;
    fh_saved_view *list = FH_NEW_ARRAY(arena, fh_saved_view, SHOWN_MAX);
    if (!list) return fh_no_memory(err);
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT " COLUMNS " FROM " TABLES
                              " WHERE ((v.person = $1 AND v.person <> 0) OR v.shared = 1) AND "
                              "($2 = '' OR v.page = $2 OR substr(v.page, 1, length($2) + 1) = "
                              "$2 || '/') ORDER BY v.name, v.saved_view",
                              &s, &row, err, fh_arg_int(person), fh_arg_text(page));
    while (status == FH_OK && row && count < SHOWN_MAX) {
        status = read_view(s, arena, &list[count++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}

/* As a browser writes it into a URL, in small letters. */
static void put_encoded(fh_buf *b, fh_str text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        const bool stays = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '*' ||
                           c == '-' || c == '.' || c == '_';
        if (stays || c == ' ') {
            fh_buf_char(b, c == ' ' ? '+' : (char)c);
            continue;
        }
        fh_buf_char(b, '%');
        fh_buf_char(b, digits[c >> 4]);
        fh_buf_char(b, digits[c & 15]);
    }
}

fh_status fh_saved_forget_text(fh_org *org, fh_str text, fh_error *err)
{
    enum { LEAST = 4 }; /* shorter ones are in many words */
    fh_buf low, encoded;
    fh_buf_init(&low, NULL, text.len);
    fh_buf_init(&encoded, NULL, 3 * text.len);
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        fh_buf_char(&low, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    if (!low.status) put_encoded(&encoded, fh_buf_view(&low));
    fh_status status = low.status || encoded.status ? fh_no_memory(err) : FH_OK;
    if (!status && text.len >= LEAST)
        status =
            FH_DO(fh_org_db(org),
                  "DELETE FROM saved_view WHERE substr(page, 1, 7) = 'records' AND "
                  "replace(lower(query), 'text=', '') <> lower(query) AND "
                  "(replace(lower(query), $1, '') <> lower(query) OR "
                  "replace(lower(query), $2, '') <> lower(query))",
                  NULL, err, fh_arg_text(fh_buf_view(&low)), fh_arg_text(fh_buf_view(&encoded)));
    fh_buf_free(&low);
    fh_buf_free(&encoded);
    return status;
}

fh_status fh_saved_forget_person(fh_org *org, uint32_t person, fh_error *err)
{
    const fh_status status =
        FH_DO(fh_org_db(org), "DELETE FROM saved_view WHERE person = $1 AND shared = 0", NULL, err,
              fh_arg_int(person));
    return status == FH_OK ? FH_DO(fh_org_db(org),
                                   "UPDATE saved_view SET person = 0, version = version + 1 "
                                   "WHERE person = $1",
                                   NULL, err, fh_arg_int(person))
                           : status;
}
