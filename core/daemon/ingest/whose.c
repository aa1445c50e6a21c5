/* Whether an EKG's file is that of an order: the patient, and the day. */
#include "core/daemon/ingest/parts.h"
#include "core/rules/day.h"
#include "core/rules/person.h"

#include <stdio.h>
#include <time.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, DAY_MS = 24 * 60 * MINUTE_MS };

_Static_assert((int)INGEST_DIFFERS >= (int)PERSON_DIFFERS_SIZE + 24, "room for the time as well");

/* The time of recording by the cart's clock, which writes whole seconds; `*until` is how much later
 * it may be: more of a minute without its second, or a day without a time that is read. False: it
 * says no day. */
static bool read_time(const char *text, int64_t *at, int64_t *until)
{
    struct tm tm = { 0 };
    struct day day;
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M", &tm);

    *until = SECOND_MS - 1;
    if (rest && !strptime(rest, ":%S", &tm))
        *until = MINUTE_MS - 1;
    if (!rest) {
        if (!day_read(text, &day) || !day.day || !day.month)
            return false;
        tm = (struct tm) { .tm_year = (int)(day.year < 100 ? day.year + 100 : day.year - 1900),
                           .tm_mon = (int)day.month - 1,
                           .tm_mday = (int)day.day };
        *until = DAY_MS;
    }
    *at = (int64_t)timegm(&tm) * 1000;
    return true;
}

/* A file of an earlier day beside today's order: of the same patient, and still another EKG. */
static bool is_other_time(const struct ingest_told *told, int64_t since, int zone_offset)
{
    int64_t at, until;

    if (!read_time(told->recorded_at, &at, &until))
        return false;
    at -= (int64_t)zone_offset * MINUTE_MS;
    return at + until < since - DAY_MS || at > told->received_at + DAY_MS;
}

/* A file that names nobody, recorded while another order was open at its cart, is likely that
 * one's: sent late, or recorded a second time. */
static enum error was_of_another(struct ingest *in, const struct ingest_told *told,
                                 const struct store_procedure *order, int zone_offset, bool *out)
{
    int64_t at, until, then = 0;
    enum error e = ERROR_OK;

    if (read_time(told->recorded_at, &at, &until) && until < DAY_MS)
        e = store_procedure_at(in->store, told->cart, at + until - (int64_t)zone_offset * MINUTE_MS,
                               &then);
    *out = then && then != order->order;
    return e;
}

enum error ingest_is_live(struct ingest *in, const char *format, int64_t instrument, bool *out)
{
    enum error e = ERROR_OK;

    *out = strcmp(format, ecg_format_id(ECG_FORMAT_CONTEC_LIVE)) == 0;
    if (*out)
        e = store_cart_is_live(in->store, instrument, out);
    return e;
}

enum error ingest_judge(struct ingest *in, const struct ingest_told *told,
                        const struct store_procedure *order, struct ingest_judgement *out)
{
    const struct person_told file = { told->id, told->name, told->birth_date, told->sex };
    int zone_offset = in->port->zone_offset(in->port->context, told->received_at);
    enum person_verdict verdict = PERSON_UNNAMED;
    bool other = is_other_time(told, order->at, zone_offset);
    struct store_patient patient;
    struct arena arena;
    enum error e;

    arena_init(&arena, LIMIT_INGEST_ARENA);
    e = store_patient_by_id(in->store, &arena, order->patient_id, &patient);
    if (e == ERROR_OK) {
        const struct person_known known = { patient.mrn,        patient.family, patient.given,
                                            patient.birth_date, patient.sex,    order->number };
        verdict = person_judge(&file, &known, out->differs);
    }
    arena_free(&arena);
    if (e == ERROR_OK && verdict == PERSON_UNNAMED && !told->live && !other)
        e = was_of_another(in, told, order, zone_offset, &other);
    if (e != ERROR_OK)
        return e;
    out->agrees = verdict == PERSON_AGREES || (verdict == PERSON_UNNAMED && told->live);
    if (other) {
        size_t len = strlen(out->differs);
        out->agrees = false;
        (void)snprintf(out->differs + len, sizeof out->differs - len, "%stime of recording",
                       len ? ", " : "");
    }
    return ERROR_OK;
}
