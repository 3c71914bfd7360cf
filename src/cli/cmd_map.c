/* cmd_map.c - `firsthand map`: journey maps as files: checked, printed, compared, drawn, and in
 * other programs' forms; and those that an organisation keeps (map_kept.h).
 */
#include "firsthand/map.h"

#include "cli/map_kept.h"

#include <stddef.h>

typedef cli_map_options options;

enum { CJML, MERMAID };

static const fh_option option_table[] = {
    {'F', "form", FH_OPTION_CHOICE, offsetof(options, form), "cjml|mermaid",
     "import and export: which other form (default cjml)", NULL},
    {0, "version", FH_OPTION_COUNT, offsetof(options, version), "N",
     "show and mark: which (default the latest); put: only if it is the latest", NULL},
    {0, "note", FH_OPTION_TEXT, offsetof(options, note), "WORDS",
     "put: what this version changes, in a few words", NULL},
    {0, "unasked", FH_OPTION_FLAG, offsetof(options, unasked), NULL,
     "mark intended although 'is this really reverse?' is not answered; kept in the audit log",
     NULL},
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, format), "text|json|csv",
     "list and show: for people or for programs (default text)", NULL},
    {0},
};

enum { FILE_MAX = FH_MAP_TEXT_MAX, OUT_MAX = 1 << 28 };

static fh_status read_text(const cli_io *io, fh_str path, fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, NULL, FILE_MAX + 1);
    fh_status s = fh_os_read_file(io->os, path.ptr, FILE_MAX, &text, err);
    if (!s && !fh_arena_str(io->arena, fh_buf_view(&text), out)) s = fh_no_memory(err);
    fh_buf_free(&text);
    return s;
}

static fh_status read_map(const cli_io *io, fh_str path, fh_map *out, fh_error *err)
{
    fh_str text;
    const fh_status s = read_text(io, path, &text, err);
    return s ? s : fh_map_parse(text, io->arena, out, err);
}

static fh_status import(const cli_io *io, const options *o, fh_str path, fh_buf *out, fh_error *err)
{
    fh_str text;
    fh_map map;
    size_t passed = 0;
    fh_status s = read_text(io, path, &text, err);
    if (!s)
        s = o->form == CJML ? fh_map_parse_cjml(text, io->arena, &map, &passed, err)
                            : fh_map_parse_mermaid(text, io->arena, &map, &passed, err);
    if (!s && passed)
        fprintf(io->err, "%zu %s and left out.\n", passed,
                passed == 1 ? "part of the file is not known" : "parts of the file are not known");
    return s ? s : fh_map_print(&map, out, err);
}

static fh_status compare(const cli_io *io, const fh_map *before, fh_str path, fh_buf *out,
                         fh_error *err)
{
    static const char *const sorts[] = {"added", "removed", "renamed", "changed", "moved"};
    fh_map after;
    fh_map_difference *row = NULL;
    size_t n = 0;
    fh_status s = read_map(io, path, &after, err);
    if (!s) s = fh_map_diff(before, &after, io->arena, &row, &n, err);
    for (size_t i = 0; !s && i < n; i++) {
        fh_buf_printf(out, "%s %.*s \"%.*s\"", sorts[row[i].sort],
                      FH_STR_ARG(row[i].id.len ? row[i].id : after.id), FH_STR_ARG(row[i].name));
        if (row[i].field.len)
            fh_buf_printf(out, " %.*s: \"%.*s\" -> \"%.*s\"", FH_STR_ARG(row[i].field),
                          FH_STR_ARG(row[i].before), FH_STR_ARG(row[i].after));
        fh_buf_char(out, '\n');
    }
    return s;
}

static fh_status act(const cli_io *io, const options *o, const fh_str *args, size_t n_args,
                     fh_buf *out, fh_error *err)
{
    const fh_str what = args[0];
    fh_map map;
    if (fh_str_eq(what, FH_STR("import")) && n_args == 2) return import(io, o, args[1], out, err);
    const bool compares = fh_str_eq(what, FH_STR("diff"));
    static const char *const others[] = {"check", "print", "draw", "walk", "export"};
    bool known = compares;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        known = known || fh_str_eq(what, fh_str_of(others[i]));
    if (!known || n_args != (compares ? 3u : 2u)) {
        (void)fh_fail(err, FH_INVALID, "this cannot be done with a map");
        return fh_hint(
            err, FH_INVALID,
            "Say check, print, draw, walk, import or export and a file, or diff and two; "
            "list, show, put or mark and an organisation.");
    }
    fh_status s = read_map(io, args[1], &map, err);
    if (s) return s;
    if (compares) return compare(io, &map, args[2], out, err);
    if (fh_str_eq(what, FH_STR("print"))) return fh_map_print(&map, out, err);
    if (fh_str_eq(what, FH_STR("draw"))) return fh_map_draw(&map, NULL, out, err);
    if (fh_str_eq(what, FH_STR("walk"))) return fh_map_print_walk(&map, io->arena, out, err);
    if (fh_str_eq(what, FH_STR("export")))
        return o->form == CJML ? fh_map_print_cjml(&map, out, err)
                               : fh_map_print_mermaid(&map, out, err);
    fh_buf_printf(out, "'%.*s' is well written: %u %s, %u %s.\n", FH_STR_ARG(map.id), map.n_stages,
                  map.n_stages == 1 ? "stage" : "stages", map.n_touchpoints,
                  map.n_touchpoints == 1 ? "touchpoint" : "touchpoints");
    return FH_OK;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    fh_buf out;
    if (cli_map_is_kept(args[0])) return cli_map_kept(io, opts, args, n_args, err);
    fh_buf_init(&out, NULL, OUT_MAX);
    fh_status s = act(io, opts, args, n_args, &out, err);
    if (!s) s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

const cli_command cmd_map = {
    .name = "map",
    .synopsis = "[options] check|print|diff|draw|walk|import|export FILE... | list|show|put|mark "
                "ORG.fh ...",
    .summary = "check, compare or draw a journey map; keep it in an organisation",
    .details =
        "A journey map is a text that people can read (.journey): stages, and in them\n"
        "touchpoints with who turns to whom, what is intended and what is promised.\n"
        "check tells the first mistake with line and column; print writes the map in its\n"
        "one form; diff compares two versions; draw makes an SVG; walk goes through it part\n"
        "by part, with channel, place, length and intended feeling; export and import\n"
        "turn it into another program's form and back. An organisation keeps maps in versions:\n"
        "list ORG.fh tells which, show ORG.fh MAP prints one, put ORG.fh FILE makes a map\n"
        "or its next version, mark ORG.fh MAP intended|actual|draft says what a version\n"
        "is, and intends none before 'is this really reverse?' is answered at its draft,\n"
        "review and release; on a server (--server) without ORG.fh: map show --server URL MAP.\n",
    .examples = "firsthand map check renew.journey\n"
                "firsthand map diff renew-1.journey renew-2.journey\n"
                "firsthand map draw renew.journey > renew.svg\n"
                "firsthand map walk renew.journey\n"
                "firsthand map import --form mermaid other.mmd > other.journey\n"
                "firsthand map put our.fh renew.journey --note \"the letter comes earlier\"\n"
                "firsthand map mark our.fh renew intended\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 2,
    .max_args = 4,
    .remote = cli_map_remote,
    .run = run,
};
