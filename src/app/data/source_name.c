/* source_name.c - which source a file is from, by its name: exports of one system
 * differ in their dates. */
#include "app/data/import.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_mark(char c)
{
    return c == '-' || c == '_' || c == '.' || c == ' ';
}

static bool strip(fh_str *name, const char *ending)
{
    const fh_str e = fh_str_of(ending);
    if (name->len <= e.len) return false;
    if (!fh_str_eq_nocase((fh_str){name->ptr + name->len - e.len, e.len}, e)) return false;
    name->len -= e.len;
    return true;
}

static bool strip_any(fh_str *name, const char *const *endings, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strip(name, endings[i])) return true;
    return false;
}

/* The end of a name against a form: d a digit, - a mark, T itself. */
static bool ends_like(fh_str name, const char *form)
{
    const size_t n = strlen(form);
    if (name.len <= n) return false;
    const char *s = name.ptr + name.len - n;
    for (size_t i = 0; i < n; i++) {
        const bool fits = form[i] == 'd'   ? is_digit(s[i])
                          : form[i] == '-' ? is_mark(s[i])
                                           : s[i] == form[i];
        if (!fits) return false;
    }
    return true;
}

/* "-2024-03-31", "_20240331T0915", " (2)": which export, not which system. */
static bool strip_date(fh_str *name)
{
    static const char *const forms[] = {
        "-dddd-dd-ddTdddddd",
        "-dddd-dd-dd-dddddd",
        "-ddddddddTdddddd",
        "-dddddddd-dddddd",
        "-ddddddddTdddd",
        "-dddddddd-dddd",
        "-dddd-dd-dd",
        "-dddddddd",
        "-dddd-dd",
        " (d)",
        " (dd)",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (!ends_like(*name, forms[i])) continue;
        name->len -= strlen(forms[i]);
        return true;
    }
    return false;
}

fh_status fh_source_name(fh_arena *arena, fh_str file, fh_str *out)
{
    static const char *const packed[] = {".gz", ".gzip"};
    static const char *const formats[] = {".csv", ".tsv", ".txt",  ".jsonl", ".ndjson", ".json",
                                          ".xes", ".xml", ".mbox", ".mbx",   ".eml",    ".xlsx"};
    static const char *const rejects[] = {".rejects"};
    if (fh_str_eq(file, FH_STR("-"))) file = FH_STR("stdin");
    fh_str name = file;
    for (size_t i = 0; i < file.len; i++)
        if (file.ptr[i] == '/') name = (fh_str){file.ptr + i + 1, file.len - i - 1};
    (void)strip_any(&name, packed, sizeof packed / sizeof *packed);
    bool again = true;
    while (again) { /* "export.csv.rejects.csv" is of "export" */
        (void)strip_any(&name, formats, sizeof formats / sizeof *formats);
        again = strip_any(&name, rejects, sizeof rejects / sizeof *rejects);
        if (again) (void)strip_any(&name, packed, sizeof packed / sizeof *packed);
    }
    while (strip_date(&name)) {
    }
    while (name.len > 1 && is_mark(name.ptr[name.len - 1])) name.len--;
    if (name.len == 0) name = FH_STR("import");
    return fh_arena_str(arena, name, out) ? FH_OK : FH_NOMEM;
}
