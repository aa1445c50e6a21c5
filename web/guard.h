/*
 * Who may talk to the server at all, judged by the request's headers alone: pure.
 *
 *  - A request that changes anything or reads data is a POST with `X-Phial: 1`, which another
 * site's page cannot send, and with an Origin that is ours when one is sent.
 *  - An EKG's picture or file is a GET, so that a browser can show it: one that another site's page
 *    asks for (Sec-Fetch-Site) is refused, whatever cookie came along.
 *  - On a machine that listens on loopback, Host must name loopback: a name that another site
 * points at 127.0.0.1 is refused.
 *  - The session's token stands in a cookie that no script sees and no other site sends.
 */
#ifndef PHIAL_WEB_GUARD_H
#define PHIAL_WEB_GUARD_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { GUARD_TOKEN_SIZE = 65, GUARD_COOKIE_SIZE = 160 };

/* Whether it is certain where the request ends (RFC 9112, 6.3): it gives its length once at most,
 * or comes in chunks. Else whoever stands between may see another request than we. */
bool guard_length(size_t lengths, size_t encodings);

struct guard_headers { /* NULL where a header was not sent */
    const char *host, *origin, *marker, *content_type, *fetch_site;
};

/* `listen` is the address as configured, "127.0.0.1:8080"; `tls` whether we speak HTTPS. */
enum error guard_host(const char *listen, const struct guard_headers *headers,
                      struct complaint *why);
enum error guard_post(bool tls, const struct guard_headers *headers, struct complaint *why);
/* A GET of a picture or file, by this page or by a person who opens its address. */
enum error guard_get(const struct guard_headers *headers, struct complaint *why);

/* Takes a token (64 lower-case hex digits) out of a cookie's value; "" for anything else. */
void guard_token(const char *cookie, char token[GUARD_TOKEN_SIZE]);
/* The Set-Cookie header for a token; for "" the one that removes it. */
void guard_set_cookie(const char *token, bool tls, char out[GUARD_COOKIE_SIZE]);

#define GUARD_COOKIE "phial"
#define GUARD_MARKER "X-Phial"
/* Content-Security-Policy of the page: only our own files, no inline script or style, framed by
 * nobody; its only frame is a cart's PDF. */
#define GUARD_POLICY                                                                               \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "              \
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "  \
    "'none'"

#endif
