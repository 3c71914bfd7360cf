/* record_attach.c - see record_attach.h. */
#include "app/records/record_attach.h"

#include "app/records/record_parts.h"
#include "store/record_ways.h"

#include <string.h>

enum { HEX = 16, NAME_MAX_BYTES = 200 };

/* ---- What may be attached ---------------------------------------------------------------- */

typedef struct known_type {
    const char *ending, *type, *begins; /* begins: "" anything */
    size_t at;                          /* where that stands */
} known_type;

static const known_type types[] = {
    {".png", "image/png", "\x89PNG", 0},
    {".jpg", "image/jpeg", "\xff\xd8\xff", 0},
    {".jpeg", "image/jpeg", "\xff\xd8\xff", 0},
    {".gif", "image/gif", "GIF8", 0},
    {".webp", "image/webp", "RIFF", 0},
    {".heic", "image/heic", "ftyp", 4},
    {".pdf", "application/pdf", "%PDF-", 0},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK", 0},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK", 0},
    {".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PK", 0},
    {".odt", "application/vnd.oasis.opendocument.text", "PK", 0},
    {".ods", "application/vnd.oasis.opendocument.spreadsheet", "PK", 0},
    {".mp3", "audio/mpeg", "", 0},
    {".m4a", "audio/mp4", "ftyp", 4},
    {".mp4", "video/mp4", "ftyp", 4},
    {".txt", "text/plain; charset=utf-8", "", 0},
    {".csv", "text/csv; charset=utf-8", "", 0},
};

static bool ends_with(fh_str name, fh_str ending)
{
    return name.len > ending.len &&
           fh_str_eq_nocase((fh_str){name.ptr + name.len - ending.len, ending.len}, ending);
}

static bool begins(fh_str head, const known_type *t)
{
    const size_t n = strlen(t->begins);
    return head.len >= t->at + n && memcmp(head.ptr + t->at, t->begins, n) == 0;
}

fh_status fh_attachment_type(fh_str name, fh_str head, fh_str *type, fh_error *err)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (!ends_with(name, fh_str_of(types[i].ending))) continue;
        if (begins(head, &types[i])) {
            *type = fh_str_of(types[i].type);
            return FH_OK;
        }
        (void)fh_fail(err, FH_INVALID, "the file is called %s, but is something else",
                      types[i].ending);
        return fh_hint(err, FH_INVALID, "Save it again as what it is, and attach that.");
    }
    (void)fh_fail(err, FH_INVALID, "a file of this kind cannot be attached");
    return fh_hint(err, FH_INVALID,
                   "Pictures, PDF, texts and documents of office programs, sound and film can: "
                   "the ending of the name tells which it is.");
}

bool fh_attachment_is(fh_str stored)
{
    if (stored.len != 2 + HEX || memcmp(stored.ptr, "a-", 2) != 0) return false;
    for (size_t i = 2; i < stored.len; i++) {
        const char c = stored.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

fh_status fh_attachment_path(const char *folder, fh_str stored, fh_arena *arena, fh_str *path,
                             fh_error *err)
{
    if (!fh_attachment_is(stored))
        return fh_fail(err, FH_CORRUPT, "an attachment lies under a name that none could have");
    return fh_arena_format(arena, path, "%s/%.*s", folder, FH_STR_ARG(stored)) ? FH_OK
                                                                               : fh_no_memory(err);
}

/* ---- Attaching --------------------------------------------------------------------------- */

static fh_status has_room(fh_org *org, int64_t record, fh_arena *arena, fh_error *err)
{
    const fh_record_file *list = NULL;
    size_t n = 0;
    const fh_status s = fh_record_files(org, record, arena, &list, &n, err);
    if (s != FH_OK || n < FH_ATTACHMENTS_MAX) return s;
    return fh_fail(err, FH_LIMIT, "a record has at most %d attachments", FH_ATTACHMENTS_MAX);
}

fh_status fh_record_attach(fh_org *org, const fh_actor *actor, int64_t record,
                           const fh_record_file *in, fh_arena *arena, int64_t *file, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_record_view v;
    fh_record_telling telling;
    fh_record_file f = *in;
    fh_status s = fh_record_takes_part(actor, err);
    if (s == FH_OK) s = fh_record_open(&w, record, &v, err);
    if (s == FH_OK) s = has_room(org, v.row.record, arena, err);
    if (s == FH_OK && (!f.name.len || f.name.len > NAME_MAX_BYTES))
        s = fh_fail(err, FH_INVALID, "the name of the file is empty, or longer than %d bytes",
                    NAME_MAX_BYTES);
    if (s != FH_OK) return s;
    f.record = v.row.record;
    f.person = actor->person;
    f.made_ms = w.now_ms;
    s = fh_record_file_add(org, &f, err);
    if (s != FH_OK) return s;
    fh_record_tell(&telling);
    fh_record_tell_number(&telling, "file", f.file);
    fh_record_tell_text(&telling, "name", f.name);
    s = fh_record_told(&w, &telling, f.record, "attached", false, NULL, err);
    *file = f.file;
    return s;
}

/* ---- Taking away ------------------------------------------------------------------------- */

static fh_status attached_to(const fh_record_work *w, const fh_record_view *v, int64_t file,
                             fh_record_file *out, fh_error *err)
{
    const fh_record_file *list = NULL;
    size_t n = 0;
    const fh_status s = fh_record_files(w->org, v->row.record, w->arena, &list, &n, err);
    for (size_t i = 0; i < n && s == FH_OK; i++) {
        if (list[i].file != file) continue;
        *out = list[i];
        return FH_OK;
    }
    return s != FH_OK ? s
                      : fh_fail(err, FH_NOTFOUND, "there is no attachment %lld of this record",
                                (long long)file);
}

static fh_status may_detach(const fh_record_work *w, const fh_record_view *v,
                            const fh_record_file *f, fh_error *err)
{
    bool may = f->person && f->person == w->actor->person;
    const fh_status s = may ? FH_OK : fh_record_may_change(w, v, &may, err);
    if (s != FH_OK || may) return s;
    return fh_fail(err, FH_DENIED,
                   "an attachment is taken away by whoever attached it, or by "
                   "whoever may change the record");
}

static fh_status is_named(const fh_record_view *v, int64_t file, fh_error *err)
{
    for (uint32_t i = 0; i < v->kind->n_fields; i++) {
        const fh_kind_field *f = &v->kind->field[i];
        for (uint32_t k = 0; f->type == FH_TYPE_FILE && k < v->values[i].n; k++) {
            if (v->values[i].value[k].number != file) continue;
            (void)fh_fail(err, FH_CONFLICT, "the field '%.*s' names it", FH_STR_ARG(f->label));
            return fh_hint(err, FH_CONFLICT, "Take it out of the field first.");
        }
    }
    return FH_OK;
}

static fh_status remove_content(fh_org *org, const char *folder, fh_str stored, fh_arena *arena,
                                fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_error gone = {0};
    fh_str path;
    fh_status s = fh_attachment_path(folder, stored, arena, &path, err);
    if (s != FH_OK) return s;
    s = os->remove(os->ctx, path.ptr, &gone);
    if (s == FH_OK || s == FH_NOTFOUND) return FH_OK;
    if (err) *err = gone;
    return s;
}

fh_status fh_record_detach(fh_org *org, const fh_actor *actor, int64_t record, int64_t file,
                           const char *folder, fh_arena *arena, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_record_view v;
    fh_record_file f = {0};
    fh_record_telling telling;
    fh_status s = fh_record_takes_part(actor, err);
    if (s == FH_OK) s = fh_record_open(&w, record, &v, err);
    if (s == FH_OK) s = attached_to(&w, &v, file, &f, err);
    if (s == FH_OK) s = may_detach(&w, &v, &f, err);
    if (s == FH_OK) s = is_named(&v, file, err);
    if (s == FH_OK) s = remove_content(org, folder, f.stored, arena, err);
    if (s == FH_OK) s = fh_record_file_end(org, file, err);
    if (s != FH_OK) return s;
    fh_record_tell(&telling);
    fh_record_tell_number(&telling, "file", file);
    fh_record_tell_text(&telling, "name", f.name);
    return fh_record_told(&w, &telling, v.row.record, "detached", false, NULL, err);
}

/* ---- A customer is erased ---------------------------------------------------------------- */

fh_status fh_attachments_remove(fh_org *org, uint32_t customer, const char *folder, uint64_t *n,
                                fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const fh_record_file *list = NULL;
    size_t n_list = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_record_files_about(org, customer, arena, &list, &n_list, err);
    for (size_t i = 0; i < n_list && s == FH_OK; i++) {
        fh_str path;
        fh_error gone = {0};
        if (!fh_attachment_is(list[i].stored)) continue; /* nothing of ours lies there */
        s = fh_attachment_path(folder, list[i].stored, arena, &path, err);
        if (s == FH_OK) s = os->remove(os->ctx, path.ptr, &gone);
        if (s == FH_OK) ++*n;
        if (s == FH_NOTFOUND) s = FH_OK;
        if (s != FH_OK && err && gone.status) *err = gone;
    }
    fh_arena_free(arena);
    return s;
}

fh_status fh_attachments_forget(fh_org *org, uint32_t customer, fh_error *err)
{
    const fh_record_file *list = NULL;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_record_files_about(org, customer, arena, &list, &n, err);
    for (size_t i = 0; i < n && s == FH_OK; i++) s = fh_record_file_end(org, list[i].file, err);
    fh_arena_free(arena);
    return s;
}
