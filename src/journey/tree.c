/* tree.c - process trees: reading and printing them (see firsthand/journey.h).
 *
 * Nodes are written in the order in which the text names them, which is that of a walk from
 * the root; each learns where its part ends when its bracket closes. Names are collected in
 * a table of hashes, so that a name that stands twice is one label.
 */
#include "firsthand/journey.h"

#include "base/intern.h"
#include "base/sort.h"

#include <string.h>

static const char *const words[] = {"", "tau", "->", "X", "+", "*"};

/* ---- Reading -------------------------------------------------------------------------------- */

typedef struct reader {
    fh_str text;
    size_t at;
    fh_arena *arena;
    fh_tree_node *node; /* [max_nodes] */
    uint32_t n, max_nodes;
    fh_str *label; /* [max_labels] */
    uint32_t max_labels;
    fh_intern *names;
    fh_error *err;
} reader;

static fh_status wrong(const reader *r, const char *what)
{
    (void)fh_fail(r->err, FH_FORMAT, "character %zu of the journey: %s", r->at + 1, what);
    return fh_hint(r->err, FH_FORMAT,
                   "A journey is written ->( 'Apply', X( 'Approve', 'Decline' ) ).");
}

static void skip_space(reader *r)
{
    while (r->at < r->text.len && strchr(" \t\r\n", r->text.ptr[r->at]) && r->text.ptr[r->at])
        r->at++;
}

static bool take(reader *r, const char *word)
{
    const fh_str rest = {r->text.ptr + r->at, r->text.len - r->at};
    if (!fh_str_starts(rest, fh_str_of(word))) return false;
    r->at += strlen(word);
    return true;
}

/* The name behind a quote; a quote in it stands twice. */
static fh_status read_name(reader *r, uint32_t *label)
{
    size_t end = r->at, len = 0;
    for (;; end++) {
        if (end == r->text.len) return wrong(r, "the quote of a name is not closed");
        if (r->text.ptr[end] != '\'') continue;
        if (end + 1 == r->text.len || r->text.ptr[end + 1] != '\'') break;
        end++;
    }
    char *name = fh_arena_alloc(r->arena, end - r->at + 1, 1);
    if (!name) return fh_no_memory(r->err);
    for (; r->at < end; r->at++) {
        if (r->text.ptr[r->at] == '\'') r->at++;
        name[len++] = r->text.ptr[r->at];
    }
    if (!len) return wrong(r, "a touchpoint has no name");
    r->at++;
    const fh_str known = {name, len};
    const uint32_t number = fh_intern_add(r->names, known, fh_intern_hash(known));
    if (!number) return fh_no_memory(r->err);
    *label = number - 1;
    r->label[*label] = known;
    return FH_OK;
}

static fh_status read_node(reader *r, uint32_t depth);

static fh_status read_children(reader *r, uint32_t depth, uint32_t *n)
{
    fh_status status = FH_OK;
    *n = 0;
    skip_space(r);
    if (!take(r, "(")) return wrong(r, "here should be a bracket: (");
    for (;;) {
        status = read_node(r, depth + 1);
        if (status != FH_OK) return status;
        ++*n;
        skip_space(r);
        if (take(r, ")")) return FH_OK;
        if (!take(r, ",")) return wrong(r, "here should be a comma or a closing bracket");
    }
}

static fh_status read_node(reader *r, uint32_t depth)
{
    fh_status status = FH_OK;
    uint32_t n = 0;
    if (depth > FH_TREE_MAX_DEPTH) return wrong(r, "brackets lie too deep in one another");
    if (r->n == r->max_nodes) return wrong(r, "the journey has too many parts");
    fh_tree_node *node = &r->node[r->n++];
    skip_space(r);
    if (take(r, "'")) {
        node->op = FH_TREE_TOUCHPOINT;
        status = read_name(r, &node->label);
    } else if (take(r, "tau")) {
        node->op = FH_TREE_NOTHING;
    } else {
        uint32_t op = FH_TREE_SEQUENCE;
        while (op <= FH_TREE_REPEAT && !take(r, words[op])) op++;
        if (op > FH_TREE_REPEAT)
            return wrong(r, "here should be a name in quotes, tau, or one of -> X + *");
        node->op = (fh_tree_op)op;
        status = read_children(r, depth, &n);
        if (status == FH_OK && node->op == FH_TREE_REPEAT && n < 2)
            return wrong(r, "a repeat has what is repeated and what comes between, perhaps tau");
    }
    node->end = r->n;
    return status;
}

fh_status fh_tree_parse(fh_str text, fh_arena *arena, fh_tree *out, fh_error *err)
{
    reader r = {.text = text, .arena = arena, .err = err};
    size_t commas = 0, quotes = 0, brackets = 0;
    for (size_t i = 0; i < text.len; i++) {
        commas += text.ptr[i] == ',';
        quotes += text.ptr[i] == '\'';
        brackets += text.ptr[i] == '(';
    }
    r.max_nodes = (uint32_t)(commas + brackets + 1 < FH_TREE_MAX_NODES ? commas + brackets + 1
                                                                       : FH_TREE_MAX_NODES);
    r.max_labels = (uint32_t)(quotes / 2 < r.max_nodes ? quotes / 2 : r.max_nodes) + 1;
    r.node = FH_NEW_ARRAY(arena, fh_tree_node, r.max_nodes);
    r.label = FH_NEW_ARRAY(arena, fh_str, r.max_labels);
    if (!r.node || !r.label) return fh_no_memory(err);
    r.names = fh_intern_new(fh_arena_allocator(arena));
    if (!r.names) return fh_no_memory(err);
    fh_status status = read_node(&r, 1);
    skip_space(&r);
    if (status == FH_OK && r.at < text.len) status = wrong(&r, "the journey ended before");
    const uint32_t n_labels = fh_intern_count(r.names);
    fh_intern_free(r.names);
    if (status == FH_OK) *out = (fh_tree){r.node, r.label, r.n, n_labels};
    return status;
}

/* ---- Printing ------------------------------------------------------------------------------- */

typedef struct printer {
    const fh_tree *tree;
    fh_arena *arena;
    bool canonical;
} printer;

static void put_name(fh_str name, fh_buf *out)
{
    fh_buf_char(out, '\'');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '\'') fh_buf_char(out, '\'');
        fh_buf_char(out, name.ptr[i]);
    }
    fh_buf_char(out, '\'');
}

static int by_text(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    return fh_str_cmp(*(const fh_str *)a, *(const fh_str *)b);
}

/* Recursion is as deep as trees may be: FH_TREE_MAX_DEPTH, by whoever made the tree. */
static fh_status print_node(const printer *p, uint32_t i, fh_str *out, fh_error *err)
{
    const fh_tree_node *node = p->tree->node;
    fh_str *child = FH_NEW_ARRAY(p->arena, fh_str, node[i].end - i);
    uint32_t n = 0;
    fh_status status = child ? FH_OK : fh_no_memory(err);
    for (uint32_t c = i + 1; status == FH_OK && c < node[i].end; c = node[c].end)
        status = print_node(p, c, &child[n++], err);
    const bool sorts =
        p->canonical && (node[i].op == FH_TREE_CHOICE || node[i].op == FH_TREE_TOGETHER ||
                         node[i].op == FH_TREE_REPEAT);
    const uint32_t first = node[i].op == FH_TREE_REPEAT;
    if (status == FH_OK && sorts && n > first + 1)
        status = fh_sort(fh_arena_allocator(p->arena), child + first, n - first, sizeof *child,
                         by_text, NULL);
    if (status != FH_OK) return status == FH_NOMEM ? fh_no_memory(err) : status;
    fh_buf buf;
    fh_buf_init(&buf, fh_arena_allocator(p->arena), SIZE_MAX);
    if (node[i].op == FH_TREE_TOUCHPOINT)
        put_name(p->tree->label[node[i].label], &buf);
    else
        fh_buf_text(&buf, words[node[i].op]);
    for (uint32_t k = 0; k < n; k++) {
        fh_buf_text(&buf, k ? ", " : "( ");
        fh_buf_str(&buf, child[k]);
    }
    if (n) fh_buf_text(&buf, " )");
    const bool ok = !buf.status && fh_arena_str(p->arena, fh_buf_view(&buf), out);
    fh_buf_free(&buf);
    return ok ? FH_OK : fh_no_memory(err);
}

fh_status fh_tree_print(const fh_tree *tree, bool canonical, fh_buf *out, fh_error *err)
{
    fh_str text = {0};
    printer p = {tree, fh_arena_new(&out->from), canonical};
    fh_status status = p.arena ? print_node(&p, 0, &text, err) : fh_no_memory(err);
    if (status == FH_OK) fh_buf_str(out, text);
    fh_arena_free(p.arena);
    return status == FH_OK && out->status ? fh_no_memory(err) : status;
}
