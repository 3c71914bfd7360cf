/* tls.c - TLS by OpenSSL, over the same sockets as everything else.
 *
 * OpenSSL reads and writes through a BIO of ours that calls fh_net: so faults can be
 * injected, and a closed connection raises no signal. TLS 1.2 and later, forward
 * secrecy and authenticated encryption only, no renegotiation, no compression; ALPN offers http/1.1
 * only. A renewed certificate is for new connections; open ones keep what they began with.
 */
#include "http/inside.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

struct fh_http_tls {
    BIO_METHOD *socket;
    char *cert, *key; /* paths */
    fh_mutex *lock;
    SSL_CTX *ctx; /* under the lock */
};

static int bio_write(BIO *bio, const char *from, int n)
{
    const fh_http_conn *c = BIO_get_data(bio);
    const fh_net *net = c->loop->server->net;
    const fh_str piece = {from, n > 0 ? (size_t)n : 0};
    BIO_clear_retry_flags(bio);
    const ptrdiff_t sent = net->write(net->ctx, c->socket, &piece, 1);
    if (sent == FH_NET_AGAIN) BIO_set_retry_write(bio);
    return sent < 0 ? -1 : (int)sent; /* at most n */
}

static int bio_read(BIO *bio, char *to, int n)
{
    const fh_http_conn *c = BIO_get_data(bio);
    const fh_net *net = c->loop->server->net;
    BIO_clear_retry_flags(bio);
    const ptrdiff_t got = net->read(net->ctx, c->socket, to, n > 0 ? (size_t)n : 0);
    if (got == FH_NET_AGAIN) BIO_set_retry_read(bio);
    return got < 0 ? -1 : (int)got; /* at most n */
}

static long bio_control(BIO *bio, int what, long number, void *ptr)
{
    (void)bio;
    (void)number;
    (void)ptr;
    return what == BIO_CTRL_FLUSH;
}

static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                           const unsigned char *in, unsigned in_len, void *arg)
{
    (void)ssl;
    (void)arg;
    for (unsigned i = 0; i < in_len && in[i] < in_len - i; i += in[i] + 1u) {
        if (in[i] != 8 || memcmp(in + i + 1, "http/1.1", 8) != 0) continue;
        *out = in + i + 1;
        *out_len = 8;
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

static fh_status refuse(fh_error *err, const char *what, const char *path)
{
    char reason[120];
    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    ERR_clear_error();
    (void)fh_fail(err, FH_INVALID, "cannot use the %s %s: %s", what, path, reason);
    return fh_hint(err, FH_INVALID,
                   "Give a PEM file with the certificate and those above it, and its key "
                   "without a passphrase.");
}

static void set_up(SSL_CTX *ctx)
{
    (void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    /* TLS 1.2 only with forward secrecy and authenticated encryption (RFC 9325). */
    (void)SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20");
    (void)SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                       SSL_OP_CIPHER_SERVER_PREFERENCE |
                                       SSL_OP_IGNORE_UNEXPECTED_EOF);
    (void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
}

/* A context with the certificate and key as they are on the disk now. */
static fh_status load(const struct fh_http_tls *tls, SSL_CTX **out, fh_error *err)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (!ctx) return fh_no_memory(err);
    fh_status status = FH_OK;
    set_up(ctx);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(ctx, tls->cert) != 1)
        status = refuse(err, "certificate", tls->cert);
    else if (SSL_CTX_use_PrivateKey_file(ctx, tls->key, SSL_FILETYPE_PEM) != 1)
        status = refuse(err, "key", tls->key);
    if (status == FH_OK)
        *out = ctx;
    else
        SSL_CTX_free(ctx);
    return status;
}

static char *copy_text(const fh_http_server *s, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *to = fh_http_alloc(s, size);
    if (to) memcpy(to, text, size);
    return to;
}

fh_status fh_http_tls_new(fh_http_server *s, const char *cert, const char *key, fh_error *err)
{
    struct fh_http_tls *tls = fh_http_alloc(s, sizeof *tls);
    if (!tls) return fh_no_memory(err);
    memset(tls, 0, sizeof *tls);
    s->tls = tls;
    tls->cert = copy_text(s, cert);
    tls->key = copy_text(s, key);
    tls->lock = fh_mutex_new();
    tls->socket = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "firsthand socket");
    if (!tls->cert || !tls->key || !tls->lock || !tls->socket) return fh_no_memory(err);
    (void)BIO_meth_set_write(tls->socket, bio_write);
    (void)BIO_meth_set_read(tls->socket, bio_read);
    (void)BIO_meth_set_ctrl(tls->socket, bio_control);
    return load(tls, &tls->ctx, err);
}

fh_status fh_http_server_renew_tls(fh_http_server *s, fh_error *err)
{
    struct fh_http_tls *tls = s->tls;
    SSL_CTX *fresh;
    if (!tls) return fh_fail(err, FH_INVALID, "the server was started without a certificate");
    const fh_status status = load(tls, &fresh, err);
    if (status != FH_OK) return status;
    fh_mutex_lock(tls->lock);
    SSL_CTX *old = tls->ctx;
    tls->ctx = fresh;
    fh_mutex_unlock(tls->lock);
    SSL_CTX_free(old); /* lives on while connections use it */
    return FH_OK;
}

void fh_http_tls_free(fh_http_server *s)
{
    struct fh_http_tls *tls = s->tls;
    if (!tls) return;
    SSL_CTX_free(tls->ctx);
    BIO_meth_free(tls->socket);
    fh_mutex_free(tls->lock);
    if (tls->cert) fh_http_release(s, tls->cert, strlen(tls->cert) + 1);
    if (tls->key) fh_http_release(s, tls->key, strlen(tls->key) + 1);
    fh_http_release(s, tls, sizeof *tls);
    s->tls = NULL;
}

bool fh_http_tls_accept(fh_http_conn *c)
{
    const struct fh_http_tls *tls = c->loop->server->tls;
    fh_mutex_lock(tls->lock);
    SSL *ssl = SSL_new(tls->ctx);
    fh_mutex_unlock(tls->lock);
    BIO *bio = ssl ? BIO_new(tls->socket) : NULL;
    if (!bio) {
        SSL_free(ssl);
        ERR_clear_error();
        return false;
    }
    BIO_set_data(bio, c);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_accept_state(ssl);
    c->tls = ssl;
    return true;
}

/* What a call that did not succeed means to us. */
static ptrdiff_t answer_of(SSL *ssl, int returned)
{
    const int why = SSL_get_error(ssl, returned);
    ERR_clear_error(); /* the queue is the thread's: nothing may stay for the next */
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return FH_NET_AGAIN;
    return why == SSL_ERROR_ZERO_RETURN ? 0 : FH_NET_GONE;
}

ptrdiff_t fh_http_tls_greet(fh_http_conn *c)
{
    const int done = SSL_do_handshake(c->tls);
    if (done == 1) return 1;
    const ptrdiff_t answer = answer_of(c->tls, done);
    return answer == 0 ? FH_NET_GONE : answer;
}

void fh_http_tls_close(fh_http_conn *c)
{
    if (!c->tls) return;
    if (SSL_is_init_finished(c->tls)) (void)SSL_shutdown(c->tls);
    ERR_clear_error();
    SSL_free(c->tls);
    c->tls = NULL;
}

ptrdiff_t fh_http_conn_read(fh_http_conn *c, void *to, size_t n)
{
    const fh_net *net = c->loop->server->net;
    if (!c->tls) return net->read(net->ctx, c->socket, to, n);
    size_t got;
    const int done = SSL_read_ex(c->tls, to, n, &got);
    return done == 1 ? (ptrdiff_t)got : answer_of(c->tls, done);
}

ptrdiff_t fh_http_conn_write(fh_http_conn *c, const fh_str *pieces, size_t n_pieces)
{
    const fh_net *net = c->loop->server->net;
    if (!c->tls) return net->write(net->ctx, c->socket, pieces, n_pieces);
    size_t i = 0, sent;
    while (i + 1 < n_pieces && pieces[i].len == 0) i++;
    const int done = SSL_write_ex(c->tls, pieces[i].ptr, pieces[i].len, &sent);
    if (done == 1) return (ptrdiff_t)sent;
    const ptrdiff_t answer = answer_of(c->tls, done);
    return answer == 0 ? FH_NET_GONE : answer;
}
