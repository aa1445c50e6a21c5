/* libmicrohttpd within the loop: reading requests, sending answers. */
#include "web/server.h"

#include "web/api.h"
#include "web/ekg_picture.h"
#include "web/events.h"
#include "web/pack.h"
#include "web/pages.h"
#include "web/paper.h"
#include "web/report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { IDLE_SECONDS = 60, CONNECTION_MEMORY = 32 * 1024 };

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* `policy`: NULL is that of the page. */
static void add_headers(struct MHD_Response *response, const char *type, const char *cache,
                        const char *policy)
{
    static const char *const always[][2] = {
        { "X-Content-Type-Options", "nosniff" },
        { "Referrer-Policy", "no-referrer" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cross-Origin-Resource-Policy", "same-origin" },
        { "Permissions-Policy", "camera=(), microphone=(), geolocation=()" },
    };
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        (void)MHD_add_response_header(response, always[i][0], always[i][1]);
    (void)MHD_add_response_header(response, "Content-Security-Policy",
                                  policy ? policy : GUARD_POLICY);
    (void)MHD_add_response_header(response, "Content-Type", type);
    (void)MHD_add_response_header(response, "Cache-Control", cache);
}

static enum MHD_Result queue(struct MHD_Connection *connection, unsigned status,
                             struct MHD_Response *response)
{
    enum MHD_Result result;
    if (!response)
        return MHD_NO;
    result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

/* A browser that has this very file already is told so. */
static enum MHD_Result send_page(struct MHD_Connection *connection, const struct page *page)
{
    const char *known = header(connection, MHD_HTTP_HEADER_IF_NONE_MATCH);
    bool same = known && strcmp(known, page->tag) == 0;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        same ? 0 : page->len, (void *)(uintptr_t)page->bytes, MHD_RESPMEM_PERSISTENT);

    if (!response)
        return MHD_NO;
    add_headers(response, page->type, "no-cache", NULL);
    (void)MHD_add_response_header(response, "ETag", page->tag);
    return queue(connection, same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response);
}

static void add_own_headers(struct MHD_Response *response, const struct request *r)
{
    const struct {
        const char *name, *value;
    } own[] = {
        { MHD_HTTP_HEADER_SET_COOKIE, r->cookie },
        { MHD_HTTP_HEADER_CONTENT_DISPOSITION, r->disposition },
        { MHD_HTTP_HEADER_CONTENT_ENCODING, r->gzip ? "gzip" : "" },
        { EKG_PICTURE, r->picture },
        { EKG_LAYOUT, r->layout },
    };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (*own[i].value)
            (void)MHD_add_response_header(response, own[i].name, own[i].value);
}

/* Core has answered, and not that nobody is signed in. */
static void know_visitor(const struct request *r)
{
    if (*r->token && r->id && r->status != MHD_HTTP_UNAUTHORIZED)
        visitors_know(&r->web->visitors, r->connection);
}

/* The answer's bytes stay the request's until on_completed: they are not copied. */
static enum MHD_Result send_answer(struct request *r)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        r->answer.len, r->answer.at ? r->answer.at : (void *)(uintptr_t) "",
        MHD_RESPMEM_PERSISTENT);

    if (!response)
        return MHD_NO;
    know_visitor(r);
    add_headers(response, r->type, "no-store", r->policy);
    add_own_headers(response, r);
    return queue(r->connection, r->status, response);
}

static enum MHD_Result send_stream(struct request *r)
{
    struct MHD_Response *response = events_stream(r->web->events, r->connection, r->token);

    if (!response) {
        r->status = MHD_HTTP_SERVICE_UNAVAILABLE;
        (void)api_print_failure(&r->answer, ERROR_BUSY,
                                "Too many pages are open. Close one and load this one again.");
        return send_answer(r);
    }
    know_visitor(r);
    add_headers(response, "text/event-stream", "no-store", NULL);
    return queue(r->connection, MHD_HTTP_OK, response);
}

static struct request *new_request(struct web *web, struct MHD_Connection *connection)
{
    struct request *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->web = web;
    r->connection = connection;
    r->type = "application/json";
    r->status = MHD_HTTP_OK;
    buffer_init(&r->body, LIMIT_HTTP_BODY);
    buffer_init(&r->answer, 16 * 1024 * 1024);
    guard_token(MHD_lookup_connection_value(connection, MHD_COOKIE_KIND, GUARD_COOKIE), r->token);
    return r;
}

/* What a person may open by its address: a picture, a report, a sheet of labels. */
static bool is_file(const char *path)
{
    return ekg_path_is_ours(path) || report_path_is_ours(path) || paper_path_is_ours(path);
}

/* What the headers alone forbid; remembered until the body has been read past. */
static void judge_headers(struct request *r, const char *path, bool post)
{
    const struct guard_headers headers = { header(r->connection, MHD_HTTP_HEADER_HOST),
                                           header(r->connection, "Origin"),
                                           header(r->connection, GUARD_MARKER),
                                           header(r->connection, MHD_HTTP_HEADER_CONTENT_TYPE),
                                           header(r->connection, "Sec-Fetch-Site") };
    const struct web_settings *settings = &r->web->settings;

    r->refusal = guard_host(settings->listen, &headers, &r->refused);
    if (r->refusal == ERROR_OK && post)
        r->refusal = guard_post(*settings->certificate != '\0', &headers, &r->refused);
    else if (r->refusal == ERROR_OK && is_file(path))
        r->refusal = guard_get(&headers, &r->refused);
}

static enum MHD_Result refuse(struct request *r, enum error e, const char *sentence)
{
    r->status = api_http_status_of(e);
    buffer_clear(&r->answer);
    (void)api_print_failure(&r->answer, e, sentence);
    return send_answer(r);
}

static enum MHD_Result take_whole(struct request *r, const char *path, bool post)
{
    const struct page *page = post ? NULL : page_find(path);

    if (r->refusal != ERROR_OK)
        return refuse(r, r->refusal, r->refused.text);
    if (page)
        return send_page(r->connection, page);
    if (r->too_big)
        return refuse(r, ERROR_TOO_BIG, "The request is too long.");
    if (!post && strcmp(path, "/api/events") != 0 && !is_file(path))
        return refuse(r, ERROR_NOT_FOUND, "There is no such page.");
    request_begin(r, path);
    if (r->answered)
        return send_answer(r);
    r->waiting = true;
    MHD_suspend_connection(r->connection);
    return MHD_YES;
}

struct lengths {
    size_t lengths, encodings;
};

static enum MHD_Result count_length(void *context, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct lengths *l = context;

    (void)kind;
    (void)value;
    l->lengths += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
    l->encodings += strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;
    return MHD_YES;
}

static bool is_certain(struct MHD_Connection *connection)
{
    struct lengths l = { 0, 0 };
    (void)MHD_get_connection_values(connection, MHD_HEADER_KIND, count_length, &l);
    return guard_length(l.lengths, l.encodings);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **place)
{
    struct request *r = *place;
    bool post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;

    (void)version;
    if (!r) {
        r = is_certain(connection) ? new_request(context, connection) : NULL;
        if (!r)
            return MHD_NO; /* the connection ends */
        *place = r;
        judge_headers(r, url, post);
        if (!post && strcmp(method, MHD_HTTP_METHOD_GET) != 0 && r->refusal == ERROR_OK)
            r->refusal = complain(&r->refused, ERROR_NOT_FOUND, "Only GET and POST are served.");
        return MHD_YES;
    }
    if (*upload_size) {
        if (buffer_put(&r->body, span_of(upload, *upload_size)) != ERROR_OK)
            r->too_big = true;
        *upload_size = 0;
        return MHD_YES;
    }
    if (r->answered)
        return r->stream ? send_stream(r) : send_answer(r);
    return take_whole(r, url, post);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **place,
                         enum MHD_RequestTerminationCode how)
{
    struct request *r = *place;
    struct request **at;

    (void)context;
    (void)connection;
    (void)how;
    if (!r)
        return;
    for (at = &r->web->waiting; *at && *at != r;)
        at = &(*at)->next;
    if (*at)
        *at = r->next;
    ekg_picture_done(r);
    pack_gone(r);
    json_decref(r->view);
    buffer_free(&r->body);
    buffer_free(&r->answer);
    free(r);
    *place = NULL;
}

static void on_timer(uv_timer_t *timer)
{
    server_run(timer->data);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    server_run(poll->data);
}

void server_run(struct web *web)
{
    MHD_UNSIGNED_LONG_LONG wait;

    if (web->running)
        return;
    web->running = true;
    (void)MHD_run(web->daemon);
    web->running = false;
    if (MHD_get_timeout(web->daemon, &wait) == MHD_YES)
        (void)uv_timer_start(&web->timer, on_timer, wait, 0);
    else
        (void)uv_timer_stop(&web->timer);
}

void server_answer(struct request *r)
{
    r->answered = true;
    if (!r->waiting)
        return;
    r->waiting = false;
    MHD_resume_connection(r->connection);
    server_run(r->web);
}

/* A zero byte would end the path where the rest of it still says otherwise: there is no such page.
 */
static size_t on_unescape(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    if (strstr(text, "%00"))
        *text = '\0';
    return MHD_http_unescape(text);
}

/* Older versions of TLS are broken (RFC 8996). */
static char tls_versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

enum error server_start(struct web *web, int listener, struct complaint *why)
{
    const struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, web->certificate },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, web->key },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, tls_versions },
        { MHD_OPTION_END, 0, NULL },
    };
    const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
    unsigned flags =
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (web->certificate ? MHD_USE_TLS : 0u);
    const union MHD_DaemonInfo *info;

    if (visitors_open(&web->visitors, &web->loop, web->clock, entropy_system()) != ERROR_OK)
        return complain(why, ERROR_IO, "The web server cannot be driven by the loop.");
    web->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, web, MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, web, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)VISITORS_MOST, MHD_OPTION_NOTIFY_CONNECTION, visitors_notify, &web->visitors,
        MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_ARRAY, web->certificate ? tls : none, MHD_OPTION_END);
    if (!web->daemon)
        return complain(why, ERROR_IO, "The web server cannot start; is the certificate right?");
    info = MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info || uv_poll_init(&web->loop, &web->poll, info->epoll_fd) != 0 ||
        uv_timer_init(&web->loop, &web->timer) != 0)
        return complain(why, ERROR_IO, "The web server cannot be driven by the loop.");
    web->poll.data = web->timer.data = web;
    if (uv_poll_start(&web->poll, UV_READABLE, on_poll) != 0)
        return complain(why, ERROR_IO, "The web server cannot be watched.");
    server_run(web);
    return ERROR_OK;
}
