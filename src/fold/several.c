/* several.c - several questions at once, so that stories are read and decoded once for all.
 * A segment is given to each fold in turn, while it is in the cache. */
#include "fold/fold.h"

typedef struct several {
    fh_fold base;
    fh_fold **fold; /* [n] its own */
    size_t n;
} several;

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    several *f = (several *)fold;
    fh_status status = FH_OK;
    for (size_t i = 0; i < f->n && status == FH_OK; i++) status = fh_fold_add(f->fold[i], seg, err);
    return status;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    several *into = (several *)into_;
    const several *from = (const several *)from_;
    fh_status status = FH_OK;
    for (size_t i = 0; i < into->n && status == FH_OK; i++)
        status = fh_fold_merge(into->fold[i], from->fold[i], err);
    return status;
}

static void release(fh_fold *fold)
{
    several *f = (several *)fold;
    for (size_t i = 0; i < f->n; i++) fh_fold_free(f->fold[i]);
}

static const fh_fold_kind kind = {"several", add, merge, release, NULL, NULL, NULL, NULL};

fh_status fh_several_new(const fh_allocator *from, fh_fold *const *folds, size_t n, fh_fold **out,
                         fh_error *err)
{
    uint32_t columns = 0;
    for (size_t i = 0; i < n; i++) columns |= folds[i]->columns;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(several), columns);
    if (!fold) return fh_no_memory(err);
    several *f = (several *)fold;
    f->fold = FH_NEW_ARRAY(fold->arena, fh_fold *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const fh_str question = fh_fold_question(folds[i]);
        fh_fold_tag(fold, question.len);
        fh_buf_put(&fold->tag, question.ptr, question.len);
    }
    if (f->fold && fold->tag.status == FH_OK) {
        for (size_t i = 0; i < n; i++) f->fold[i] = folds[i];
        f->n = n; /* from now on they are its own */
    }
    return fh_fold_made(fold, f->fold ? FH_OK : FH_NOMEM, out, err);
}

fh_fold *fh_several_at(fh_fold *fold, size_t i)
{
    return ((several *)fold)->fold[i];
}
