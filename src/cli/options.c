/* options.c - reads a command line by a command's option table.
 *
 *     --name VALUE  --name=VALUE  -n VALUE  -nVALUE  -abc (flags)  --  ARG
 *
 * A wrong option is named with what is wrong and, where one is near, with the
 * option that was meant. When an option is given twice the last one counts,
 * except for lists, which grow.
 */
#include "cli/cli.h"

#include "base/nearest.h"
#include "base/time.h"

#include <string.h>

static size_t count_options(const cli_option *o)
{
    size_t n = 0;
    for (; o && o->name; o++) n += o->kind == CLI_INCLUDE ? count_options(o->include) : 1;
    return n;
}

static size_t flatten(const cli_option *o, size_t base, cli_option *out)
{
    size_t n = 0;
    for (; o && o->name; o++) {
        if (o->kind == CLI_INCLUDE) {
            n += flatten(o->include, base + o->offset, out + n);
        } else {
            out[n] = *o;
            out[n++].offset += base;
        }
    }
    return n;
}

fh_status cli_options_of(const cli_command *c, fh_arena *arena, const cli_option **out, size_t *n,
                         fh_error *err)
{
    cli_option *all = FH_NEW_ARRAY(arena, cli_option, count_options(c->options) + 1);
    if (!all) return fh_no_memory(err);
    *n = flatten(c->options, 0, all);
    all[(*n)++] =
        (cli_option){.letter = 'h', .name = "help", .kind = CLI_HELP, .help = "show this help"};
    *out = all;
    return FH_OK;
}

/* ---- Values ----------------------------------------------------------------- */

static bool read_count(fh_str s, uint64_t *out)
{
    uint64_t v = 0;
    if (!s.len) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        if (__builtin_mul_overflow(v, UINT64_C(10), &v) ||
            __builtin_add_overflow(v, (uint64_t)(s.ptr[i] - '0'), &v))
            return false;
    }
    *out = v;
    return true;
}

static bool read_percent(fh_str s, uint64_t *out)
{
    if (s.len && s.ptr[s.len - 1] == '%') s = fh_str_trim((fh_str){s.ptr, s.len - 1});
    const char *dot = s.len ? memchr(s.ptr, '.', s.len) : NULL;
    const fh_str whole = {s.ptr, dot ? (size_t)(dot - s.ptr) : s.len};
    uint64_t percent = 0;
    if (!read_count(whole, &percent) || percent > 100) return false;
    uint64_t hundredths = percent * 100;
    if (dot) {
        const size_t digits = s.len - whole.len - 1;
        uint64_t part = 0;
        if (digits < 1 || digits > 2 || !read_count((fh_str){dot + 1, digits}, &part)) return false;
        hundredths += digits == 1 ? part * 10 : part;
    }
    *out = hundredths;
    return hundredths <= 10000;
}

fh_str cli_choice(const char *choices, uint32_t k)
{
    for (;;) {
        const size_t len = strcspn(choices, "|");
        if (k-- == 0) return (fh_str){choices, len};
        if (!choices[len]) return (fh_str){choices + len, 0};
        choices += len + 1;
    }
}

static bool read_choice(const char *choices, fh_str s, uint32_t *out)
{
    for (uint32_t k = 0;; k++) {
        const fh_str choice = cli_choice(choices, k);
        if (!choice.len) return false;
        if (fh_str_eq(choice, s)) {
            *out = k;
            return true;
        }
    }
}

static fh_status grow_list(fh_arena *arena, fh_str *list, fh_str value, fh_error *err)
{
    if (!list->len) {
        *list = value;
        return FH_OK;
    }
    char *joined = FH_NEW_ARRAY(arena, char, list->len + value.len + 2);
    if (!joined) return fh_no_memory(err);
    memcpy(joined, list->ptr, list->len);
    joined[list->len] = ',';
    memcpy(joined + list->len + 1, value.ptr, value.len);
    *list = (fh_str){joined, list->len + 1 + value.len};
    return FH_OK;
}

/* What a value of this kind looks like, for an error. */
static const char *expected(cli_kind kind)
{
    if (kind == CLI_COUNT) return "a number such as 10";
    if (kind == CLI_DURATION) return "a duration such as 30d, 12h or 90s";
    return "a share such as 5%";
}

static fh_status set_option(const cli_option *o, fh_arena *arena, void *options, fh_str value,
                            fh_error *err)
{
    void *to = (char *)options + o->offset;
    bool ok = true;
    switch (o->kind) {
    case CLI_FLAG: *(bool *)to = true; break;
    case CLI_TEXT: *(fh_str *)to = value; break;
    case CLI_LIST: return grow_list(arena, to, value, err);
    case CLI_COUNT: ok = read_count(value, to); break;
    case CLI_DURATION: ok = fh_duration_parse(value, to); break;
    case CLI_PERCENT: ok = read_percent(value, to); break;
    case CLI_CHOICE:
        if (read_choice(o->arg, value, to)) break;
        fh_fail(err, FH_INVALID, "--%s does not know '%.*s'", o->name, FH_STR_ARG(value));
        return fh_hint(err, FH_INVALID, "Give one of %s.", o->arg);
    case CLI_INCLUDE:
    case CLI_HEADING:
    case CLI_HELP: break;
    }
    if (ok) return FH_OK;
    fh_fail(err, FH_INVALID, "--%s: '%.*s' cannot be read", o->name, FH_STR_ARG(value));
    return fh_hint(err, FH_INVALID, "It needs %s.", expected(o->kind));
}

/* ---- The line ------------------------------------------------------------------- */

typedef struct line {
    const cli_command *command;
    const cli_option *option; /* [n_options] */
    size_t n_options;
    int argc, at; /* argv[at] is the next word */
    char *const *argv;
    fh_arena *arena;
    cli_call *call;
    fh_error *err;
} line;

static fh_status unknown_option(const line *l, fh_str name, bool is_long)
{
    const char *command = l->command->name;
    fh_fail(l->err, FH_INVALID, "%s has no option %s%.*s", command, is_long ? "--" : "-",
            FH_STR_ARG(name));
    fh_str *names = FH_NEW_ARRAY(l->arena, fh_str, l->n_options);
    if (!names) return fh_no_memory(l->err);
    for (size_t i = 0; i < l->n_options; i++) names[i] = fh_str_of(l->option[i].name);
    const size_t near = is_long ? fh_nearest(name, names, l->n_options) : l->n_options;
    if (near < l->n_options)
        return fh_hint(l->err, FH_INVALID, "Did you mean --%s?", l->option[near].name);
    return fh_hint(l->err, FH_INVALID, "'firsthand help %s' lists its options.", command);
}

static bool takes_value(const cli_option *o)
{
    return o->kind != CLI_FLAG && o->kind != CLI_HELP;
}

static fh_status need_value(line *l, const cli_option *o, fh_str *out)
{
    if (l->at < l->argc) {
        *out = fh_str_of(l->argv[l->at++]);
        return FH_OK;
    }
    fh_fail(l->err, FH_INVALID, "--%s needs a value", o->name);
    return fh_hint(l->err, FH_INVALID, "Write --%s %s.", o->name, o->arg);
}

static fh_status apply(line *l, const cli_option *o, fh_str value)
{
    if (o->kind == CLI_HELP) l->call->help = true;
    return set_option(o, l->arena, l->call->options, value, l->err);
}

static fh_status long_option(line *l, const char *word)
{
    const size_t len = strcspn(word, "=");
    const fh_str name = {word, len};
    for (size_t i = 0; i < l->n_options; i++) {
        const cli_option *o = &l->option[i];
        if (o->kind == CLI_HEADING || !fh_str_eq(fh_str_of(o->name), name)) continue;
        fh_str value = {0};
        if (!takes_value(o)) {
            if (word[len]) return fh_fail(l->err, FH_INVALID, "--%s takes no value", o->name);
        } else if (word[len]) {
            value = fh_str_of(word + len + 1);
        } else {
            const fh_status s = need_value(l, o, &value);
            if (s) return s;
        }
        return apply(l, o, value);
    }
    return unknown_option(l, name, true);
}

static const cli_option *by_letter(const line *l, char letter)
{
    for (size_t i = 0; i < l->n_options; i++)
        if (l->option[i].letter == letter) return &l->option[i];
    return NULL;
}

static fh_status short_options(line *l, const char *word)
{
    for (; *word; word++) {
        const cli_option *o = by_letter(l, *word);
        if (!o) return unknown_option(l, (fh_str){word, 1}, false);
        fh_str value = {0};
        if (takes_value(o)) {
            fh_status s = FH_OK;
            if (word[1])
                value = fh_str_of(word + 1);
            else
                s = need_value(l, o, &value);
            return s ? s : apply(l, o, value);
        }
        const fh_status s = apply(l, o, value);
        if (s) return s;
    }
    return FH_OK;
}

static fh_status check_count(const cli_command *c, size_t n, fh_error *err)
{
    const size_t most = c->max_args ? c->max_args : c->min_args;
    if (n >= c->min_args && n <= most) return FH_OK;
    fh_fail(err, FH_INVALID,
            n < c->min_args ? "%s needs more arguments" : "%s got too many arguments", c->name);
    return fh_hint(err, FH_INVALID, "Usage: firsthand %s%s%s", c->name, *c->synopsis ? " " : "",
                   c->synopsis);
}

fh_status cli_parse(const cli_command *c, int argc, char *const *argv, fh_arena *arena,
                    cli_call *out, fh_error *err)
{
    line l = {.command = c, .argc = argc, .argv = argv, .arena = arena, .call = out, .err = err};
    *out = (cli_call){0};
    fh_status s = cli_options_of(c, arena, &l.option, &l.n_options, err);
    if (s) return s;
    fh_str *args = FH_NEW_ARRAY(arena, fh_str, (size_t)argc + 1);
    out->options = fh_arena_alloc(arena, 1, c->options_size + 1);
    if (!args || !out->options) return fh_no_memory(err);
    if (c->defaults) memcpy(out->options, c->defaults, c->options_size);
    out->args = args;
    for (bool only_args = false; !s && l.at < argc;) {
        const char *word = argv[l.at++];
        if (only_args || word[0] != '-' || !word[1])
            args[out->n_args++] = fh_str_of(word);
        else if (word[1] != '-')
            s = short_options(&l, word + 1);
        else if (word[2])
            s = long_option(&l, word + 2);
        else
            only_args = true;
    }
    return s || out->help ? s : check_count(c, out->n_args, err);
}
