/* The demo's person at the bench: orders, identifies, collects, labels and scans back, through the
 * control socket like the command line. Some orders are left for the visitor. */
#include "core/daemon/demo.h"

#include "core/base/text.h"
#include "core/daemon/client.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOOD "whole blood"

enum { PATIENCE = 200, PAUSE_MS = 50 };

static const struct demo_patient patients[] = {
    { "T-1001", "Abernathy-TEST", "June", "1951-02-11", "F" },
    { "T-1002", "O'Hara-TEST", "Patrick", "1984-07-30", "M" },
    { "T-1003", "Nguyễn-TEST", "Thị Hương", "1990-12-05", "F" },
    { "T-1004", "García Márquez-TEST", "José Luis", "1963-09-19", "M" },
    { "T-1005", "Smith-Okafor-TEST", "Adaeze", "1978-04-02", "F" },
    { "T-1006", "Lindqvist-TEST", "Åke", "1946-11-23", "M" },
    { "T-1007", "Haddad-TEST", "Layla", "2001-06-14", "F" },
    { "T-1008", "Yazzie-TEST", "Ben", "1969-01-27", "M" },
};

/* An order: whose, which test, and whether it is collected. The first DEMO_SPECIMENS are; the EKGs
 * stand at the end. */
static const struct demo_order {
    size_t patient;
    const char *test, *priority;
} orders[] = {
    { 0, "HbA1c", "routine" }, { 1, "HbA1c", "routine" }, { 2, "BMP", "routine" },
    { 3, "BMP", "stat" },      { 4, "HbA1c", "routine" }, { 5, "BMP", "routine" },
    { 6, "HbA1c", "routine" }, { 7, "HbA1c", "routine" }, { 0, "HbA1c", "routine" },
    { 3, "BMP", "stat" },      { 2, "HbA1c", "routine" }, { 1, "BMP", "routine" },
    { 4, "BMP", "routine" },   { 6, "CRP", "stat" },      { 7, "ACR", "routine" },
    { 0, "EKG", "routine" },   { 3, "EKG", "stat" },      { 5, "EKG", "routine" },
    { 7, "EKG", "routine" },
};

enum { ORDERS = sizeof orders / sizeof orders[0], FIRST_EKG = ORDERS - DEMO_EKGS };

_Static_assert((int)FIRST_EKG > (int)DEMO_SPECIMENS, "the visitor finds open orders");

const struct demo_patient *demo_ekg_patient(size_t ekg)
{
    return &patients[orders[FIRST_EKG + ekg].patient];
}

static enum error call(struct client *c, struct wire_writer *w, enum wire_field wanted, char *out,
                       size_t size, struct complaint *why)
{
    struct wire_message reply;
    enum error e = client_call(c, w, &reply, why);
    return e == ERROR_OK && out ? text_copy(out, size, wire_text(&reply, wanted)) : e;
}

static enum error enter(struct client *c, const struct demo_patient *p, const char *test,
                        const char *priority, const char *mode, char number[65],
                        struct complaint *why)
{
    struct wire_writer w;

    client_begin(c, &w, WIRE_ORDER_ENTER);
    wire_put_text(&w, WIRE_F_MRN, p->mrn);
    wire_put_text(&w, WIRE_F_FAMILY, p->family);
    wire_put_text(&w, WIRE_F_GIVEN, p->given);
    wire_put_text(&w, WIRE_F_BIRTH_DATE, p->birth_date);
    wire_put_text(&w, WIRE_F_SEX, p->sex);
    wire_put_text(&w, WIRE_F_PROVIDER, "dr.kay");
    wire_put_text(&w, WIRE_F_TEST, test);
    wire_put_text(&w, WIRE_F_PRIORITY, priority);
    wire_put_text(&w, WIRE_F_MODE, mode);
    return call(c, &w, WIRE_F_ORDER, number, 65, why);
}

enum error demo_order_enter(struct client *c, const struct demo_patient *patient, const char *test,
                            const char *mode, char number[65], struct complaint *why)
{
    return enter(c, patient, test, "routine", mode, number, why);
}

static enum error collect(struct client *c, const char *number, const char *type,
                          char accession[13], struct complaint *why)
{
    struct wire_writer w;
    enum error e;

    client_begin(c, &w, WIRE_IDENTIFY);
    wire_put_text(&w, WIRE_F_ORDER, number);
    wire_put_text(&w, WIRE_F_IDENTIFIER, "name");
    wire_put_text(&w, WIRE_F_IDENTIFIER, "birth date");
    wire_put_text(&w, WIRE_F_METHOD, "stated");
    e = call(c, &w, WIRE_F_ORDER, NULL, 0, why);
    if (e != ERROR_OK)
        return e;
    client_begin(c, &w, WIRE_COLLECT);
    wire_put_text(&w, WIRE_F_ORDER, number);
    wire_put_text(&w, WIRE_F_SPECIMEN_TYPE, type);
    if (strcmp(type, BLOOD) == 0) {
        wire_put_text(&w, WIRE_F_CONTAINER, "lithium heparin");
        wire_put_text(&w, WIRE_F_SITE, "L arm");
    }
    return call(c, &w, WIRE_F_ACCESSION, accession, 13, why);
}

/* The printer needs a moment too, at the start. */
static enum error print(struct client *c, const char *accession, struct complaint *why)
{
    const struct timespec pause = { 0, PAUSE_MS * 1000000L };
    enum error e = ERROR_CLOSED;

    for (int i = 0; e == ERROR_CLOSED && i < PATIENCE; i++) {
        struct wire_writer w;

        if (i > 0)
            (void)nanosleep(&pause, NULL);
        client_begin(c, &w, WIRE_LABEL_PRINT);
        wire_put_text(&w, WIRE_F_ACCESSION, accession);
        e = call(c, &w, WIRE_F_ACCESSION, NULL, 0, why);
    }
    return e;
}

static enum error label(struct client *c, const char *accession, struct complaint *why)
{
    struct wire_writer w;
    enum error e = print(c, accession, why);

    if (e != ERROR_OK)
        return e;
    client_begin(c, &w, WIRE_LABEL_VERIFY);
    wire_put_text(&w, WIRE_F_ACCESSION, accession);
    wire_put_text(&w, WIRE_F_SCANNED, accession);
    return call(c, &w, WIRE_F_ACCESSION, NULL, 0, why);
}

enum error demo_order_collect(struct client *c, const char *number, const char *type,
                              char accession[13], struct complaint *why)
{
    enum error e = collect(c, number, type, accession, why);

    return e == ERROR_OK ? label(c, accession, why) : e;
}

static enum error work(struct client *c, struct demo_bench *bench, struct complaint *why)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < ORDERS; i++) {
        char number[65];
        e = enter(c, &patients[orders[i].patient], orders[i].test, orders[i].priority, "electronic",
                  i < FIRST_EKG ? number : bench->ekgs[i - FIRST_EKG], why);
        if (e == ERROR_OK && i < DEMO_SPECIMENS)
            e = demo_order_collect(c, number, BLOOD, bench->accessions[i], why);
    }
    return e == ERROR_OK ? demo_hand_play(c, why) : e;
}

/* Core needs a moment to serve. */
static enum error reach(struct client *c, const char *data, struct complaint *why)
{
    const struct timespec pause = { 0, PAUSE_MS * 1000000L };
    enum error e = ERROR_CLOSED;

    for (int i = 0; e != ERROR_OK && i < PATIENCE; i++) {
        (void)nanosleep(&pause, NULL);
        e = client_open(data, c, why);
    }
    return e;
}

enum error demo_sign_in(const struct demo *demo, struct client **out, struct complaint *why)
{
    const struct demo_person *me = demo_player_of(demo);
    struct client *c = calloc(1, sizeof *c);
    enum error e;

    if (!c)
        return ERROR_NO_MEMORY;
    c->fd = -1;
    e = reach(c, demo->data, why);
    if (e == ERROR_OK)
        e = client_sign_in(c, me->login, me->pin, why);
    if (e == ERROR_OK)
        *out = c;
    else
        demo_sign_out(c);
    return e;
}

void demo_sign_out(struct client *c)
{
    if (c->token[0])
        client_sign_out(c);
    client_close(c);
    free(c);
}

enum error demo_collect(const struct demo *demo, struct demo_bench *bench, struct complaint *why)
{
    struct client *c;
    enum error e = demo_sign_in(demo, &c, why);

    if (e != ERROR_OK)
        return e;
    e = work(c, bench, why);
    demo_sign_out(c);
    return e;
}
