/* net.h - sockets and waiting for them, behind one small table like fh_os.
 *
 * Sockets are numbers that never block. What a call returns is a count of bytes or a
 * socket, both >= 0, or one of the negative answers below; interrupted calls are
 * continued here. A test passes a table whose n-th call fails or does half.
 */
#ifndef FH_OS_NET_H
#define FH_OS_NET_H

#include "firsthand/base.h"

enum {
    FH_NET_AGAIN = -1, /* not now: the poller will tell              */
    FH_NET_GONE = -2,  /* the other side went away, or the socket is broken */
    FH_NET_FULL = -3   /* accept: not possible now, for want of descriptors or memory */
};

typedef struct fh_net_place {
    const char *address; /* "127.0.0.1", "::1": numbers only */
    uint16_t port;       /* 0: any free one */
    const char *path;    /* instead: of a UNIX socket */
    uint32_t mode;       /* of that; 0: as the umask has it */
    bool shared;         /* TCP: others of this process listen there too */
} fh_net_place;

typedef struct fh_net_peer {
    bool local;                /* by a UNIX socket; `address` is then zero */
    unsigned char address[16]; /* IPv6, or IPv4 as ::ffff:a.b.c.d */
} fh_net_peer;

typedef struct fh_net_event {
    void *tag;
    bool readable, writable;
    bool ended; /* the other side sends nothing more            */
    bool dead;  /* neither reading nor writing will come to anything */
} fh_net_event;

typedef enum fh_net_watch {
    FH_NET_LISTENER, /* told as long as somebody waits to be accepted           */
    FH_NET_STREAM,   /* told once when it becomes readable, writable, ended     */
    FH_NET_WAKER     /* told as long as wake was called and hush was not        */
} fh_net_watch;

typedef struct fh_net {
    void *ctx;
    /* FH_BUSY when the place is taken, FH_DENIED, FH_INVALID, FH_IO. */
    fh_status (*listen)(void *ctx, const fh_net_place *at, int *socket, uint16_t *port,
                        fh_error *err);
    int (*accept)(void *ctx, int listener, fh_net_peer *peer);
    ptrdiff_t (*read)(void *ctx, int socket, void *to, size_t n); /* 0: the end */
    /* What went out may be less than was given; at most FH_NET_PIECES pieces. */
    ptrdiff_t (*write)(void *ctx, int socket, const fh_str *pieces, size_t n_pieces);
    void (*finish)(void *ctx, int socket); /* nothing more will be written */
    void (*close)(void *ctx, int socket);  /* also of pollers and wakers */
    fh_status (*poller)(void *ctx, int *out, fh_error *err);
    fh_status (*watch)(void *ctx, int poller, int socket, fh_net_watch how, void *tag,
                       fh_error *err); /* closing ends it */
    void (*unwatch)(void *ctx, int poller, int socket);
    /* Waits for at most `ms` (negative: for ever); how many events there are, maybe 0. */
    size_t (*wait)(void *ctx, int poller, fh_net_event *events, size_t room, int64_t ms);
    fh_status (*waker)(void *ctx, int *out, fh_error *err);
    void (*wake)(void *ctx, int waker); /* from any thread */
    void (*hush)(void *ctx, int waker);
} fh_net;

#define FH_NET_PIECES 4

const fh_net *fh_net_real(void);

/* An address in numbers, IPv4 as ::ffff:a.b.c.d; false when it is none. */
FH_MUST_CHECK bool fh_net_address(fh_str text, unsigned char out[16]);
#define FH_NET_TEXT 46 /* room for an address as text, with its NUL */
void fh_net_text(const unsigned char address[16], char out[FH_NET_TEXT]);

#endif
