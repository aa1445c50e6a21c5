/* Judging headers. */
#include "web/guard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Whether `host` is NAME or NAME:PORT. */
static bool host_is(const char *host, const char *name, const char *port)
{
    size_t len = strlen(name);
    return strncasecmp(host, name, len) == 0 &&
           (host[len] == '\0' || (host[len] == ':' && strcmp(host + len + 1, port) == 0));
}

bool guard_length(size_t lengths, size_t encodings)
{
    return lengths + encodings <= 1;
}

enum error guard_host(const char *listen, const struct guard_headers *headers,
                      struct complaint *why)
{
    static const char *const local[] = { "127.0.0.1", "localhost", "[::1]" };
    const char *colon = strrchr(listen, ':');
    const char *port = colon ? colon + 1 : "";
    bool loopback = strncmp(listen, "127.", 4) == 0 || strncmp(listen, "localhost:", 10) == 0 ||
                    strncmp(listen, "[::1]:", 6) == 0;

    if (!headers->host)
        return complain(why, ERROR_BAD_INPUT, "The request names no host.");
    if (!loopback)
        return ERROR_OK;
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
        if (host_is(headers->host, local[i], port))
            return ERROR_OK;
    return complain(why, ERROR_DENIED, "Open Phial by the address it printed: http://%s/.", listen);
}

enum error guard_post(bool tls, const struct guard_headers *headers, struct complaint *why)
{
    const char *scheme = tls ? "https://" : "http://";
    size_t len = strlen(scheme);

    if (!headers->marker || strcmp(headers->marker, "1") != 0)
        return complain(why, ERROR_DENIED, "The request did not come from Phial's own page.");
    if (!headers->content_type || strncasecmp(headers->content_type, "application/json", 16) != 0)
        return complain(why, ERROR_BAD_INPUT, "The request must be application/json.");
    if (headers->origin && (strncasecmp(headers->origin, scheme, len) != 0 || !headers->host ||
                            strcasecmp(headers->origin + len, headers->host) != 0))
        return complain(why, ERROR_DENIED, "The request came from another site's page.");
    return ERROR_OK;
}

enum error guard_get(const struct guard_headers *headers, struct complaint *why)
{
    const char *from = headers->fetch_site;

    if (!from || strcmp(from, "same-origin") == 0 || strcmp(from, "none") == 0)
        return ERROR_OK;
    return complain(why, ERROR_DENIED, "The request came from another site's page.");
}

void guard_token(const char *cookie, char token[GUARD_TOKEN_SIZE])
{
    token[0] = '\0';
    if (cookie && strlen(cookie) == GUARD_TOKEN_SIZE - 1 &&
        strspn(cookie, "0123456789abcdef") == GUARD_TOKEN_SIZE - 1)
        memcpy(token, cookie, GUARD_TOKEN_SIZE);
}

void guard_set_cookie(const char *token, bool tls, char out[GUARD_COOKIE_SIZE])
{
    (void)snprintf(out, GUARD_COOKIE_SIZE,
                   GUARD_COOKIE "=%s; Path=/; HttpOnly; SameSite=Strict%s%s", token,
                   tls ? "; Secure" : "", *token ? "" : "; Max-Age=0");
}
