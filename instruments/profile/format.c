/* The table of message formats; see the header. */
#include "instruments/profile/format.h"

#include "core/base/limits.h"
#include "instruments/message/hl7.h"
#include "instruments/message/text.h"
#include "instruments/message/xml.h"
#include "instruments/profile/answer.h"
#include "instruments/profile/parts.h"
#include "instruments/profile/skeleton.h"

/* LIS02-A2 (devices.md 5.2) */

static const struct profile_role_row lis02_roles[] = {
    { "H", PROFILE_ROLE_HEADER },  { "P", PROFILE_ROLE_PATIENT }, { "O", PROFILE_ROLE_ORDER },
    { "R", PROFILE_ROLE_RESULT },  { "C", PROFILE_ROLE_COMMENT }, { "Q", PROFILE_ROLE_QUERY },
    { "L", PROFILE_ROLE_END },     { "M", PROFILE_ROLE_OTHER }, /* the maker's */
    { "S", PROFILE_ROLE_OTHER },                                /* for science */
    { NULL, PROFILE_ROLE_UNKNOWN }
};

static enum error read_lis02(const struct profile *p, struct span text, struct arena *arena,
                             struct message *out, size_t *used, struct complaint *why)
{
    (void)p;
    return lis02_decode(text, arena, out, used, why);
}

/* LIS02-A2 12: the message ends with L; T, R and E say that its sender gave up. */
static bool lis02_ended(const struct profile *p, const struct message *message)
{
    (void)p;
    for (size_t i = 0; i < message->record_count; i++) {
        const struct message_record *l = &message->records[i];
        const char *code = message_at(l, 3, 1, 1);
        if (strcmp(l->type, "L") == 0)
            return !*code || !strchr("TRE", code[0]) || code[1];
    }
    return false;
}

/* Whether the text goes on as a message does whose header was lost: a record type, then `|`. */
static bool lis02_is_headless(struct span text)
{
    return text.len > 1 && text.at[1] == '|' && text.at[0] && strchr("PORCQL", text.at[0]);
}

enum { LIS02_VALUES = 48, LIS02_VALUE = LIMIT_TEXT };

/* The components of a field with what stands between them. */
static enum error join_field(const struct message_field *field, struct arena *arena,
                             const char **out)
{
    const struct message_repeat *r = &field->repeats[0];
    size_t len = 0, at = 0;
    char *text;

    for (size_t i = 0; i < r->component_count; i++)
        len += strlen(r->components[i]) + 1;
    text = arena_take(arena, len + 1);
    if (!text)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < r->component_count; i++) {
        size_t part = strlen(r->components[i]);
        if (i)
            text[at++] = LIS02_NEXT_COMPONENT[0];
        memcpy(text + at, r->components[i], part);
        at += part;
    }
    *out = text;
    return ERROR_OK;
}

static enum error write_lis02(const struct profile *p, const struct message *message,
                              struct buffer *out)
{
    struct lis02_delimiters d = { p->delimiters[0], p->delimiters[1], p->delimiters[2],
                                  p->delimiters[3] };
    enum error e = ERROR_OK;
    struct arena arena;

    arena_init(&arena, LIMIT_DECODE_ARENA);
    for (size_t i = 0; e == ERROR_OK && i < message->record_count; i++) {
        const struct message_record *record = &message->records[i];
        const char *values[LIS02_VALUES] = { record->type };
        size_t count = record->field_count < LIS02_VALUES ? record->field_count : LIS02_VALUES;
        for (size_t k = 1; e == ERROR_OK && k < count; k++)
            e = join_field(&record->fields[k], &arena, &values[k]);
        if (e == ERROR_OK)
            e = lis02_put_record(out, &d, values, count);
    }
    arena_free(&arena);
    return e;
}

/* HL7 version 2 (devices.md 5.4) */

static const struct profile_role_row hl7_roles[] = {
    { "MSH", PROFILE_ROLE_HEADER },   { "PID", PROFILE_ROLE_PATIENT },
    { "SPM", PROFILE_ROLE_SPECIMEN }, { "SAC", PROFILE_ROLE_DETAIL },
    { "ORC", PROFILE_ROLE_LEAD },     { "TQ1", PROFILE_ROLE_DETAIL },
    { "OBR", PROFILE_ROLE_ORDER },    { "OBX", PROFILE_ROLE_RESULT },
    { "NTE", PROFILE_ROLE_COMMENT },  { "QPD", PROFILE_ROLE_QUERY },
    { "QRD", PROFILE_ROLE_QUERY },    { NULL, PROFILE_ROLE_OTHER }
};

static enum error read_hl7(const struct profile *p, struct span text, struct arena *arena,
                           struct message *out, size_t *used, struct complaint *why)
{
    (void)p;
    return hl7_decode(text, arena, out, used, why);
}

static enum error write_hl7(const struct profile *p, const struct message *message,
                            struct buffer *out)
{
    (void)p;
    return hl7_encode(message, out);
}

static bool hl7_is_report(const struct message *message)
{
    const char *type = message->record_count ? message_at(&message->records[0], 9, 1, 1) : "";
    return strcmp(type, "ORU") == 0 || strcmp(type, "OUL") == 0;
}

/* POCT1-A (devices.md 5.3) */

static const struct profile_role_row poct1a_roles[] = {
    { XML_RECORD, PROFILE_ROLE_HEADER }, { "HDR", PROFILE_ROLE_HEADER },
    { "DEV", PROFILE_ROLE_HEADER },      { "SVC", PROFILE_ROLE_ORDER },
    { "PT", PROFILE_ROLE_DETAIL },       { "CTC", PROFILE_ROLE_DETAIL },
    { "OPR", PROFILE_ROLE_DETAIL },      { "ORD", PROFILE_ROLE_DETAIL },
    { "SPC", PROFILE_ROLE_DETAIL },      { "RGT", PROFILE_ROLE_DETAIL },
    { "OBS", PROFILE_ROLE_RESULT },      { "NTE", PROFILE_ROLE_COMMENT },
    { "EVT", PROFILE_ROLE_COMMENT },     { "REQ", PROFILE_ROLE_QUERY },
    { NULL, PROFILE_ROLE_OTHER }
};

static enum error read_poct1a(const struct profile *p, struct span text, struct arena *arena,
                              struct message *out, size_t *used, struct complaint *why)
{
    (void)p;
    return poct1a_decode(text, arena, out, used, why);
}

static enum error write_poct1a(const struct profile *p, const struct message *message,
                               struct buffer *out)
{
    (void)p;
    return poct1a_encode(message, out);
}

/* Messages that say nothing of a patient, a control or an event. */
static bool poct1a_is_talk(const struct message *message)
{
    static const char *const roots[] = { "HEL.", "DST.", "ACK.", "EOT.", "KPA.",
                                         "END.", "ESC.", "DTV.", "OPL.", "PTL." };
    const char *root =
        message->record_count ? message_named(&message->records[0], XML_ROOT, NULL) : "";

    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
        if (strncmp(root, roots[i], strlen(roots[i])) == 0)
            return true;
    return false;
}

static bool poct1a_is_report(const struct message *message)
{
    return message->record_count &&
           strncmp(message_named(&message->records[0], XML_ROOT, NULL), "OBS.", 4) == 0;
}

/* Any other XML: the profile's [structure] says what its elements are. */

static const struct profile_role_row xml_roles[] = { { XML_RECORD, PROFILE_ROLE_HEADER },
                                                     { NULL, PROFILE_ROLE_OTHER } };

static enum error read_xml(const struct profile *p, struct span text, struct arena *arena,
                           struct message *out, size_t *used, struct complaint *why)
{
    (void)p;
    return xml_decode(text, arena, out, used, why);
}

static enum error write_xml(const struct profile *p, const struct message *message,
                            struct buffer *out)
{
    (void)p;
    return xml_encode(message, out);
}

/* What a program writes into a folder is a report. */
static bool xml_is_report(const struct message *message)
{
    return message->record_count > 0;
}

/* Text reports: the record types are the names of the profile's patterns. */

static const struct profile_role_row text_roles[] = {
    { "header", PROFILE_ROLE_HEADER },   { "patient", PROFILE_ROLE_PATIENT },
    { "order", PROFILE_ROLE_ORDER },     { "result", PROFILE_ROLE_RESULT },
    { "comment", PROFILE_ROLE_COMMENT }, { "detail", PROFILE_ROLE_DETAIL },
    { "end", PROFILE_ROLE_END },         { "?", PROFILE_ROLE_LINE },
    { NULL, PROFILE_ROLE_UNKNOWN }
};

/* A file of an EKG cart is told by what is in it, and read in a process of its own
 * (instruments/ecg); a profile only says that such files come this way. */

static const struct profile_role_row ecg_roles[] = { { NULL, PROFILE_ROLE_UNKNOWN } };

static enum error read_ecg(const struct profile *p, struct span text, struct arena *arena,
                           struct message *out, size_t *used, struct complaint *why)
{
    (void)p;
    (void)text;
    (void)arena;
    (void)out;
    *used = 0;
    return complain(why, ERROR_BAD_INPUT, "An EKG file has no records; its own reader reads it.");
}

static enum error read_text(const struct profile *p, struct span text, struct arena *arena,
                            struct message *out, size_t *used, struct complaint *why)
{
    return text_decode(text, p->patterns, arena, out, used, why);
}

static const struct profile_format formats[] = {
    { .name = "lis02",
      .example = "O.3 or O.24.2",
      .decode = read_lis02,
      .encode = write_lis02,
      .skeleton = skeleton_lis02,
      .answer = profile_answer_lis02,
      .roles = lis02_roles,
      .otherwise = PROFILE_ROLE_UNKNOWN,
      .closed = true,
      .ended = lis02_ended,
      .header = "H|\\^&\r",
      .is_headless = lis02_is_headless },
    { .name = "hl7",
      .example = "PID.3.1 or SPM.2.1.1",
      .subcomponents = true,
      .decode = read_hl7,
      .encode = write_hl7,
      .is_report = hl7_is_report,
      .skeleton = skeleton_hl7,
      .answer = profile_answer_hl7,
      .roles = hl7_roles,
      .otherwise = PROFILE_ROLE_OTHER },
    { .name = "poct1a",
      .example = "PT.patient_id or OBS.value.U",
      .named = true,
      .main_component = "V",
      .iso_times = true,
      .decode = read_poct1a,
      .encode = write_poct1a,
      .skeleton = skeleton_poct1a,
      .answer = profile_answer_poct1a,
      .is_talk = poct1a_is_talk,
      .is_report = poct1a_is_report,
      .roles = poct1a_roles,
      .otherwise = PROFILE_ROLE_OTHER },
    { .name = "xml",
      .example = "Result.code or XML.root",
      .named = true,
      .main_component = XML_TEXT_COMPONENT,
      .iso_times = true,
      .decode = read_xml,
      .encode = write_xml,
      .is_report = xml_is_report,
      .roles = xml_roles,
      .otherwise = PROFILE_ROLE_OTHER },
    { .name = "text",
      .example = "order.id or result.value",
      .named = true,
      .iso_times = true,
      .needs_patterns = true,
      .blanks_matter = true,
      .decode = read_text,
      .roles = text_roles,
      .otherwise = PROFILE_ROLE_OTHER },
    { .name = "ecg",
      .example = "nothing",
      .decode = read_ecg,
      .roles = ecg_roles,
      .otherwise = PROFILE_ROLE_UNKNOWN,
      .closed = true,
      .elsewhere = true },
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

const struct profile_format *profile_format_find(const char *name)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

const struct profile_format *profile_format_at(size_t index)
{
    return index < FORMATS ? &formats[index] : NULL;
}

struct span profile_format_skip_gap(struct span text)
{
    while (text.len && text.at[0] && strchr("\r\n\t ", text.at[0]))
        text = span_of(text.at + 1, text.len - 1);
    return text;
}

const char *profile_format_names(void)
{
    return "lis02, hl7, poct1a, xml, text or ecg";
}

static enum profile_role format_role(const struct profile_format *format, const char *type)
{
    for (const struct profile_role_row *row = format->roles; row->type; row++)
        if (strcmp(row->type, type) == 0)
            return row->role;
    return format->otherwise;
}

bool profile_format_has(const struct profile_format *format, const char *type)
{
    for (const struct profile_role_row *row = format->roles; row->type; row++)
        if (strcmp(row->type, type) == 0)
            return true;
    return !format->closed;
}

const struct profile_format *profile_format_of(const struct profile *p, const char *type)
{
    const struct profile_format *open = NULL;

    for (size_t i = 0; i < p->format_count; i++) {
        const struct profile_format *format = p->formats[i];
        if (format->closed && profile_format_has(format, type))
            return format;
        if (!format->closed)
            open = format;
    }
    return open ? open : p->formats[0];
}

enum profile_role profile_role_of(const struct profile *p, const struct profile_format *format,
                                  const char *type)
{
    for (size_t i = 0; i < p->structure_count; i++)
        if (strcmp(p->structure[i].type, type) == 0)
            return p->structure[i].role;
    return format_role(format, type);
}

/* Formats that are told by how a message begins come first. */
enum error profile_read_message(const struct profile *p, struct span text, struct arena *arena,
                                const struct profile_format **format, struct message *out,
                                size_t *used, struct complaint *why)
{
    enum error e = ERROR_BAD_INPUT;

    for (int strict = 1; strict >= 0 && e == ERROR_BAD_INPUT; strict--)
        for (size_t i = 0; i < p->format_count && e == ERROR_BAD_INPUT; i++) {
            if (p->formats[i]->needs_patterns == (strict == 1))
                continue;
            *format = p->formats[i];
            e = p->formats[i]->decode(p, text, arena, out, used, why);
        }
    return e;
}

struct span profile_skip_gap(const struct profile *p, struct span text)
{
    for (size_t i = 0; i < p->format_count; i++)
        if (p->formats[i]->blanks_matter)
            return text;
    return profile_format_skip_gap(text);
}
