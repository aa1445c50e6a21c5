/* A request's way to core and back. */
#include "web/api.h"
#include "web/ekg_picture.h"
#include "web/events.h"
#include "web/pack.h"
#include "web/paper.h"
#include "web/report.h"
#include "web/server.h"

#include "core/model/people.h"

#include <string.h>

static const char api_prefix[] = "/api/";

/* Whether a person opens it by its address, in a window of its own. */
static bool is_file(const struct request *r)
{
    return r->kind == REQUEST_EKG || r->kind == REQUEST_REPORT || r->kind == REQUEST_PAPER;
}

void request_refuse(struct request *r, enum error e, const char *sentence)
{
    r->status = api_http_status_of(e);
    r->type = "application/json";
    buffer_clear(&r->answer);
    if (is_file(r)) {
        r->type = "text/plain; charset=utf-8";
        (void)buffer_put_text(&r->answer, *sentence ? sentence : error_text(e));
    } else {
        (void)api_print_failure(&r->answer, e, sentence);
    }
}

static void fail(struct request *r, enum error e, const char *sentence)
{
    request_refuse(r, e, sentence);
    server_answer(r);
}

/* Sends the message and remembers who waits for its reply. */
static void ask_core(struct request *r, enum wire_type type, json_t *body)
{
    struct complaint why = { "" };
    struct wire_writer w;
    enum error e;

    r->id = ++r->web->last_id;
    e = api_to_wire(type, body, r->id, r->token, &w, &why);
    if (e != ERROR_OK) {
        wire_free(&w);
        fail(r, e, why.text);
        return;
    }
    r->next = r->web->waiting;
    r->web->waiting = r;
    e = channel_send(r->web->core, &w);
    if (e != ERROR_OK) {
        r->web->waiting = r->next;
        fail(r, e, "Phial is starting again. Try once more in a moment.");
    }
}

static void begin_message(struct request *r, const char *name, json_t *body)
{
    enum wire_type type;
    json_t *for_core = NULL;
    struct complaint why = { "" };

    r->kind = REQUEST_MESSAGE;
    if (strcmp(name, "view") == 0)
        r->kind = REQUEST_VIEW;
    else if (strcmp(name, "label_picture") == 0)
        r->kind = REQUEST_LABEL;
    else if (strcmp(name, "pack") == 0)
        r->kind = REQUEST_PACK;
    if (r->kind == REQUEST_MESSAGE) {
        r->signs_out = strcmp(name, "sign_out") == 0;
        if (api_message_type(name, &type) != ERROR_OK)
            fail(r, ERROR_NOT_FOUND, "There is no such request.");
        else if (type == WIRE_OVERREAD && ekg_picture_shown(r, body, &why) != ERROR_OK)
            fail(r, ERROR_CONFLICT, why.text);
        else
            ask_core(r, type, body);
        return;
    }
    if ((r->kind == REQUEST_PACK ? pack_parse(r, body, &for_core, &why)
                                 : view_parse(r, body, &for_core, &why)) != ERROR_OK) {
        fail(r, ERROR_BAD_INPUT, why.text);
        return;
    }
    ask_core(r, WIRE_VIEW, for_core);
    json_decref(for_core);
}

static void begin_ekg(struct request *r, const char *path)
{
    struct complaint why = { "" };
    json_t *for_core = NULL;
    enum error e;

    r->kind = REQUEST_EKG;
    e = ekg_picture_parse(r, path, &why);
    if (e == ERROR_OK) {
        for_core = ekg_picture_view(r);
        e = for_core ? ERROR_OK : ERROR_NO_MEMORY;
    }
    if (e == ERROR_OK)
        ask_core(r, WIRE_VIEW, for_core);
    else
        fail(r, e, why.text);
    json_decref(for_core);
}

static void begin_report(struct request *r, const char *path)
{
    const bool paper = paper_path_is_ours(path);
    json_t *for_core;

    r->kind = paper ? REQUEST_PAPER : REQUEST_REPORT;
    for_core = paper ? paper_view(r, path) : report_view(r, path);
    if (for_core)
        ask_core(r, WIRE_VIEW, for_core);
    else
        fail(r, ERROR_NOT_FOUND, paper ? "There is no such sheet." : "There is no such report.");
    json_decref(for_core);
}

void request_begin(struct request *r, const char *path)
{
    struct complaint why = { "" };
    json_t *body = NULL;
    enum error e;

    if (ekg_path_is_ours(path)) {
        begin_ekg(r, path);
        return;
    }
    if (report_path_is_ours(path) || paper_path_is_ours(path)) {
        begin_report(r, path);
        return;
    }
    if (strncmp(path, api_prefix, strlen(api_prefix)) != 0) {
        fail(r, ERROR_NOT_FOUND, "There is no such page.");
        return;
    }
    e = api_parse(buffer_span(&r->body), &body, &why);
    buffer_clear(&r->body);
    if (e != ERROR_OK) {
        fail(r, e, why.text);
        return;
    }
    if (strcmp(path, "/api/events") == 0) {
        r->kind = REQUEST_EVENTS;
        ask_core(r, WIRE_WHO, body);
    } else {
        begin_message(r, path + strlen(api_prefix), body);
    }
    json_decref(body);
}

static json_t *printers_json(const struct web_settings *settings)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < settings->printer_count; i++)
        (void)json_array_append_new(array,
                                    json_pack("{s:s,s:s}", "name", settings->printers[i].name,
                                              "stock", settings->printers[i].stock));
    return array;
}

static json_t *drafts_json(const struct web_settings *settings)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < settings->draft_count; i++)
        (void)json_array_append_new(array, json_string(settings->drafts[i]));
    return array;
}

/* The formats of EKG files and what a cart measures, as core/model/ecg.h has them. */
static json_t *formats_json(void)
{
    json_t *array = json_array();
    for (unsigned i = 0; array && i < ECG_FORMAT_COUNT; i++) {
        enum ecg_format f = (enum ecg_format)i;
        (void)json_array_append_new(array,
                                    json_pack("{s:s,s:s,s:b}", "id", ecg_format_id(f), "text",
                                              ecg_format_text(f), "draft", ecg_format_draft(f)));
    }
    return array;
}

static json_t *measurements_json(void)
{
    json_t *array = json_array();
    for (unsigned i = 0; array && i < ECG_MEASUREMENT_COUNT; i++) {
        enum ecg_measurement m = (enum ecg_measurement)i;
        (void)json_array_append_new(array, json_pack("{s:s,s:s,s:s}", "id", ecg_measurement_id(m),
                                                     "text", ecg_measurement_text(m), "unit",
                                                     ecg_measurement_unit(m)));
    }
    return array;
}

json_t *device_json(const struct web_device *d)
{
    return json_pack("{s:s,s:s,s:I,s:I,s:s,s:O?}", "name", d->name, "kind", d->kind, "state",
                     (json_int_t)d->state, "at", (json_int_t)d->at, "sentence", d->sentence,
                     "noticed", d->noticed);
}

static json_t *devices_json(const struct web *web)
{
    json_t *array = json_array();
    for (const struct web_device *d = web->devices; array && d; d = d->next)
        (void)json_array_append_new(array, device_json(d));
    return array;
}

/* What the page offers a person of that role, or in an emergency; core judges what is asked all the
 * same. */
static json_t *rights_json(const char *role_text, bool emergency)
{
    json_t *array = json_array();
    enum role role;

    if (!array || role_parse(role_text, &role) != ERROR_OK)
        return array;
    for (unsigned i = 0; i < RIGHT_COUNT; i++)
        if (role_may(role, (enum right)i) || (emergency && right_in_emergency((enum right)i)))
            (void)json_array_append_new(array, json_string(right_id((enum right)i)));
    return array;
}

/* What the page needs to know of the place, beside who is signed in. */
static void add_place(const struct web *web, const char *role, bool emergency, json_t *object)
{
    const struct web_settings *s = &web->settings;
    json_t *place =
        json_pack("{s:o,s:s,s:s,s:s,s:s,s:b,s:b,s:I,s:o,s:o,s:o,s:o,s:o,s:O?}", "rights",
                  rights_json(role, emergency), "site", s->site, "zone", s->zone, "clock", s->clock,
                  "idle_lock", s->idle_lock, "demo", s->demo, "practice", s->practice, "now",
                  (json_int_t)clock_now(&web->clock), "printers", printers_json(s), "devices",
                  devices_json(web), "drafts", drafts_json(s), "ekg_formats", formats_json(),
                  "ekg_measurements", measurements_json(), "waivers", s->waivers);
    if (place)
        (void)json_object_update(object, place);
    json_decref(place);
}

/* A sign-in's token becomes the cookie; a sign-out's is removed. */
static void set_cookie(struct request *r, const struct wire_message *reply)
{
    bool tls = r->web->certificate != NULL;
    char token[GUARD_TOKEN_SIZE];

    guard_token(wire_text(reply, WIRE_F_TOKEN), token);
    if (*token) {
        guard_set_cookie(token, tls, r->cookie);
        if (*r->token) /* whoever was here before hears nothing more */
            events_end(r->web->events, r->token);
    } else if (*r->token &&
               (r->signs_out || wire_number(reply, WIRE_F_STATE) == REPLY_STATE_SIGN_IN))
        guard_set_cookie("", tls, r->cookie);
    if (r->signs_out)
        events_end(r->web->events, r->token);
}

static void answer_message(struct request *r, const struct wire_message *reply)
{
    json_t *object = api_from_reply(reply);

    set_cookie(r, reply);
    if (is_file(r)) {
        json_decref(object);
        request_refuse(r, ERROR_DENIED, wire_text(reply, WIRE_F_SENTENCE));
        r->status = api_http_status(reply);
        server_answer(r);
        return;
    }
    r->status = api_http_status(reply);
    if (object && wire_has(reply, WIRE_F_ROLE))
        add_place(r->web, wire_text(reply, WIRE_F_ROLE),
                  (int64_t)wire_number(reply, WIRE_F_EMERGENCY_UNTIL) > clock_now(&r->web->clock),
                  object);
    if (api_print(object, &r->answer) != ERROR_OK)
        fail(r, ERROR_NO_MEMORY, "");
    else
        server_answer(r);
}

static struct request *take_waiting(struct web *web, uint64_t id)
{
    for (struct request **at = &web->waiting; *at; at = &(*at)->next)
        if ((*at)->id == id) {
            struct request *found = *at;
            *at = found->next;
            found->next = NULL;
            return found;
        }
    return NULL;
}

void request_done(struct request *r)
{
    (void)take_waiting(r->web, r->id);
}

void request_reply(struct web *web, const struct wire_message *reply)
{
    struct request *r = take_waiting(web, wire_number(reply, WIRE_F_ID));
    bool done = wire_number(reply, WIRE_F_STATUS) == ERROR_OK;

    if (!r)
        return;
    web->reader = done && !wire_number(reply, WIRE_F_COVERED) ? web->open : web->covered;
    if (done && r->kind == REQUEST_EVENTS) {
        r->stream = true;
        server_answer(r);
    } else if (done && (r->kind == REQUEST_VIEW || r->kind == REQUEST_LABEL)) {
        view_answer(r);
        server_answer(r);
    } else if (done && r->kind == REQUEST_PACK) {
        pack_begin(r);
    } else if (done && r->kind == REQUEST_EKG) {
        ekg_picture_answer(r);
        server_answer(r);
    } else if (done && r->kind == REQUEST_REPORT) {
        report_answer(r);
        server_answer(r);
    } else if (done && r->kind == REQUEST_PAPER) {
        paper_answer(r);
        server_answer(r);
    } else {
        answer_message(r, reply);
    }
    web->reader = web->covered;
}
