/* config.c - settings from a file, the environment and flags; later wins.
 *
 * A file is lines: "[section]", "key = value", "# comment" (also after a value when
 * white space is before the #), or nothing. A value may stand in double quotes.
 * Every mistake names its line and what was probably meant.
 */
#include "app/config.h"

#include "app/config_parts.h"
#include "app/signin/oidc_service.h"
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 1 << 20, KEY_MAX = 64 };

/* ---- Values ---------------------------------------------------------------------------- */

static fh_status put(fh_config *c, fh_config_id id, fh_str text, fh_str from, fh_error *err)
{
    fh_config_value v = {0};
    const fh_status status = fh_config_read_value(&fh_config_keys[id], text, &v.number, err);
    if (status != FH_OK) return status;
    if (!fh_arena_str(c->arena, text, &v.text) || !fh_arena_str(c->arena, from, &v.from))
        return fh_no_memory(err);
    c->value[id] = v;
    return FH_OK;
}

fh_status fh_config_new(fh_arena *arena, fh_config **out, fh_error *err)
{
    fh_config *c = FH_NEW(arena, fh_config);
    if (!c) return fh_no_memory(err);
    c->arena = arena;
    for (size_t i = 0; i < FH_N_CONFIG; i++) {
        const fh_str text = fh_config_fallback(&fh_config_keys[i]);
        const fh_status status = put(c, (fh_config_id)i, text, (fh_str){0}, err);
        if (status != FH_OK) return status;
    }
    *out = c;
    return FH_OK;
}

/* "server.listen", "server-listen" and "SERVER_LISTEN" are the same name. */
static bool same_name(const char *key, fh_str name)
{
    size_t i = 0;
    for (; i < name.len && key[i]; i++) {
        char a = key[i] == '.' ? '-' : key[i], b = name.ptr[i];
        if (b == '.' || b == '_') b = '-';
        if (b >= 'A' && b <= 'Z') b = (char)(b - 'A' + 'a');
        if (a != b) return false;
    }
    return i == name.len && !key[i];
}

static bool find(fh_str name, fh_config_id *out)
{
    for (size_t i = 0; i < FH_N_CONFIG; i++)
        if (same_name(fh_config_keys[i].name, name)) {
            *out = (fh_config_id)i;
            return true;
        }
    return false;
}

static fh_status unknown(fh_str name, fh_error *err)
{
    fh_str names[FH_N_CONFIG];
    for (size_t i = 0; i < FH_N_CONFIG; i++) names[i] = fh_str_of(fh_config_keys[i].name);
    const int shown = name.len > 60 ? 60 : (int)name.len;
    (void)fh_fail(err, FH_NOTFOUND, "there is no setting '%.*s'", shown, name.ptr);
    /* As in a file, however it was written: SERVER_LISTN is looked for as server.listn. */
    char plain[KEY_MAX];
    size_t n = 0;
    bool dot = false;
    for (; n < name.len && n < sizeof plain; n++) {
        char c = name.ptr[n];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (c == '_') c = '-';
        if (c == '-' && !dot && !memchr(name.ptr, '.', name.len)) c = '.';
        dot |= c == '.';
        plain[n] = c;
    }
    const size_t near = fh_nearest((fh_str){plain, n}, names, FH_N_CONFIG);
    if (near < FH_N_CONFIG)
        return fh_hint(err, FH_NOTFOUND, "Did you mean '%s'?", fh_config_keys[near].name);
    return fh_hint(err, FH_NOTFOUND, "'firsthand config show --all' lists them all.");
}

fh_status fh_config_set(fh_config *c, fh_str name, fh_str value, fh_str from, fh_error *err)
{
    fh_config_id id;
    if (!find(name, &id)) return unknown(name, err);
    return put(c, id, fh_str_trim(value), from, err);
}

/* Whether "key=" stands at the beginning: letters, with a dot among them. */
static bool begins_key(fh_str s)
{
    bool dot = false;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c == '=') return dot;
        if (c == '.') dot = true;
        if (c != '.' && c != '-' && !(c >= 'a' && c <= 'z')) return false;
    }
    return false;
}

fh_status fh_config_flags(fh_config *c, fh_str list, fh_str from, fh_error *err)
{
    while (list.len) {
        const char *equals = memchr(list.ptr, '=', list.len);
        if (!equals) {
            (void)fh_fail(err, FH_INVALID, "%.*s '%.*s' has no '='", FH_STR_ARG(from),
                          list.len > 60 ? 60 : (int)list.len, list.ptr);
            return fh_hint(err, FH_INVALID, "Write it as log.level=debug.");
        }
        const fh_str name = {list.ptr, (size_t)(equals - list.ptr)};
        size_t end = name.len + 1;
        while (end < list.len && !(list.ptr[end] == ',' &&
                                   begins_key((fh_str){list.ptr + end + 1, list.len - end - 1})))
            end++;
        const fh_str value = {equals + 1, end - name.len - 1};
        const fh_status status = fh_config_set(c, fh_str_trim(name), value, from, err);
        if (status != FH_OK) return status;
        list = end < list.len ? (fh_str){list.ptr + end + 1, list.len - end - 1} : (fh_str){0};
    }
    return FH_OK;
}

/* ---- Mistakes ------------------------------------------------------------------------------ */

typedef struct faults {
    fh_config_fault *tell;
    void *ctx;
    fh_error first;
    fh_status status; /* of the first */
} faults;

/* Goes on when mistakes are told one by one; memory running out always ends it. */
static fh_status note(faults *f, const fh_error *fault, fh_status status)
{
    if (f->status == FH_OK) {
        f->first = *fault;
        f->status = status;
    }
    if (f->tell) f->tell(f->ctx, fault);
    return f->tell && status != FH_NOMEM ? FH_OK : status;
}

static fh_status result(const faults *f, fh_error *err)
{
    if (f->status != FH_OK && err) *err = f->first;
    return f->status;
}

/* "settings.conf, line 7: " before the message. */
static void place(fh_error *err, const char *from)
{
    char message[sizeof err->message];
    (void)snprintf(message, sizeof message, "%.160s: %.150s", from, err->message);
    memcpy(err->message, message, sizeof message);
}

/* ---- The file ------------------------------------------------------------------------------- */

typedef struct reading {
    fh_config *c;
    fh_str name;
    unsigned line;
    char section[KEY_MAX];
    bool skip; /* an unknown section: its keys are not told again */
    unsigned seen[FH_N_CONFIG];
    faults faults;
} reading;

static bool known_section(fh_str s)
{
    for (size_t i = 0; i < FH_N_CONFIG; i++) {
        const char *name = fh_config_keys[i].name;
        if (strcspn(name, ".") == s.len && memcmp(name, s.ptr, s.len) == 0) return true;
    }
    return false;
}

static fh_status unknown_section(fh_str s, fh_error *err)
{
    fh_str names[FH_N_CONFIG];
    for (size_t i = 0; i < FH_N_CONFIG; i++)
        names[i] = (fh_str){fh_config_keys[i].name, strcspn(fh_config_keys[i].name, ".")};
    const int shown = s.len > 60 ? 60 : (int)s.len;
    (void)fh_fail(err, FH_NOTFOUND, "there is no section [%.*s]", shown, s.len ? s.ptr : "");
    const size_t near = fh_nearest(s, names, FH_N_CONFIG);
    if (near < FH_N_CONFIG)
        return fh_hint(err, FH_NOTFOUND, "Did you mean [%.*s]?", FH_STR_ARG(names[near]));
    return fh_hint(err, FH_NOTFOUND, "'firsthand config show --all' lists them all.");
}

static fh_status take_section(reading *r, fh_str s, fh_error *err)
{
    r->skip = true;
    if (s.len < 2 || s.ptr[s.len - 1] != ']') {
        (void)fh_fail(err, FH_FORMAT, "a section has no ] at its end");
        return fh_hint(err, FH_FORMAT, "Write it alone on its line, as [server].");
    }
    s = fh_str_trim((fh_str){s.ptr + 1, s.len - 2});
    if (!known_section(s)) return unknown_section(s, err);
    r->skip = false;
    (void)snprintf(r->section, sizeof r->section, "%.*s.", FH_STR_ARG(s));
    return FH_OK;
}

/* The value without its quotes or the comment behind it. */
static fh_status bare_value(fh_str s, fh_str *out, fh_error *err)
{
    s = fh_str_trim(s);
    const bool quoted = s.len && s.ptr[0] == '"';
    size_t end = 0;
    if (quoted) {
        const char *close = memchr(s.ptr + 1, '"', s.len - 1);
        if (!close) {
            (void)fh_fail(err, FH_FORMAT, "a value has no \" at its end");
            return fh_hint(err, FH_FORMAT, "Close it on the same line.");
        }
        *out = (fh_str){s.ptr + 1, (size_t)(close - s.ptr) - 1};
        end = out->len + 2;
    } else {
        while (end < s.len && !(s.ptr[end] == '#' &&
                                (end == 0 || s.ptr[end - 1] == ' ' || s.ptr[end - 1] == '\t')))
            end++;
        *out = fh_str_trim((fh_str){s.ptr, end});
    }
    const fh_str rest = fh_str_trim((fh_str){s.ptr + end, s.len - end});
    if (rest.len && rest.ptr[0] != '#') {
        (void)fh_fail(err, FH_FORMAT, "something stands behind the quoted value");
        return fh_hint(err, FH_FORMAT, "A comment begins with #.");
    }
    return FH_OK;
}

static fh_status take_value(reading *r, fh_str s, fh_error *err)
{
    const char *equals = memchr(s.ptr, '=', s.len);
    if (!equals) {
        (void)fh_fail(err, FH_FORMAT, "this is neither a section nor 'key = value'");
        return fh_hint(err, FH_FORMAT, "A comment begins with #.");
    }
    const fh_str key = fh_str_trim((fh_str){s.ptr, (size_t)(equals - s.ptr)});
    fh_str value;
    fh_status status =
        bare_value((fh_str){equals + 1, s.len - (size_t)(equals - s.ptr) - 1}, &value, err);
    if (status != FH_OK) return status;

    char whole[2 * KEY_MAX];
    (void)snprintf(whole, sizeof whole, "%s%.*s", r->section, key.len > 60 ? 60 : (int)key.len,
                   key.ptr);
    fh_config_id id;
    if (!find(fh_str_of(whole), &id)) return unknown(fh_str_of(whole), err);
    if (r->seen[id]) {
        (void)fh_fail(err, FH_CONFLICT, "%s was set on line %u already", fh_config_keys[id].name,
                      r->seen[id]);
        return fh_hint(err, FH_CONFLICT, "Remove one of the two lines.");
    }
    r->seen[id] = r->line;
    char from[320];
    (void)snprintf(from, sizeof from, "line %u of %.*s", r->line,
                   r->name.len > 256 ? 256 : (int)r->name.len, r->name.ptr);
    return put(r->c, id, value, fh_str_of(from), err);
}

static fh_status take_line(reading *r, fh_str line)
{
    const fh_str s = fh_str_trim(line);
    if (s.len == 0 || s.ptr[0] == '#' || s.ptr[0] == ';') return FH_OK;
    if (s.ptr[0] != '[' && r->skip) return FH_OK;
    fh_error err = {0};
    const fh_status status = s.ptr[0] == '[' ? take_section(r, s, &err) : take_value(r, s, &err);
    if (status == FH_OK) return FH_OK;
    char from[160];
    (void)snprintf(from, sizeof from, "%.*s, line %u", r->name.len > 120 ? 120 : (int)r->name.len,
                   r->name.ptr, r->line);
    if (status != FH_NOMEM) place(&err, from);
    return note(&r->faults, &err, status);
}

fh_status fh_config_text(fh_config *c, fh_str name, fh_str text, fh_config_fault *fault, void *ctx,
                         fh_error *err)
{
    reading r = {.c = c, .name = name, .faults = {.tell = fault, .ctx = ctx}};
    fh_status status = FH_OK;
    for (size_t at = 0; at < text.len && status == FH_OK;) {
        const char *newline = memchr(text.ptr + at, '\n', text.len - at);
        const size_t end = newline ? (size_t)(newline - text.ptr) : text.len;
        r.line++;
        status = take_line(&r, (fh_str){text.ptr + at, end - at});
        at = end + 1;
    }
    return result(&r.faults, err);
}

fh_status fh_config_file(fh_config *c, const fh_os *os, const char *path, fh_config_fault *fault,
                         void *ctx, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, fh_arena_allocator(c->arena), FILE_MAX);
    fh_status status = fh_os_read_file(os, path, FILE_MAX, &text, err);
    if (status == FH_OK)
        status = fh_config_text(c, fh_str_of(path), fh_buf_view(&text), fault, ctx, err);
    fh_buf_free(&text);
    return status;
}

/* ---- The environment ------------------------------------------------------------------------ */

fh_status fh_config_environment(fh_config *c, const char *const *variables, fh_config_fault *fault,
                                void *ctx, fh_error *err)
{
    static const fh_str prefix = {"FIRSTHAND_", 10};
    static const char *const others[] = {"FIRSTHAND_CONFIG", "FIRSTHAND_TOKEN", "FIRSTHAND_SERVER"};
    faults f = {.tell = fault, .ctx = ctx};
    fh_status status = FH_OK;
    for (; variables && *variables && status == FH_OK; variables++) {
        const fh_str whole = fh_str_of(*variables);
        const char *equals = strchr(*variables, '=');
        if (!equals || !fh_str_starts(whole, prefix)) continue;
        const fh_str name = {whole.ptr, (size_t)(equals - whole.ptr)};
        bool other = false;
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            other |= fh_str_eq(name, fh_str_of(others[i]));
        if (other) continue;
        fh_error fault_found = {0};
        status = fh_config_set(c, (fh_str){name.ptr + prefix.len, name.len - prefix.len},
                               fh_str_of(equals + 1), name, &fault_found);
        if (status == FH_OK) continue;
        char from[128];
        (void)snprintf(from, sizeof from, "%.*s", name.len > 100 ? 100 : (int)name.len, name.ptr);
        if (status != FH_NOMEM) place(&fault_found, from);
        status = note(&f, &fault_found, status);
    }
    return result(&f, err);
}

/* ---- The whole ------------------------------------------------------------------------------ */

static bool is_set(const fh_config *c, fh_config_id id)
{
    return c->value[id].text.len > 0;
}

/* Of the first thing that is wrong with signing in through a service. */
static fh_status check_sign_in(const fh_config *c, fh_error *e)
{
    const fh_oidc_role *role = NULL;
    size_t n = 0;
    const fh_str issuer = c->value[FH_C_OIDC_ISSUER].text;
    const bool tls = fh_str_starts(issuer, FH_STR("https://"));
    const bool plain = fh_str_starts(issuer, FH_STR("http://"));
    if (!issuer.len) return FH_OK;
    if (!tls && !(plain && fh_config_flag(c, FH_C_OIDC_PRIVATE))) {
        (void)fh_fail(e, FH_INVALID, "sign-in.issuer: '%.*s' does not begin with https://",
                      issuer.len > 60 ? 60 : (int)issuer.len, issuer.ptr);
        return fh_hint(e, FH_INVALID, "Write it exactly as the service tells it.");
    }
    if (!is_set(c, FH_C_OIDC_CLIENT) || !is_set(c, FH_C_BASE_URL)) {
        (void)fh_fail(e, FH_INVALID, "sign-in.issuer is set without %s",
                      is_set(c, FH_C_BASE_URL) ? "sign-in.client-id" : "server.base-url");
        return fh_hint(e, FH_INVALID, "The service must know whom it signs in, and where to.");
    }
    return fh_oidc_roles_read(c->value[FH_C_OIDC_ROLES].text, c->arena, &role, &n, e);
}

/* Letters, digits, dots, hyphens; colons of IPv6. */
static bool is_host(fh_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != ':') return false;
    }
    return true;
}

static fh_status check_mail(const fh_config *c, fh_error *err)
{
    const fh_str server = c->value[FH_C_MAIL_SERVER].text;
    if (!is_host(server)) {
        (void)fh_fail(err, FH_INVALID, "mail.server: '%.*s' is not the name of a server",
                      server.len > 60 ? 60 : (int)server.len, server.ptr);
        return fh_hint(err, FH_INVALID, "Write it as mail.example.org; mail.port is its port.");
    }
    if (server.len && !is_set(c, FH_C_MAIL_FROM)) {
        (void)fh_fail(err, FH_INVALID, "mail.server is set without mail.from");
        return fh_hint(err, FH_INVALID, "Say who mails come from: no-reply@example.org.");
    }
    if (is_set(c, FH_C_MAIL_USER) != is_set(c, FH_C_MAIL_PASSWORD)) {
        (void)fh_fail(err, FH_INVALID, "of mail.user and mail.password-file only one is set");
        return fh_hint(err, FH_INVALID, "Signing in to a mail server needs both, or neither.");
    }
    return FH_OK;
}

fh_status fh_config_check(const fh_config *c, fh_config_fault *fault, void *ctx, fh_error *err)
{
    faults f = {.tell = fault, .ctx = ctx};
    fh_error e = {0};
    fh_status status = FH_OK;
    const fh_str base = c->value[FH_C_BASE_URL].text;
    if (is_set(c, FH_C_TLS_CERT) != is_set(c, FH_C_TLS_KEY)) {
        (void)fh_fail(&e, FH_INVALID, "%s is set without %s",
                      is_set(c, FH_C_TLS_CERT) ? "server.tls-certificate" : "server.tls-key",
                      is_set(c, FH_C_TLS_CERT) ? "server.tls-key" : "server.tls-certificate");
        status = note(&f, &e, fh_hint(&e, FH_INVALID, "TLS needs both, or neither."));
    }
    if (status == FH_OK && is_set(c, FH_C_TLS_CERT) && !fh_str_starts(base, FH_STR("https://"))) {
        (void)fh_fail(&e, FH_INVALID, "server.tls-certificate is set without an https base-url");
        status = note(&f, &e,
                      fh_hint(&e, FH_INVALID,
                              "Set server.base-url to the address people type, as "
                              "https://journeys.example.org: cookies and links depend on it."));
    }
    if (status == FH_OK && base.len && !fh_str_starts(base, FH_STR("https://")) &&
        !fh_str_starts(base, FH_STR("http://"))) {
        (void)fh_fail(&e, FH_INVALID, "server.base-url: '%.*s' does not begin with https://",
                      base.len > 60 ? 60 : (int)base.len, base.ptr);
        status = note(&f, &e, fh_hint(&e, FH_INVALID, "Write it as https://journeys.example.org."));
    }
    fh_error wrong = {0};
    if (check_sign_in(c, &wrong) != FH_OK) (void)note(&f, &wrong, wrong.status);
    if (check_mail(c, &wrong) != FH_OK) (void)note(&f, &wrong, wrong.status);
    return result(&f, err);
}

/* Whether a file gives this text back only when it stands in quotes: unquoted, white
 * space at its ends is left out, and a # that begins it or follows white space begins
 * a comment. No value holds a quote itself. */
static bool needs_quotes(fh_str s)
{
    if (fh_str_trim(s).len != s.len || s.len == 0) return true;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '#' && (i == 0 || s.ptr[i - 1] == ' ' || s.ptr[i - 1] == '\t')) return true;
    return false;
}

static void print_value(const fh_config_value *v, fh_buf *out)
{
    fh_buf_printf(out, needs_quotes(v->text) ? "\"%.*s\"" : "%.*s", FH_STR_ARG(v->text));
}

void fh_config_print(const fh_config *c, bool all, fh_buf *out)
{
    fh_str section = {0};
    for (size_t i = 0; i < FH_N_CONFIG; i++) {
        const fh_config_key *key = &fh_config_keys[i];
        const fh_config_value *v = &c->value[i];
        if (!all && !v->from.len) continue;
        const fh_str own = {key->name, strcspn(key->name, ".")};
        if (!fh_str_eq(own, section))
            fh_buf_printf(out, "%s[%.*s]\n", section.len ? "\n" : "", FH_STR_ARG(own));
        section = own;
        fh_buf_printf(out, "# %s\n", key->help);
        if (v->from.len) fh_buf_printf(out, "# set by %.*s\n", FH_STR_ARG(v->from));
        fh_buf_printf(out, "%s = ", key->name + own.len + 1);
        print_value(v, out);
        fh_buf_char(out, '\n');
    }
}

fh_status fh_config_secret(const fh_os *os, const char *path, fh_arena *arena, fh_str *out,
                           fh_error *err)
{
    enum { SECRET_MAX = 4096 };
    fh_buf text;
    fh_buf_init(&text, fh_arena_allocator(arena), SECRET_MAX);
    fh_status status = fh_os_read_secret(os, path, SECRET_MAX, &text, err);
    const fh_str secret = fh_str_trim(fh_buf_view(&text));
    if (status == FH_OK && secret.len == 0) {
        (void)fh_fail(err, FH_FORMAT, "%s is empty", path);
        status = fh_hint(err, FH_FORMAT, "Put the secret in it, alone on one line.");
    }
    if (status == FH_OK && memchr(secret.ptr, '\n', secret.len))
        status = fh_fail(err, FH_FORMAT, "%s has more than one line", path);
    if (status == FH_OK && !fh_arena_str(arena, secret, out)) status = fh_no_memory(err);
    if (text.ptr) memset(text.ptr, 0, text.len);
    fh_buf_free(&text);
    return status;
}
