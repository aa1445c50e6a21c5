/*
 * `phial child-cups QUEUE TYPE`: the process that speaks libcups for one queue, because libcups
 * blocks. It connects, confines itself, and then takes one job after the other from its socket.
 *
 * Invariants:
 * - Each job gets one QUEUE_DONE. A queue cannot see a label come out: the best it can say is that
 *   it handed the job over, so a label is at best PRINT_UNKNOWN with a sentence that says so.
 * - PRINT_FAILED only when the job was refused, or was taken back before it was begun.
 * - A job's title and options say nothing of a patient, and the job is purged from the spool when
 *   its fate is known, as far as the server allows.
 * - After confine_child no socket can be made: a connection that breaks ends the process.
 */
#include "core/base/confine.h"
#include "labels/print/commands.h"
#include "labels/print/cups_calls.h"
#include "labels/print/envelopes.h"
#include "labels/print/printer.h"
#include "labels/print/queue_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PARENT = 3,
    CONNECT_MS = 5000,
    ANSWER_S = 10,
    LOOK_MS = 250,
    BEGIN_MS = 10000, /* a job that is not begun by then is taken back */
    END_MS = 40000
};

#define LOOK "Look at the printer before anything is printed again."

struct worker {
    struct cups_calls cups;
    http_t *server;
    const char *queue, *type;
    char uri[HTTP_MAX_URI];
};

/* Words */

static void tell(enum queue_told told, enum print_status status, const char *sentence)
{
    struct queue_word word = { .told = told, .status = status };
    const char *at = (const char *)&word;
    size_t left = sizeof word;

    (void)complain(&word.sentence, ERROR_OK, "%s", sentence);
    while (left) {
        ssize_t written = write(PARENT, at, left);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            _exit(EXIT_FAILURE);
        at += written;
        left -= (size_t)written;
    }
}

/* False at the end of file: nobody is there any more. */
static bool hear(void *out, size_t len)
{
    char *at = out;
    while (len) {
        ssize_t got = read(PARENT, at, len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

/* The queue */

static const char *no_password(const char *prompt, http_t *http, const char *method,
                               const char *resource, void *context)
{
    (void)prompt;
    (void)http;
    (void)method;
    (void)resource;
    (void)context;
    return NULL;
}

static int give_up(http_t *server, void *context)
{
    (void)server;
    (void)context;
    return 0;
}

static bool connect_server(struct worker *w, struct complaint *why)
{
    const struct cups_calls *c = &w->cups;
    c->cupsSetPasswordCB2(no_password, NULL);
    (void)c->cupsUser(); /* looked up while files can be opened */
    (void)c->httpAssembleURIf(HTTP_URI_CODING_ALL, w->uri, sizeof w->uri, "ipp", NULL, "localhost",
                              0, "/printers/%s", w->queue);
    w->server = c->httpConnect2(c->cupsServer(), c->ippPort(), NULL, AF_UNSPEC, c->cupsEncryption(),
                                1, CONNECT_MS, NULL);
    if (w->server)
        c->httpSetTimeout(w->server, ANSWER_S, give_up, NULL);
    else
        (void)complain(
            why, ERROR_IO,
            "The print server (CUPS) does not answer. Start it: `systemctl start cups`.");
    return w->server != NULL;
}

static ipp_t *ask(struct worker *w, ipp_op_t operation, int job, const char *const *wanted,
                  int count)
{
    const struct cups_calls *c = &w->cups;
    ipp_t *request = c->ippNewRequest(operation);

    (void)c->ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, w->uri);
    if (job)
        (void)c->ippAddInteger(request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job);
    (void)c->ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                          c->cupsUser());
    (void)c->ippAddStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                           count, NULL, wanted);
    return c->cupsDoRequest(w->server, request, "/");
}

static int number_of(const struct cups_calls *c, ipp_t *answer, const char *name, ipp_tag_t tag)
{
    ipp_attribute_t *found = c->ippFindAttribute(answer, name, tag);
    return found ? c->ippGetInteger(found, 0) : 0;
}

/* The reasons that a person has to see to (RFC 8011 5.4.12); warnings and reports are none. */
static const char *fault_of_reason(const char *reason)
{
    static const struct {
        const char *reason, *sentence;
    } faults[] = {
        { "media-empty", FAULT_EMPTY },
        { "media-needed", FAULT_EMPTY },
        { "media-jam", FAULT_JAM },
        { "cover-open", "The label printer's cover is open: close it." },
        { "door-open", "The label printer's cover is open: close it." },
        { "marker-supply-empty", "The label printer is out of ribbon or ink: load some." },
        { "shutdown", "The label printer is switched off: switch it on." },
        { "timed-out", "The label printer does not answer its queue: check that it is on." },
        { "connecting-to-device", "The label printer does not answer its queue yet." },
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        size_t len = strlen(faults[i].reason);
        if (strncmp(reason, faults[i].reason, len) == 0 &&
            (reason[len] == '\0' || strcmp(reason + len, "-error") == 0))
            return faults[i].sentence;
    }
    return NULL;
}

static const char *fault_of_answer(const struct cups_calls *c, ipp_t *answer)
{
    ipp_attribute_t *reasons =
        c->ippFindAttribute(answer, "printer-state-reasons", IPP_TAG_KEYWORD);
    ipp_attribute_t *accepting =
        c->ippFindAttribute(answer, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);

    for (int i = 0; reasons && i < c->ippGetCount(reasons); i++) {
        const char *fault = fault_of_reason(c->ippGetString(reasons, i, NULL));
        if (fault)
            return fault;
    }
    if (number_of(c, answer, "printer-state", IPP_TAG_ENUM) == IPP_PSTATE_STOPPED)
        return "The print queue is stopped: start it again with `cupsenable`.";
    if (accepting && !c->ippGetBoolean(accepting, 0))
        return "The print queue takes no jobs: let it again with `cupsaccept`.";
    return NULL;
}

/* What keeps the queue from printing; NULL when nothing does. */
static const char *look_at_queue(struct worker *w)
{
    const struct cups_calls *c = &w->cups;
    static const char *const wanted[] = { "printer-state", "printer-state-reasons",
                                          "printer-is-accepting-jobs" };
    ipp_t *answer = ask(w, IPP_OP_GET_PRINTER_ATTRIBUTES, 0, wanted, 3);
    ipp_status_t status = c->cupsLastError();
    const char *fault = NULL;

    if (status == IPP_STATUS_ERROR_NOT_FOUND)
        fault = "There is no such print queue: `lpstat -e` lists them; correct phial.conf.";
    else if (!answer || status >= IPP_STATUS_ERROR_BAD_REQUEST)
        fault = "The print server does not answer.";
    else
        fault = fault_of_answer(c, answer);
    c->ippDelete(answer);
    return fault;
}

/* A job */

static int create_job(struct worker *w, const char *media)
{
    const struct cups_calls *c = &w->cups;
    cups_option_t *options = NULL;
    int count = 0, job;

    count = c->cupsAddOption("media", media, count, &options);
    count = c->cupsAddOption("print-scaling", "none", count, &options);
    count = c->cupsAddOption("job-sheets", "none", count, &options);
    count = c->cupsAddOption("copies", "1", count, &options);
    job = c->cupsCreateJob(w->server, w->queue, "label", count, options);
    c->cupsFreeOptions(count, options);
    return job;
}

static bool send_document(struct worker *w, int job, const char *bytes, size_t len)
{
    const struct cups_calls *c = &w->cups;
    return c->cupsStartDocument(w->server, w->queue, job, "label", w->type, 1) ==
               HTTP_STATUS_CONTINUE &&
           c->cupsWriteRequestData(w->server, bytes, len) == HTTP_STATUS_CONTINUE &&
           c->cupsFinishDocument(w->server, w->queue) < IPP_STATUS_ERROR_BAD_REQUEST;
}

/* 0 when the server does not say. */
static int state_of_job(struct worker *w, int job)
{
    const struct cups_calls *c = &w->cups;
    static const char *const wanted[] = { "job-state" };
    ipp_t *answer = ask(w, IPP_OP_GET_JOB_ATTRIBUTES, job, wanted, 1);
    int state = answer ? number_of(c, answer, "job-state", IPP_TAG_ENUM) : 0;
    c->ippDelete(answer);
    return state;
}

static bool take_back(struct worker *w, int job)
{
    const struct cups_calls *c = &w->cups;
    return c->cupsCancelJob2(w->server, w->queue, job, 0) < IPP_STATUS_ERROR_BAD_REQUEST &&
           state_of_job(w, job) == IPP_JSTATE_CANCELED;
}

/* Until the job has ended, or was not begun in time, or takes too long; whether it was ever begun.
 */
static int wait_for_job(struct worker *w, int job, bool *begun)
{
    int state = IPP_JSTATE_PENDING;

    for (int ms = 0; ms < (*begun ? END_MS : BEGIN_MS); ms += LOOK_MS) {
        state = state_of_job(w, job);
        *begun |= state == 0 || state == IPP_JSTATE_PROCESSING || state == IPP_JSTATE_STOPPED;
        if (state == 0 || state >= IPP_JSTATE_CANCELED)
            break;
        (void)usleep(LOOK_MS * 1000);
    }
    return state;
}

/* The sentence with the queue's own fault before it, if it has one. */
static void tell_done(struct worker *w, enum print_status status, const char *sentence)
{
    const char *fault = status == PRINT_UNKNOWN ? look_at_queue(w) : NULL;
    struct complaint both;

    (void)complain(&both, ERROR_OK, "%s%s%s", fault ? fault : "", fault ? " " : "", sentence);
    tell(QUEUE_DONE, status, both.text);
}

static void follow_job(struct worker *w, int job)
{
    const struct cups_calls *c = &w->cups;
    bool begun = false;
    int state = wait_for_job(w, job, &begun);

    if (state == IPP_JSTATE_COMPLETED)
        tell(QUEUE_DONE, PRINT_UNKNOWN,
             "The print queue handed the label over; it cannot tell whether it came out. Look "
             "whether it did, and scan it back.");
    else if (!begun && (state == IPP_JSTATE_CANCELED || take_back(w, job)))
        tell(QUEUE_DONE, PRINT_FAILED,
             "The print queue did not begin with the label, so it was taken back. See to the "
             "queue, then print again.");
    else if (state >= IPP_JSTATE_CANCELED)
        tell_done(w, PRINT_UNKNOWN,
                  "The print queue gave the label up; a part of it may have come out. " LOOK);
    else {
        (void)take_back(w, job);
        tell_done(w, PRINT_UNKNOWN,
                  "The print queue did not say that it is done with the label. " LOOK);
    }
    (void)c->cupsCancelJob2(w->server, w->queue, job, 1); /* out of the spool: it names a patient */
}

static void refuse(const char *fault)
{
    struct complaint sentence;
    (void)complain(&sentence, ERROR_OK, "%s No label was sent: print again after that.", fault);
    tell(QUEUE_DONE, PRINT_FAILED, sentence.text);
}

static void print(struct worker *w, const char *media, const char *bytes, size_t len)
{
    const char *fault = look_at_queue(w);
    int job = fault ? 0 : create_job(w, media);

    if (fault)
        refuse(fault);
    else if (job && send_document(w, job, bytes, len))
        follow_job(w, job);
    else if (!job || take_back(w, job))
        refuse("The print queue did not take the label.");
    else
        tell(QUEUE_DONE, PRINT_UNKNOWN,
             "The print server went away while it took the label. " LOOK);
}

/* One job or question after the other. */
static int serve(struct worker *w)
{
    struct queue_job job;

    while (hear(&job, sizeof job)) {
        char *bytes;
        if (job.len == 0) {
            const char *fault = look_at_queue(w);
            tell(QUEUE_CONDITION, PRINT_DONE, fault ? fault : "");
            continue;
        }
        bytes = job.len <= LABEL_PICTURE_MAX ? malloc(job.len) : NULL;
        if (!bytes || !hear(bytes, job.len)) {
            free(bytes);
            return EXIT_FAILURE;
        }
        job.media[sizeof job.media - 1] = '\0';
        print(w, job.media, bytes, job.len);
        free(bytes);
    }
    return EXIT_SUCCESS;
}

int command_child_cups(int argc, char **argv)
{
    struct worker w = { .server = NULL };
    struct complaint why = { "" };
    const struct cups_calls *c = &w.cups;
    int status;

    if (argc != 3 || confine_descriptors(0) != ERROR_OK)
        return EXIT_FAILURE;
    w.queue = argv[1];
    w.type = argv[2];
    if (cups_calls_open(&w.cups, &why) != ERROR_OK || !connect_server(&w, &why)) {
        tell(QUEUE_CLOSED, PRINT_DONE, why.text);
        return EXIT_FAILURE;
    }
    if (confine_child(CONFINE_LABELS) != ERROR_OK) {
        tell(QUEUE_CLOSED, PRINT_DONE,
             "The print queue's process cannot give up its rights on this machine, so it does not "
             "run.");
        return EXIT_FAILURE;
    }
    tell(QUEUE_OPENED, PRINT_DONE, "");
    status = serve(&w);
    c->httpClose(w.server);
    return status;
}
