/* blob.c - the envelope every column's bytes lie in (see blob.h for the layout). */
#include "story/blob.h"

#include <string.h>
#include <xxhash.h>

#if defined(__x86_64__)
#include <xxh_x86dispatch.h> /* Debian's plain XXH3_64bits is compiled for SSE2 only */
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "columns are little-endian");

enum { AT_COLUMN = 4, AT_CODEC = 5, AT_DETAIL = 6, AT_N = 8, AT_M = 12, AT_CHECKSUM = 16 };

static const uint8_t magic[4] = {'F', 'H', 'C', FH_BLOB_VERSION};

const char *fh_column_name(uint32_t column)
{
    static const char *const names[FH_N_COLUMNS] = {
        "stories",   "gap",     "ms",     "touchpoint",    "channel", "department",
        "direction", "outcome", "value",  "currency",      "score",   "problem",
        "origin",    "id",      "member", "payload length"};
    if (column == FH_BLOB_PAGE) return "payload page";
    return column < FH_N_COLUMNS ? names[column] : "unknown";
}

fh_status fh_corrupt(fh_error *err, uint32_t column, const char *what)
{
    (void)fh_fail(err, FH_CORRUPT, "stored data of column '%s' is damaged: %s",
                  fh_column_name(column), what);
    return fh_hint(err, FH_CORRUPT, "Restore the file from a backup; the rest of it can be read.");
}

static uint64_t checksum(const uint8_t *bytes, size_t len)
{
    uint8_t head[AT_CHECKSUM + 8];
    const uint64_t body = XXH3_64bits(bytes + FH_BLOB_HEAD, len - FH_BLOB_HEAD);
    memcpy(head, bytes, AT_CHECKSUM);
    memcpy(head + AT_CHECKSUM, &body, sizeof body);
    return XXH3_64bits(head, sizeof head);
}

void fh_blob_seal(void *bytes, size_t len)
{
    const uint64_t sum = checksum(bytes, len);
    memcpy((uint8_t *)bytes + AT_CHECKSUM, &sum, sizeof sum);
}

size_t fh_blob_begin(fh_buf *out)
{
    static const char zeros[FH_BLOB_HEAD];
    const size_t at = out->len;
    fh_buf_put(out, zeros, sizeof zeros);
    return at;
}

void fh_blob_end(fh_buf *out, size_t head_at, const fh_blob *head)
{
    if (out->status != FH_OK) return;
    uint8_t *at = (uint8_t *)out->ptr + head_at;
    memcpy(at, magic, sizeof magic);
    at[AT_COLUMN] = (uint8_t)head->column;
    at[AT_CODEC] = (uint8_t)head->codec;
    at[AT_DETAIL] = (uint8_t)head->detail;
    memcpy(at + AT_N, &head->n, sizeof head->n);
    memcpy(at + AT_M, &head->m, sizeof head->m);
    fh_blob_seal(at, out->len - head_at);
}

fh_status fh_blob_open(fh_blob *blob, uint32_t column, const void *bytes, size_t len, fh_error *err)
{
    const uint8_t *at = bytes;
    if (len < FH_BLOB_HEAD) return fh_corrupt(err, column, "it is cut short");
    if (memcmp(at, magic, sizeof magic - 1) != 0)
        return fh_corrupt(err, column, "it does not begin like a column");
    if (at[3] != FH_BLOB_VERSION)
        return fh_corrupt(err, column, "it is of a version this program does not know");
    uint64_t stored;
    memcpy(&stored, at + AT_CHECKSUM, sizeof stored);
    if (stored != checksum(at, len))
        return fh_corrupt(err, column, "its checksum does not match its bytes");
    if (at[AT_COLUMN] != column || at[7] != 0)
        return fh_corrupt(err, column, "it belongs to another column");
    *blob = (fh_blob){.column = column,
                      .codec = at[AT_CODEC],
                      .detail = at[AT_DETAIL],
                      .body = at + FH_BLOB_HEAD,
                      .len = len - FH_BLOB_HEAD};
    memcpy(&blob->n, at + AT_N, sizeof blob->n);
    memcpy(&blob->m, at + AT_M, sizeof blob->m);
    return FH_OK;
}

fh_status fh_buf_outcome(const fh_buf *out, fh_error *err)
{
    if (out->status == FH_OK) return FH_OK;
    if (out->status == FH_NOMEM) return fh_no_memory(err);
    (void)fh_fail(err, out->status, "a column grew beyond %zu bytes", out->max);
    return fh_hint(err, out->status, "Import this data in smaller parts.");
}
