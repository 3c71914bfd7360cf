/* map_remote.c - the maps that an organisation keeps, on a server: list, show, put, mark.
 *
 * What comes as JSON is put back into the rows that the command prints when it works on a
 * file. A text is read here first: its mistakes are told as those of a file are.
 */
#include "base/put.h"
#include "cli/map_kept.h"
#include "cli/remote.h"

enum { JSON = 1, REQUEST_MAX = 8 << 20 };

static fh_maps_row row_at(const cli_remote *r, uint32_t at)
{
    return (fh_maps_row){.map = cli_reply_number(r, at, "map"),
                         .id = cli_reply_text(r, at, "id"),
                         .title = cli_reply_text(r, at, "title"),
                         .goal = cli_reply_text(r, at, "goal"),
                         .owner = cli_reply_text(r, at, "owner"),
                         .stages = cli_reply_number(r, at, "stages"),
                         .touchpoints = cli_reply_number(r, at, "touchpoints"),
                         .latest = cli_reply_number(r, at, "version"),
                         .intended = cli_reply_number(r, at, "intended"),
                         .actual = cli_reply_number(r, at, "actual"),
                         .archived = cli_reply_bool(r, at, "archived"),
                         .changed_ms = cli_reply_number(r, at, "changed_ms")};
}

static fh_status get_rows(cli_remote *r, const char *path, fh_maps_row **out, size_t *n,
                          fh_error *err)
{
    uint32_t end = 0;
    size_t i = 0;
    const fh_status s = cli_remote_get(r, fh_str_of(path), err);
    if (s) return s;
    uint32_t at = cli_reply_array(r, 0, "maps", &end, n);
    *out = FH_NEW_ARRAY(r->io->arena, fh_maps_row, *n + 1);
    if (!*out) return fh_no_memory(err);
    for (; at < end && i < *n; at = cli_reply_next(r, at)) (*out)[i++] = row_at(r, at);
    return FH_OK;
}

static fh_status list(cli_remote *r, const cli_map_options *o, fh_error *err)
{
    fh_maps_row *row = NULL;
    size_t n = 0;
    const fh_status s = get_rows(r, "/api/v1/maps", &row, &n, err);
    return s ? s : cli_map_list(r->io, o, row, n, err);
}

/* out->map 0: there is none of that id. */
static fh_status find(cli_remote *r, fh_str id, fh_maps_row *out, fh_error *err)
{
    fh_maps_row *row = NULL;
    size_t n = 0;
    const fh_status s = get_rows(r, "/api/v1/maps?archived=yes", &row, &n, err);
    *out = (fh_maps_row){.map = 0};
    for (size_t i = 0; !s && i < n; i++)
        if (fh_str_eq(row[i].id, id)) *out = row[i];
    return s;
}

static fh_status must_find(cli_remote *r, fh_str id, fh_maps_row *out, fh_error *err)
{
    const fh_status s = find(r, id, out, err);
    return s || out->map ? s : cli_map_unknown(id, err);
}

static fh_status path_of(const cli_remote *r, int64_t map, fh_str *out, fh_error *err)
{
    return fh_arena_format(r->io->arena, out, "/api/v1/maps/%lld", (long long)map)
               ? FH_OK
               : fh_no_memory(err);
}

static fh_status show(cli_remote *r, const cli_map_options *o, fh_str id, fh_error *err)
{
    fh_maps_row row;
    fh_str path;
    fh_status s = must_find(r, id, &row, err);
    if (!s) s = path_of(r, row.map, &path, err);
    if (!s && o->version &&
        !fh_arena_format(r->io->arena, &path, "%.*s?version=%llu", FH_STR_ARG(path),
                         (unsigned long long)o->version))
        s = fh_no_memory(err);
    if (!s) s = cli_remote_get(r, path, err);
    if (s) return s;
    if (o->format == JSON) {
        fh_buf_char(&r->reply.body, '\n');
        return cli_write(r->io, &r->reply.body, err);
    }
    fh_buf out;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_buf_str(&out, cli_reply_text(r, 0, "text"));
    s = cli_write(r->io, &out, err);
    fh_buf_free(&out);
    return s;
}

/* The first version of a map, or the next one. */
static fh_status send_text(cli_remote *r, const cli_map_options *o, const fh_maps_row *before,
                           fh_str text, fh_error *err)
{
    fh_buf body;
    fh_json j;
    cli_request what = {.method = before->map ? "PUT" : "POST", .path = FH_STR("/api/v1/maps")};
    fh_status s = before->map ? path_of(r, before->map, &what.path, err) : FH_OK;
    if (before->map && o->version)
        what.version = o->version > INT64_MAX ? INT64_MAX : (int64_t)o->version;
    what.any = before->map && !o->version;
    if (!s && !before->map) s = cli_remote_once(r, &what.once, err);
    if (s) return s;
    fh_buf_init(&body, NULL, REQUEST_MAX);
    fh_json_begin(&j, &body, 0);
    fh_json_object(&j);
    fh_put_text(&j, "text", text);
    if (o->note.len) fh_put_text(&j, "note", o->note);
    fh_json_end_object(&j);
    what.body = fh_buf_view(&body);
    what.again = !before->map;
    s = body.status ? fh_no_memory(err) : cli_remote_send(r, &what, err);
    if (!s) s = cli_remote_read(r, err);
    fh_buf_free(&body);
    return s;
}

static fh_status put(cli_remote *r, const cli_map_options *o, fh_str file, fh_error *err)
{
    const cli_io *io = r->io;
    fh_maps_row before;
    fh_map map;
    fh_buf text;
    fh_buf_init(&text, NULL, FH_MAP_TEXT_MAX + 1);
    fh_status s = fh_os_read_file(io->os, file.ptr, FH_MAP_TEXT_MAX, &text, err);
    if (!s) s = fh_map_parse(fh_buf_view(&text), io->arena, &map, err);
    if (!s) s = find(r, map.id, &before, err);
    if (!s) s = send_text(r, o, &before, fh_buf_view(&text), err);
    if (!s) cli_map_say_put(io, map.id, before.latest, cli_reply_number(r, 0, "latest"));
    fh_buf_free(&text);
    return s;
}

static fh_status mark(cli_remote *r, const cli_map_options *o, fh_str id, fh_str as, fh_error *err)
{
    fh_map_mark how = FH_MAP_DRAFT;
    fh_maps_row row;
    fh_str path, body;
    fh_status s = fh_map_mark_read(as, &how, err);
    if (!s) s = must_find(r, id, &row, err);
    if (!s && o->unasked) {
        (void)fh_fail(err, FH_INVALID, "on a server nothing is released unasked");
        s = fh_hint(err, FH_INVALID, "Leave --unasked out; answer on the map's page (Versions).");
    }
    if (s) return s;
    const uint64_t version = o->version ? o->version : (uint64_t)row.latest;
    if (!fh_arena_format(r->io->arena, &path, "/api/v1/maps/%lld/versions/%llu/mark",
                         (long long)row.map, (unsigned long long)version) ||
        !fh_arena_format(r->io->arena, &body, "{\"as\":\"%s\"}", fh_map_marks[how]))
        return fh_no_memory(err);
    s = cli_remote_ask(r, "POST", path, body, err);
    if (!s) cli_map_say_marked(r->io, id, (int64_t)version, how);
    return s;
}

fh_status cli_map_remote(const cli_io *io, const cli_call *call, fh_error *err)
{
    const cli_map_options *o = call->options;
    const fh_str *args = call->args;
    cli_map_kept_verb what = CLI_MAP_VERBS;
    cli_remote r;
    fh_status s = cli_map_verb(args, call->n_args, 1, &what, err);
    if (s) return s;
    s = cli_remote_open(io, call->server, &r, err);
    if (!s && what == CLI_MAP_LIST) s = list(&r, o, err);
    if (!s && what == CLI_MAP_SHOW) s = show(&r, o, args[1], err);
    if (!s && what == CLI_MAP_PUT) s = put(&r, o, args[1], err);
    if (!s && what == CLI_MAP_MARK) s = mark(&r, o, args[1], args[2], err);
    cli_remote_close(&r);
    return s;
}
