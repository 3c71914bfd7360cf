/* map_kept.c - the maps that an organisation keeps (see map_kept.h). Whoever can open the file
 * may change them; every change is a version, and noted in the audit log by the use cases. */
#include "cli/map_kept.h"

#include "cli/answer.h"
#include "cli/noted.h"

typedef struct kept {
    const cli_io *io;
    const cli_map_options *o;
    fh_org *org;
    fh_actor self;
} kept;

enum { JSON = 1, CSV = 2 };

typedef struct verb {
    const char *word, *usage;
    size_t n_args; /* with the word itself and the organisation */
    bool writes;
} verb;

static const verb verbs[CLI_MAP_VERBS] = {
    [CLI_MAP_LIST] = {"list", "list ORG.fh", 2, false},
    [CLI_MAP_SHOW] = {"show", "show ORG.fh MAP", 3, false},
    [CLI_MAP_PUT] = {"put", "put ORG.fh FILE", 3, true},
    [CLI_MAP_MARK] = {"mark", "mark ORG.fh MAP intended|actual|draft", 4, true}};

static size_t which(fh_str what)
{
    size_t i = 0;
    while (i < CLI_MAP_VERBS && !fh_str_eq(what, fh_str_of(verbs[i].word))) i++;
    return i;
}

bool cli_map_is_kept(fh_str what)
{
    return which(what) < CLI_MAP_VERBS;
}

fh_status cli_map_verb(const fh_str *args, size_t n_args, size_t without, cli_map_kept_verb *out,
                       fh_error *err)
{
    const size_t at = which(args[0]);
    if (at == CLI_MAP_VERBS) {
        (void)fh_fail(err, FH_INVALID, "this is done with files, not on a server");
        return fh_hint(err, FH_INVALID,
                       "list, show, put and mark go with --server; leave it out "
                       "for all else.");
    }
    const verb *v = &verbs[at];
    *out = (cli_map_kept_verb)at;
    if (n_args + without == v->n_args) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "map %s %s", v->word,
                  n_args + without < v->n_args ? "needs more arguments" : "got too many arguments");
    return fh_hint(err, FH_INVALID, "Usage: firsthand map %s", v->usage);
}

static fh_status print_json(const cli_io *io, fh_buf *out, fh_error *err)
{
    fh_buf_char(out, '\n');
    const fh_status s = cli_write(io, out, err);
    fh_buf_free(out);
    return s;
}

/* ---- Listing, showing ---------------------------------------------------------------- */

static fh_cell version_cell(int64_t version)
{
    return version ? fh_cell_int(version) : fh_cell_none();
}

static fh_status list_table(const cli_io *io, bool csv, const fh_maps_row *row, size_t n,
                            fh_error *err)
{
    static const fh_table_column columns[] = {
        {"map", "Map", FH_CELL_TEXT},
        {"title", "Title", FH_CELL_TEXT},
        {"owner", "Owner", FH_CELL_TEXT},
        {"stages", "Stages", FH_CELL_COUNT},
        {"touchpoints", "Touchpoints", FH_CELL_COUNT},
        {"latest", "Version", FH_CELL_COUNT},
        {"intended", "Intended", FH_CELL_COUNT},
        {"actual", "Actual", FH_CELL_COUNT},
        {"changed_at", NULL, FH_CELL_TIME},
    };
    enum { N = sizeof columns / sizeof columns[0] };
    fh_table t = {.title = "Journey maps", .columns = columns, .n_columns = N, .n_rows = n};
    if (!n) t.note = FH_STR("None yet: firsthand map put ORG.fh FILE.");
    t.cells = FH_NEW_ARRAY(io->arena, fh_cell, N * n + 1);
    if (!t.cells) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        fh_cell *cell = t.cells + N * i;
        *cell++ = fh_cell_text(row[i].id);
        *cell++ = fh_cell_text(row[i].title);
        *cell++ = fh_cell_text(row[i].owner);
        *cell++ = fh_cell_int(row[i].stages);
        *cell++ = fh_cell_int(row[i].touchpoints);
        *cell++ = fh_cell_int(row[i].latest);
        *cell++ = version_cell(row[i].intended);
        *cell++ = version_cell(row[i].actual);
        *cell = fh_cell_int(row[i].changed_ms);
    }
    return cli_print_table(io, &t, NULL, csv, err);
}

fh_status cli_map_list(const cli_io *io, const cli_map_options *o, const fh_maps_row *row, size_t n,
                       fh_error *err)
{
    fh_buf out;
    fh_json j;
    if (o->format != JSON) return list_table(io, o->format == CSV, row, n, err);
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_json_begin(&j, &out, 0);
    fh_json_object(&j);
    fh_json_key(&j, FH_STR("items"));
    fh_json_array(&j);
    for (size_t i = 0; i < n; i++) fh_maps_row_json(&row[i], &j);
    fh_json_end_array(&j);
    fh_json_end_object(&j);
    return print_json(io, &out, err);
}

static fh_status list(const kept *k, fh_error *err)
{
    const fh_maps_row *row = NULL;
    size_t n = 0;
    const fh_status s = fh_maps_all(k->org, &k->self, false, k->io->arena, &row, &n, err);
    return s ? s : cli_map_list(k->io, k->o, row, n, err);
}

fh_status cli_map_unknown(fh_str id, fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "there is no map '%.*s'", (int)(id.len < 60 ? id.len : 60),
                  id.ptr);
    return fh_hint(err, FH_NOTFOUND, "'firsthand map list ORG.fh' tells which there are.");
}

static fh_status find(const kept *k, fh_str id, int64_t *map, fh_error *err)
{
    const fh_status s = fh_maps_find(k->org, id, map, err);
    return s || *map ? s : cli_map_unknown(id, err);
}

static int64_t wanted(const kept *k)
{
    return k->o->version > INT64_MAX ? INT64_MAX : (int64_t)k->o->version;
}

static fh_status show(const kept *k, fh_str id, fh_error *err)
{
    fh_map_open open;
    fh_buf out;
    fh_json j;
    int64_t map = 0;
    fh_status s = find(k, id, &map, err);
    if (!s) s = fh_maps_open(k->org, &k->self, map, wanted(k), k->io->arena, &open, err);
    if (s) return s;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    if (k->o->format == JSON) {
        fh_json_begin(&j, &out, 0);
        fh_map_open_json(&open, &j);
        return print_json(k->io, &out, err);
    }
    fh_buf_str(&out, open.version.text);
    s = cli_write(k->io, &out, err);
    fh_buf_free(&out);
    return s;
}

/* ---- Changing ------------------------------------------------------------------------ */

void cli_map_say_put(const cli_io *io, fh_str id, int64_t before, int64_t after)
{
    if (before == after)
        fprintf(io->out, "Map '%.*s' says this already: version %lld.\n", FH_STR_ARG(id),
                (long long)after);
    else
        fprintf(io->out, "Map '%.*s' is version %lld now.\n", FH_STR_ARG(id), (long long)after);
}

void cli_map_say_marked(const cli_io *io, fh_str id, int64_t version, fh_map_mark mark)
{
    fprintf(io->out, "Version %lld of '%.*s' is marked %s.\n", (long long)version, FH_STR_ARG(id),
            fh_map_marks[mark]);
}

static fh_status put_text(const kept *k, fh_str text, fh_maps_row *before, fh_maps_row *after,
                          fh_error *err)
{
    fh_map map;
    int64_t number = 0;
    fh_status s = fh_map_parse(text, k->io->arena, &map, err);
    if (!s) s = fh_org_begin(k->org, err);
    if (s) return s;
    s = fh_maps_find(k->org, map.id, &number, err);
    if (!s && !number) {
        s = fh_maps_make(k->org, &k->self, &map, k->o->note, &number, err);
    } else if (!s) {
        s = fh_maps_get(k->org, number, k->io->arena, before, err);
        if (!s)
            s = fh_maps_put(k->org, &k->self, number, wanted(k), text, k->o->note, k->io->arena,
                            err);
    }
    if (!s) s = fh_maps_get(k->org, number, k->io->arena, after, err);
    return cli_noted(k->org, s, err);
}

static fh_status put(const kept *k, fh_str path, fh_error *err)
{
    fh_maps_row before = {0}, after = {0};
    fh_buf text;
    fh_buf_init(&text, NULL, FH_MAP_TEXT_MAX + 1);
    fh_status s = fh_os_read_file(k->io->os, path.ptr, FH_MAP_TEXT_MAX, &text, err);
    if (!s) s = put_text(k, fh_buf_view(&text), &before, &after, err);
    if (!s) cli_map_say_put(k->io, after.id, before.latest, after.latest);
    fh_buf_free(&text);
    return s;
}

static fh_status mark(const kept *k, fh_str id, fh_str as, fh_error *err)
{
    fh_map_mark how = FH_MAP_DRAFT;
    fh_maps_row row = {0};
    int64_t map = 0, version = wanted(k);
    fh_status s = fh_map_mark_read(as, &how, err);
    if (!s) s = find(k, id, &map, err);
    if (!s) s = fh_org_begin(k->org, err);
    if (s) return s;
    s = fh_maps_get(k->org, map, k->io->arena, &row, err);
    if (!version) version = row.latest;
    if (!s) s = fh_maps_mark_as(k->org, &k->self, map, version, how, 0, k->o->unasked, err);
    if (s == FH_CONFLICT)
        s = fh_hint(err, FH_CONFLICT,
                    "Answer with evidence on the map's page (Versions), or give --unasked: it is "
                    "marked all the same, and the audit log says so.");
    s = cli_noted(k->org, s, err);
    if (!s) cli_map_say_marked(k->io, row.id, version, how);
    return s;
}

fh_status cli_map_kept(const cli_io *io, const cli_map_options *o, const fh_str *args,
                       size_t n_args, fh_error *err)
{
    kept k = {.io = io, .o = o, .self = fh_actor_command_line()};
    cli_map_kept_verb what = CLI_MAP_VERBS;
    fh_status s = cli_map_verb(args, n_args, 0, &what, err);
    if (s) return s;
    s = fh_org_open(io->os, args[1].ptr, verbs[what].writes ? FH_ORG_WRITE : FH_ORG_READ, &k.org,
                    err);
    if (s) return s;
    if (what == CLI_MAP_LIST) s = list(&k, err);
    if (what == CLI_MAP_SHOW) s = show(&k, args[2], err);
    if (what == CLI_MAP_PUT) s = put(&k, args[2], err);
    if (what == CLI_MAP_MARK) s = mark(&k, args[2], args[3], err);
    fh_org_close(k.org);
    return s;
}
