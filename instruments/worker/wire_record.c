/* A record to the wire, by tables: which member goes into which field. */
#include "instruments/worker/wire_record.h"

#include "core/base/limits.h"

#include <stddef.h>
#include <stdlib.h>

struct text_member {
    size_t offset;
    enum wire_field field;
};

#define OF_RECORD(member, field)                                                                   \
    {                                                                                              \
        offsetof(struct record, member), WIRE_F_##field                                            \
    }
#define OF_RESULT(member, field)                                                                   \
    {                                                                                              \
        offsetof(struct record_result, member), WIRE_F_##field                                     \
    }

static const struct text_member record_members[] = {
    OF_RECORD(profile, PROFILE),
    OF_RECORD(model, MODEL),
    OF_RECORD(serial, SERIAL),
    OF_RECORD(software, SOFTWARE),
    OF_RECORD(specimen, SPECIMEN),
    OF_RECORD(patient_id, PATIENT_ID),
    OF_RECORD(patient_name, PATIENT_NAME),
    OF_RECORD(patient_birth_date, PATIENT_BIRTH_DATE),
    OF_RECORD(patient_sex, PATIENT_SEX),
    OF_RECORD(operator_id, OPERATOR),
    OF_RECORD(run, RUN),
    OF_RECORD(sent_at, SENT_AT),
    OF_RECORD(looks_like, LOOKS_LIKE),
};

static const struct text_member result_members[] = {
    OF_RESULT(code, CODE),
    OF_RESULT(loinc, LOINC),
    OF_RESULT(name, NAME),
    OF_RESULT(value, VALUE),
    OF_RESULT(comparator, COMPARATOR),
    OF_RESULT(number, NUMBER),
    OF_RESULT(unit, UNIT),
    OF_RESULT(ucum, UCUM),
    OF_RESULT(range, RANGE),
    OF_RESULT(status, RESULT_STATUS),
    OF_RESULT(observed_at, OBSERVED_AT),
    OF_RESULT(lot, LOT),
};

/* Texts, counting what had to be cut. */
struct text_writer {
    struct wire_writer *w;
    unsigned cut;
};

static void put_text(struct text_writer *t, enum wire_field field, const char *text)
{
    size_t len = strlen(text), max = wire_field_max(field);
    char *copy;
    if (len == 0)
        return;
    if (len <= max) {
        wire_put_text(t->w, field, text);
        return;
    }
    t->cut++;
    len = max;
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80) /* not within a character */
        len--;
    copy = strndup(text, len);
    if (copy)
        wire_put_text(t->w, field, copy);
    else if (t->w->error == ERROR_OK)
        t->w->error = ERROR_NO_MEMORY;
    free(copy);
}

static void put_members(struct text_writer *t, const void *of, const struct text_member *members,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *const *text =
            (const char *const *)(const void *)((const char *)of + members[i].offset);
        put_text(t, members[i].field, *text);
    }
}

static void put_list(struct text_writer *t, enum wire_field field, const struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        put_text(t, field, list->at[i]);
}

static void put_result(struct text_writer *t, const struct record_result *r)
{
    wire_open_group(t->w, WIRE_F_RESULT);
    put_members(t, r, result_members, sizeof result_members / sizeof result_members[0]);
    put_list(t, WIRE_F_FLAG, &r->flags);
    put_list(t, WIRE_F_COMMENT, &r->comments);
    wire_close_group(t->w);
}

static void put_head(struct wire_writer *w, const struct wire_record *head, enum record_kind kind)
{
    wire_begin(w, WIRE_RECORD);
    wire_put_number(w, WIRE_F_SESSION, head->session);
    wire_put_number(w, WIRE_F_ORDINAL, head->ordinal);
    wire_put_number(w, WIRE_F_LAST, head->last);
    wire_put_text(w, WIRE_F_KIND, record_kind_text(kind));
    wire_put_bytes(w, WIRE_F_HASH, head->hash);
    if (head->ticket)
        wire_put_number(w, WIRE_F_TICKET, head->ticket);
}

/* Core ends a child that sends a packet it does not accept, so the packet is held to the same
 * check first. */
static bool is_accepted(struct wire_writer *w)
{
    struct span packet;
    struct wire_message m;
    return wire_finish(w, &packet) == ERROR_OK &&
           wire_read(packet, WIRE_INSTRUMENT, &m, NULL) == ERROR_OK;
}

void wire_record_write(struct wire_writer *w, const struct wire_record *head,
                       const struct record *record)
{
    struct text_writer t = { w, 0 };
    struct text_list complaints = record->complaints;
    put_head(w, head, record->kind);
    put_members(&t, record, record_members, sizeof record_members / sizeof record_members[0]);
    for (size_t i = 0; i < record->result_count; i++)
        put_result(&t, &record->results[i]);
    if (t.cut && complaints.count == LIMIT_LIST)
        complaints.count--; /* a list has no room for one more */
    put_list(&t, WIRE_F_COMPLAINT, &complaints);
    if (t.cut)
        wire_put_text(w, WIRE_F_COMPLAINT,
                      "A text was longer than can be shown and is cut; the frames hold all of it.");
    if (is_accepted(w))
        return;
    wire_free(w);
    put_head(w, head, RECORD_INCOMPLETE);
    wire_put_text(w, WIRE_F_COMPLAINT,
                  "The message is too large to be passed on whole; its frames are kept.");
}
