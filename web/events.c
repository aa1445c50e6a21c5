/* The streams, each with what it still has to send. */
#include "web/events.h"

#include "web/api.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { HEARTBEAT_MS = 15000, EVENT_ROOM = 16 * 1024, BLOCK = 4096 };

struct stream {
    struct stream *next;
    struct events *events;
    struct MHD_Connection *connection;
    struct buffer out;
    char token[GUARD_TOKEN_SIZE];
    bool suspended, ended;
};

struct events {
    struct web *web;
    uv_timer_t heartbeat;
    struct stream *streams;
    size_t count;
};

static void wake(struct stream *s)
{
    if (!s->suspended)
        return;
    s->suspended = false;
    MHD_resume_connection(s->connection);
}

/* A stream that has no room left has missed something: the page loads anew. */
static void put(struct stream *s, const char *text)
{
    if (buffer_put_text(&s->out, text) == ERROR_OK)
        return;
    buffer_clear(&s->out);
    (void)buffer_put_text(&s->out, "event: reload\ndata: {}\n\n");
}

static void tell_all(struct events *e, const char *text)
{
    for (struct stream *s = e->streams; s; s = s->next) {
        put(s, text);
        wake(s);
    }
    if (e->streams)
        server_run(e->web);
}

static void on_heartbeat(uv_timer_t *timer)
{
    tell_all(timer->data, ": still here\n\n");
}

enum error events_open(struct web *web, struct events **out)
{
    struct events *e = calloc(1, sizeof *e);
    if (!e)
        return ERROR_NO_MEMORY;
    e->web = web;
    e->heartbeat.data = e;
    if (uv_timer_init(&web->loop, &e->heartbeat) != 0 ||
        uv_timer_start(&e->heartbeat, on_heartbeat, HEARTBEAT_MS, HEARTBEAT_MS) != 0) {
        free(e);
        return ERROR_IO;
    }
    *out = e;
    return ERROR_OK;
}

/* Called by libmicrohttpd for more bytes. Nothing to say: the connection sleeps until there is; a
 * plain 0 would spin. */
static ssize_t read_stream(void *context, uint64_t position, char *room, size_t max)
{
    struct stream *s = context;
    size_t len = s->out.len < max ? s->out.len : max;

    (void)position;
    if (len == 0 && s->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (len == 0) {
        s->suspended = true;
        MHD_suspend_connection(s->connection);
        return 0;
    }
    memcpy(room, s->out.at, len);
    buffer_drop(&s->out, len);
    return (ssize_t)len;
}

static void free_stream(void *context)
{
    struct stream *s = context;
    struct stream **at = &s->events->streams;

    while (*at && *at != s)
        at = &(*at)->next;
    if (*at) {
        *at = s->next;
        s->events->count--;
    }
    buffer_free(&s->out);
    free(s);
}

void events_end(struct events *e, const char *token)
{
    for (struct stream *s = e->streams; s; s = s->next)
        if (strcmp(s->token, token) == 0) {
            s->ended = true;
            wake(s);
        }
}

struct MHD_Response *events_stream(struct events *e, struct MHD_Connection *connection,
                                   const char *token)
{
    struct stream *s;
    struct MHD_Response *response;

    events_end(e, token);
    if (e->count >= LIMIT_STREAMS)
        return NULL;
    s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->events = e;
    s->connection = connection;
    memcpy(s->token, token, GUARD_TOKEN_SIZE);
    buffer_init(&s->out, EVENTS_ROOM);
    put(s, "retry: 2000\n\n");
    response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, s, free_stream);
    if (!response) {
        buffer_free(&s->out);
        free(s);
        return NULL;
    }
    s->next = e->streams;
    e->streams = s;
    e->count++;
    return response;
}

/* The event as text, which the caller frees; false when it does not fit. */
static bool write_event(struct buffer *text, const char *name, json_t *data)
{
    buffer_init(text, EVENT_ROOM);
    return buffer_put_format(text, "event: %s\ndata: ", name) == ERROR_OK &&
           api_print(data, text) == ERROR_OK &&
           buffer_put(text, span_of("\n\n", 3)) == ERROR_OK; /* with its terminator */
}

void events_tell(struct events *e, const char *name, json_t *data)
{
    struct buffer text;

    if (write_event(&text, name, data))
        tell_all(e, (const char *)text.at);
    buffer_free(&text);
}

static bool is_of(const struct stream *s, struct span hash)
{
    uint8_t own[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(own, (const unsigned char *)s->token, strlen(s->token));
    return hash.len == sizeof own && sodium_memcmp(own, hash.at, sizeof own) == 0;
}

void events_tell_one(struct events *e, struct span hash, const char *name, json_t *data)
{
    struct buffer text;
    bool told = false;

    if (write_event(&text, name, data))
        for (struct stream *s = e->streams; s; s = s->next)
            if (is_of(s, hash)) {
                put(s, (const char *)text.at);
                wake(s);
                told = true;
            }
    buffer_free(&text);
    if (told)
        server_run(e->web);
}

size_t events_count(const struct events *e)
{
    return e->count;
}

size_t events_waiting(const struct events *e)
{
    size_t sum = 0;
    for (const struct stream *s = e->streams; s; s = s->next)
        sum += s->out.len;
    return sum;
}
