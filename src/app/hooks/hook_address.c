/* hook_address.c - where a webhook may be sent, and where not.
 *
 * Only plainly public addresses: everything special-purpose (IANA's registries of
 * RFC 6890 and later) is refused, and so are the cloud metadata services that live
 * on public-looking addresses. IPv4 inside IPv6 (mapped, NAT64) is looked at as
 * IPv4; tunnels (Teredo, 6to4) are refused, for they hide where they lead.
 */
#define _DEFAULT_SOURCE /* getaddrinfo's AI_ flags with -std=c11 */
#include "app/hooks/webhooks.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef struct range4 {
    uint32_t net;
    int bits;
    const char *what;
} range4;

#define IP4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static const range4 refused4[] = {
    {IP4(0, 0, 0, 0), 8, "this network"},
    {IP4(10, 0, 0, 0), 8, "a private network"},
    {IP4(100, 64, 0, 0), 10, "a provider's inner network"},
    {IP4(127, 0, 0, 0), 8, "this machine"},
    {IP4(168, 63, 129, 16), 32, "a cloud's metadata service"},
    {IP4(169, 254, 0, 0), 16, "a link-local address or a metadata service"},
    {IP4(172, 16, 0, 0), 12, "a private network"},
    {IP4(192, 0, 0, 0), 24, "a special-purpose address"},
    {IP4(192, 0, 2, 0), 24, "an address for examples"},
    {IP4(192, 31, 196, 0), 24, "a special-purpose address"},
    {IP4(192, 52, 193, 0), 24, "a special-purpose address"},
    {IP4(192, 88, 99, 0), 24, "a special-purpose address"},
    {IP4(192, 168, 0, 0), 16, "a private network"},
    {IP4(192, 175, 48, 0), 24, "a special-purpose address"},
    {IP4(198, 18, 0, 0), 15, "an address for measurements"},
    {IP4(198, 51, 100, 0), 24, "an address for examples"},
    {IP4(203, 0, 113, 0), 24, "an address for examples"},
    {IP4(224, 0, 0, 0), 4, "a multicast address"},
    {IP4(240, 0, 0, 0), 4, "a reserved address"},
};

static bool ok4(uint32_t ip, bool loopback_allowed, const char **why)
{
    if (loopback_allowed && ip >> 24 == 127) return true;
    for (size_t i = 0; i < sizeof refused4 / sizeof *refused4; i++) {
        const range4 *r = &refused4[i];
        if ((ip ^ r->net) >> (32 - r->bits)) continue;
        *why = r->what;
        return false;
    }
    return true;
}

typedef struct range6 {
    unsigned char net[16];
    int bits;
    const char *what;
} range6;

/* Inside 2000::/3; all the rest is refused anyway. */
static const range6 refused6[] = {
    {{0x20, 0x01, 0x00}, 23, "a special-purpose address or a tunnel"},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "an address for examples"},
    {{0x20, 0x02}, 16, "a tunnel"},
    {{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48, "a special-purpose address"},
    {{0x3f, 0xff, 0x00}, 20, "an address for examples"},
};

static bool in_range6(const unsigned char *ip, const unsigned char *net, int bits)
{
    const size_t whole = (size_t)bits / 8;
    if (memcmp(ip, net, whole) != 0) return false;
    const int rest = bits % 8;
    return rest == 0 || ((ip[whole] ^ net[whole]) >> (8 - rest)) == 0;
}

static uint32_t last4(const unsigned char *ip)
{
    return IP4(ip[12], ip[13], ip[14], ip[15]);
}

static bool ok6(const unsigned char *ip, bool loopback_allowed, const char **why)
{
    static const unsigned char zero[16], mapped[12] = {[10] = 0xff, [11] = 0xff},
                                         nat64[12] = {0x00, 0x64, 0xff, 0x9b};
    static const unsigned char loopback[16] = {[15] = 1};
    if (memcmp(ip, mapped, sizeof mapped) == 0) return ok4(last4(ip), loopback_allowed, why);
    if (memcmp(ip, nat64, sizeof nat64) == 0) return ok4(last4(ip), false, why);
    if (memcmp(ip, loopback, sizeof loopback) == 0) {
        *why = "this machine";
        return loopback_allowed;
    }
    if (ip[0] >> 5 != 1) {
        *why = memcmp(ip, zero, sizeof zero) == 0        ? "this machine"
               : (ip[0] & 0xfe) == 0xfc                  ? "a private network"
               : ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80 ? "a link-local address"
               : ip[0] == 0xff                           ? "a multicast address"
                                                         : "a special-purpose address";
        return false;
    }
    for (size_t i = 0; i < sizeof refused6 / sizeof *refused6; i++)
        if (in_range6(ip, refused6[i].net, refused6[i].bits)) {
            *why = refused6[i].what;
            return false;
        }
    return true;
}

static bool private4(uint32_t ip)
{
    static const range4 private[] = {{IP4(10, 0, 0, 0), 8, NULL},
                                     {IP4(127, 0, 0, 0), 8, NULL},
                                     {IP4(172, 16, 0, 0), 12, NULL},
                                     {IP4(192, 168, 0, 0), 16, NULL}};
    for (size_t i = 0; i < sizeof private / sizeof *private; i++)
        if ((ip ^ private[i].net) >> (32 - private[i].bits) == 0) return true;
    return false;
}

bool fh_address_private(const struct sockaddr *address)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff}, loopback[16] = {[15] = 1};
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return private4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, address, sizeof in);
        const unsigned char *ip = in.sin6_addr.s6_addr;
        if (memcmp(ip, mapped, sizeof mapped) == 0) return private4(last4(ip));
        return memcmp(ip, loopback, sizeof loopback) == 0 || (ip[0] & 0xfe) == 0xfc;
    }
    return false;
}

bool fh_hook_address_ok(const struct sockaddr *address, bool loopback_allowed, const char **why)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return ok4(ntohl(in.sin_addr.s_addr), loopback_allowed, why);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, address, sizeof in);
        return ok6(in.sin6_addr.s6_addr, loopback_allowed, why);
    }
    *why = "no address of the internet";
    return false;
}

/* ---- URLs ------------------------------------------------------------------------------------ */

static fh_status refuse_url(fh_error *err, const char *reason)
{
    (void)fh_fail(err, FH_INVALID, "the webhook's address %s", reason);
    return fh_hint(err, FH_INVALID, "Write it as https://example.org/path.");
}

/* An address written as a number in any of the ways the resolver takes (127.1,
 * 0x7f000001, 2130706433, 0177.0.0.1) is looked at now, for an early answer; names
 * are looked at when the connection is made. */
static fh_status check_number(const char *host, bool loopback_allowed, fh_error *err)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const char *why = "";
    if (getaddrinfo(host, NULL, &hints, &found) != 0 || !found) return FH_OK;
    const bool ok = fh_hook_address_ok(found->ai_addr, loopback_allowed, &why);
    freeaddrinfo(found);
    if (ok) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "the webhook's address is %s", why);
    return fh_hint(err, FH_INVALID,
                   "Webhooks go to public addresses only, so that nobody reaches your inner "
                   "network through them.");
}

static fh_status check_port(fh_str port, fh_error *err)
{
    uint32_t v = 0;
    for (size_t i = 0; i < port.len; i++) {
        if (port.ptr[i] < '0' || port.ptr[i] > '9' || v > 65535)
            return refuse_url(err, "has no sensible port");
        v = v * 10 + (uint32_t)(port.ptr[i] - '0');
    }
    return port.len && v && v <= 65535 ? FH_OK : refuse_url(err, "has no sensible port");
}

/* "host", "host:port", "[v6]:port". */
static fh_status check_host(fh_str authority, bool plain, bool loopback_allowed, fh_error *err)
{
    char host[256];
    fh_str name = authority, port = {0};
    const bool v6 = authority.len && authority.ptr[0] == '[';
    const char *close = v6 ? memchr(authority.ptr, ']', authority.len) : NULL;
    if (v6 && !close) return refuse_url(err, "has no ] after its host");
    if (v6) name = (fh_str){authority.ptr + 1, (size_t)(close - authority.ptr) - 1};
    const char *rest = v6 ? close + 1 : memchr(authority.ptr, ':', authority.len);
    const char *end = authority.ptr + authority.len;
    if (rest && rest < end) {
        if (*rest != ':') return refuse_url(err, "has something behind its host");
        if (!v6) name.len = (size_t)(rest - authority.ptr);
        port = (fh_str){rest + 1, (size_t)(end - rest) - 1};
        const fh_status status = check_port(port, err);
        if (status != FH_OK) return status;
    }
    if (name.len == 0 || name.len >= sizeof host) return refuse_url(err, "has no host");
    memcpy(host, name.ptr, name.len);
    host[name.len] = '\0';
    if (plain && strcmp(host, "localhost") != 0 && strcmp(host, "127.0.0.1") != 0 &&
        strcmp(host, "::1") != 0)
        return refuse_url(err, "does not begin with https://");
    return check_number(host, loopback_allowed, err);
}

fh_status fh_webhook_check_url(fh_str url, bool loopback_allowed, fh_error *err)
{
    enum { URL_MAX = 2000 };
    if (url.len > URL_MAX) return refuse_url(err, "is longer than 2,000 bytes");
    const bool tls = fh_str_starts(url, FH_STR("https://"));
    const bool plain = loopback_allowed && fh_str_starts(url, FH_STR("http://"));
    if (!tls && !plain) return refuse_url(err, "does not begin with https://");
    for (size_t i = 0; i < url.len; i++) {
        const unsigned char c = (unsigned char)url.ptr[i];
        if (c <= ' ' || c >= 0x7f || c == '\\' || c == '"' || c == '<' || c == '>')
            return refuse_url(err, "has a character that cannot stand in one");
        if (c == '#') return refuse_url(err, "has a # in it");
    }
    const size_t head = tls ? 8 : 7;
    const fh_str after = {url.ptr + head, url.len - head};
    size_t n = 0;
    while (n < after.len && after.ptr[n] != '/' && after.ptr[n] != '?') n++;
    const fh_str authority = {after.ptr, n};
    if (n && memchr(authority.ptr, '@', n)) return refuse_url(err, "has a user or password in it");
    return check_host(authority, plain, loopback_allowed, err);
}
