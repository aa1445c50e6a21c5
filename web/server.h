/*
 * The page's process: what its parts share.
 *
 * Invariants:
 *  - One thread, one loop. libmicrohttpd runs only within server_run, driven by its epoll
 * descriptor and its own time-out; a request that waits for core is suspended and costs nothing.
 *  - A request is answered exactly once: by the page's files, by a refusal, or by core's reply. Its
 *    number goes to core and comes back; a reply without a request is thrown away.
 *  - Nobody's data is read before core has allowed and recorded the view (DESIGN 3.10).
 *  - The token goes from the cookie to core and nowhere else.
 */
#ifndef PHIAL_WEB_SERVER_H
#define PHIAL_WEB_SERVER_H

#include "core/base/clock.h"
#include "core/model/channel.h"
#include "core/store/read.h"
#include "labels/draw/label.h"
#include "web/ekg_path.h"
#include "web/ekg_shown.h"
#include "web/guard.h"
#include "web/visitors.h"

#include <jansson.h>
#include <microhttpd.h>
#include <uv.h>

enum { WEB_PRINTERS = 16, WEB_TEXT = 256 };

/* What core's SETUP said. */
struct web_settings {
    char listen[WEB_TEXT], data[LIMIT_TEXT], certificate[LIMIT_TEXT], key[LIMIT_TEXT];
    char site[WEB_TEXT], zone[WEB_TEXT], clock[16], idle_lock[16];
    bool demo, practice;
    struct {
        char stock[16], name[WEB_TEXT];
    } printers[WEB_PRINTERS];
    size_t printer_count;
    char drafts[LIMIT_CHILDREN][WEB_TEXT]; /* instruments with a draft profile */
    size_t draft_count;
    json_t
        *waivers; /* rows of section [waiver] of the instruments' profiles, as the page has them */
};

/* An instrument or printer as core last told. */
struct web_device {
    struct web_device *next;
    char name[WEB_TEXT], kind[32], sentence[512];
    uint64_t state, at;
    json_t *noticed; /* a list of texts: what its driver refused, and how often */
};

enum request_kind {
    REQUEST_MESSAGE, /* a person's message, passed on as it is */
    REQUEST_VIEW,    /* a view: what the store knows, once core has agreed */
    REQUEST_LABEL,   /* the picture of a label, the same way */
    REQUEST_EVENTS,  /* the stream of what changes */
    REQUEST_EKG,     /* an EKG's picture or file, the same way */
    REQUEST_REPORT,  /* the report of an order, the same way */
    REQUEST_PAPER,   /* a sheet of labels, the same way */
    REQUEST_PACK,    /* the inspector's pack, the same way */
};

struct request {
    struct request *next; /* in the list of those that wait for core */
    struct web *web;
    struct MHD_Connection *connection;
    enum request_kind kind;
    uint64_t id; /* 0 until it was sent to core */
    struct buffer body, answer;
    json_t *view; /* REQUEST_VIEW and _LABEL: what was asked */
    unsigned status;
    const char *type, *policy;                   /* of the answer */
    struct ekg_wanted ekg;                       /* REQUEST_EKG */
    char order[32];                              /* REQUEST_REPORT, _PAPER: its number */
    char disposition[64];                        /* Content-Disposition, or "" */
    char picture[65], layout[TRACING_VIEW_TEXT]; /* of a PDF, as web/ekg_picture.h says, or "" */
    bool gzip;
    size_t counted; /* of the web's `pictures` */
    char token[GUARD_TOKEN_SIZE];
    char cookie[GUARD_COOKIE_SIZE]; /* to set with the answer, or "" */
    bool waiting, answered, too_big, stream;
    bool packing;             /* REQUEST_PACK: core has allowed it, and parts come */
    bool signs_out;           /* when done, the session's streams end and its cookie goes */
    struct complaint refused; /* by the guard, before the body was read */
    enum error refusal;
};

struct events;

struct web {
    uv_loop_t loop;
    uv_poll_t poll;
    uv_timer_t timer;
    struct clock clock;
    struct web_settings settings;
    struct channel *core;
    struct store_reader *open, *covered; /* with patients' names and without */
    struct store_reader *reader;         /* of the reply at hand, as core said; else `covered` */
    struct label_drawer *drawer;
    struct MHD_Daemon *daemon;
    struct events *events;
    struct visitors visitors;
    struct web_device *devices;
    struct request *waiting;
    uint64_t last_id;
    size_t pictures;         /* bytes of EKGs that wait to be sent */
    struct ekg_shown shown;  /* pages to sign as they were drawn */
    char *certificate, *key; /* the files' text, read before confinement */
    bool running;            /* within MHD_run: it need not be called again */
    int status;
};

/* Starts libmicrohttpd on the listening descriptor and drives it by the loop. */
enum error server_start(struct web *web, int listener, struct complaint *why);
/* A device as the page has it; NULL when memory is out. */
json_t *device_json(const struct web_device *device);
/* Lets libmicrohttpd do what it can do now. After every resume. */
void server_run(struct web *web);
/* The request has its answer. */
void server_answer(struct request *r);

/* A request whose body is whole: answers it, or sends it to core. */
void request_begin(struct request *r, const char *path);
/* Refuses with a sentence: as JSON, or as plain text where a person may have opened the address. */
void request_refuse(struct request *r, enum error e, const char *sentence);
/* It waits for core no longer. */
void request_done(struct request *r);
/* Core's reply to one of them. */
void request_reply(struct web *web, const struct wire_message *reply);

/* Fills the answer of a view or label that core has allowed. */
void view_answer(struct request *r);
/* What of the request's members core wants to know; the rest is for view_answer. */
enum error view_parse(struct request *r, json_t *body, json_t **for_core, struct complaint *why);

#endif
