/*
 * Reading an endpoint's profile: sections and keys in the tables below, as core/exchange/endpoints
 * shows them in use. Every complaint names file and line.
 */
#include "core/exchange/endpoint.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/exchange/endpoints.inc"
#include "core/model/npi.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
    ENDPOINT_ARENA = 64 * 1024,
    ENDPOINT_FILE = 32 * 1024,
    ENDPOINT_LINE = 198, /* inih cuts longer ones in two without a word */
    ENDPOINT_VALUE = 65536
};

static const struct exchange_version versions[] = {
    { "2.3", "ORU\x1fR01", false, false, false, "CE" },
    { "2.3.1", "ORU\x1fR01", false, false, false, "CE" },
    { "2.4", "ORU\x1fR01\x1fORU_R01", false, true, false, "CE" },
    { "2.5.1", "ORU\x1fR01\x1fORU_R01", true, true, true, "CWE" },
};

/* What the handler of inih gets. */
struct reading {
    struct exchange_endpoint *p;
    struct complaint why;
    bool failed;
};

static enum error keep(struct exchange_endpoint *p, const char *value, const char **out)
{
    const char *copy = arena_text(&p->arena, span_text(value));

    if (copy)
        *out = copy;
    return copy ? ERROR_OK : ERROR_NO_MEMORY;
}

/* ---- [endpoint] ---- */

static enum error read_id(struct exchange_endpoint *p, const char *value, struct complaint *why)
{
    size_t len = strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-");

    if (!len || len >= 64 || value[len])
        return complain(why, ERROR_BAD_INPUT,
                        "an id is made of small letters, digits and hyphens, not \"%s\"", value);
    return keep(p, value, &p->id);
}

static enum error read_title(struct exchange_endpoint *p, const char *value, struct complaint *why)
{
    (void)why;
    return keep(p, value, &p->title);
}

/* For people: where the facts come from. */
static enum error read_source(struct exchange_endpoint *p, const char *value, struct complaint *why)
{
    (void)p;
    return *value ? ERROR_OK : complain(why, ERROR_BAD_INPUT, "say where the facts come from");
}

/* ---- [message] ---- */

static enum error read_version(struct exchange_endpoint *p, const char *value,
                               struct complaint *why)
{
    for (size_t i = 0; i < FIELD_COUNT(versions); i++)
        if (strcmp(value, versions[i].name) == 0) {
            p->version = &versions[i];
            return ERROR_OK;
        }
    return complain(why, ERROR_BAD_INPUT, "a version is 2.3, 2.3.1, 2.4 or 2.5.1, not \"%s\"",
                    value);
}

static enum error read_profile(struct exchange_endpoint *p, const char *value,
                               struct complaint *why)
{
    (void)why;
    return keep(p, value, &p->profile);
}

static enum error read_charset(struct exchange_endpoint *p, const char *value,
                               struct complaint *why)
{
    static const struct {
        const char *name;
        enum hl7_charset bytes;
    } table[] = { { "ASCII", HL7_CHARSET_UTF8 },
                  { "UNICODE UTF-8", HL7_CHARSET_UTF8 },
                  { "8859/1", HL7_CHARSET_8859_1 },
                  { "8859/15", HL7_CHARSET_8859_15 } };

    for (size_t i = 0; i < FIELD_COUNT(table); i++)
        if (strcmp(value, table[i].name) == 0) {
            p->ascii = i == 0;
            p->bytes = table[i].bytes;
            return keep(p, p->ascii ? "" : value, &p->charset);
        }
    return complain(why, ERROR_BAD_INPUT,
                    "a charset is ASCII, UNICODE UTF-8, 8859/1 or 8859/15, not \"%s\"", value);
}

static enum error read_condition(struct exchange_endpoint *p, const char *value, const char **out,
                                 struct complaint *why)
{
    static const char *const words[] = { "", "AL", "NE", "ER", "SU" };

    for (size_t i = 0; i < FIELD_COUNT(words); i++)
        if (strcmp(value, words[i]) == 0)
            return keep(p, value, out);
    return complain(why, ERROR_BAD_INPUT,
                    "an acknowledgement is wanted AL (always), NE (never), ER (after an error) or "
                    "SU (after success), not \"%s\"",
                    value);
}

static enum error read_accept(struct exchange_endpoint *p, const char *value, struct complaint *why)
{
    return read_condition(p, value, &p->accept, why);
}

static enum error read_application(struct exchange_endpoint *p, const char *value,
                                   struct complaint *why)
{
    return read_condition(p, value, &p->application, why);
}

static enum error read_codes(struct exchange_endpoint *p, const char *value, struct complaint *why)
{
    static const struct {
        const char *words;
        bool local, loinc, first;
    } table[] = { { "local loinc", true, true, false },
                  { "loinc local", true, true, true },
                  { "local", true, false, false },
                  { "loinc", false, true, true } };

    for (size_t i = 0; i < FIELD_COUNT(table); i++)
        if (strcmp(value, table[i].words) == 0) {
            p->local_codes = table[i].local;
            p->loinc_codes = table[i].loinc;
            p->loinc_first = table[i].first;
            return ERROR_OK;
        }
    return complain(why, ERROR_BAD_INPUT,
                    "codes are \"local loinc\", \"loinc local\", \"local\" or \"loinc\", not "
                    "\"%s\"",
                    value);
}

static enum error read_size(const char *value, size_t least, size_t most, size_t *out,
                            struct complaint *why)
{
    uint64_t number;

    if (text_to_u64(value, &number) != ERROR_OK || number < least || number > most)
        return complain(why, ERROR_BAD_INPUT, "a length is a number from %zu to %zu, not \"%s\"",
                        least, most, value);
    *out = (size_t)number;
    return ERROR_OK;
}

static enum error read_longest_value(struct exchange_endpoint *p, const char *value,
                                     struct complaint *why)
{
    return read_size(value, 20, ENDPOINT_VALUE, &p->longest_value, why);
}

static enum error read_longest_note(struct exchange_endpoint *p, const char *value,
                                    struct complaint *why)
{
    return read_size(value, 20, ENDPOINT_VALUE, &p->longest_note, why);
}

static enum error read_patient_class(struct exchange_endpoint *p, const char *value,
                                     struct complaint *why)
{
    if (strlen(value) != 1 || !strchr("EIOPRBCNU", *value))
        return complain(why, ERROR_BAD_INPUT,
                        "a patient class is a letter of HL7 table 0004, such as O, not \"%s\"",
                        value);
    return keep(p, value, &p->patient_class);
}

/* ---- The tables ---- */

struct key {
    const char *name;
    enum error (*read)(struct exchange_endpoint *p, const char *value, struct complaint *why);
};

static const struct key endpoint_keys[] = {
    { "id", read_id }, { "title", read_title }, { "source", read_source }, { NULL, NULL }
};
static const struct key message_keys[] = { { "version", read_version },
                                           { "profile", read_profile },
                                           { "charset", read_charset },
                                           { "accept", read_accept },
                                           { "application", read_application },
                                           { "codes", read_codes },
                                           { "longest value", read_longest_value },
                                           { "longest note", read_longest_note },
                                           { "patient class", read_patient_class },
                                           { NULL, NULL } };

static const struct {
    const char *name;
    const struct key *keys;
} sections[] = { { "endpoint", endpoint_keys }, { "message", message_keys } };

static enum error read_key(struct exchange_endpoint *p, const struct key *keys, const char *name,
                           const char *value, struct complaint *why)
{
    for (const struct key *k = keys; k->name; k++)
        if (strcmp(name, k->name) == 0)
            return k->read(p, value, why);
    return complain(why, ERROR_BAD_INPUT, "this section has no key of the name \"%s\"", name);
}

static enum error read_code(struct exchange_endpoint *p, struct exchange_codes *codes,
                            const char *name, const char *value, struct complaint *why)
{
    struct exchange_code *row = &codes->rows[codes->count];
    enum error e;

    if (codes->count == ENDPOINT_CODES)
        return complain(why, ERROR_TOO_BIG, "this section has more than %d lines", ENDPOINT_CODES);
    e = keep(p, name, &row->text);
    if (e == ERROR_OK)
        e = keep(p, value, &row->code);
    codes->count += e == ERROR_OK;
    return e;
}

static enum error read_orderer(struct exchange_endpoint *p, const char *login, const char *npi,
                               struct complaint *why)
{
    if (!npi_is(npi))
        return complain(why, ERROR_BAD_INPUT,
                        "an NPI has ten digits and a check digit, unlike "
                        "\"%s\"",
                        npi);
    return read_code(p, &p->orderers, login, npi, why);
}

static enum error read_setting(struct exchange_endpoint *p, const char *section, const char *name,
                               const char *value, struct complaint *why)
{
    for (size_t i = 0; i < FIELD_COUNT(sections); i++)
        if (strcmp(section, sections[i].name) == 0)
            return read_key(p, sections[i].keys, name, value, why);
    if (strcmp(section, "specimens") == 0)
        return read_code(p, &p->specimens, name, value, why);
    if (strcmp(section, "words") == 0)
        return read_code(p, &p->words, name, value, why);
    if (strcmp(section, "orderers") == 0)
        return read_orderer(p, name, value, why);
    return complain(why, ERROR_BAD_INPUT, "there is no section [%s]", section);
}

/* inih calls this for each setting; 0 says that the line is wrong. */
static int take_setting(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;

    if (!r->failed && read_setting(r->p, section, name, value, &r->why) != ERROR_OK)
        r->failed = true;
    return r->failed ? 0 : 1;
}

/* Text that inih reads whole: plain, in lines that it does not cut. */
static enum error check_text(const char *file, struct span text, struct complaint *why)
{
    unsigned line = 1;
    size_t start = 0;

    if (text.len > ENDPOINT_FILE)
        return complain(why, ERROR_TOO_BIG, "%s: it has more than %d bytes.", file, ENDPOINT_FILE);
    for (size_t i = 0; i <= text.len; i++) {
        bool end = i == text.len || text.at[i] == '\n';
        if (!end && (text.at[i] >= 0x20 || text.at[i] == '\t' || text.at[i] == '\r'))
            continue;
        if (!end || i - start > ENDPOINT_LINE || !text_is_utf8(span_of(text.at + start, i - start)))
            return complain(why, ERROR_BAD_INPUT,
                            "%s:%u: a line is plain UTF-8 text of at most %d bytes.", file, line,
                            ENDPOINT_LINE);
        start = i + 1;
        line++;
    }
    return ERROR_OK;
}

static enum error check_whole(const char *file, const struct exchange_endpoint *p,
                              struct complaint *why)
{
    if (text_empty(p->id) || !p->version || !(p->local_codes || p->loinc_codes))
        return complain(why, ERROR_BAD_INPUT,
                        "%s: it needs [endpoint] id, [message] version and codes.", file);
    return ERROR_OK;
}

static struct exchange_endpoint *endpoint_new(void)
{
    struct exchange_endpoint *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    arena_init(&p->arena, ENDPOINT_ARENA);
    p->id = p->title = p->profile = p->charset = p->accept = p->application = "";
    p->patient_class = "";
    p->bytes = HL7_CHARSET_UTF8;
    p->ascii = true;
    p->longest_value = p->longest_note = 200;
    return p;
}

enum error exchange_endpoint_read(const char *file, struct span text,
                                  struct exchange_endpoint **out, struct complaint *why)
{
    struct reading reading = { endpoint_new(), { "the line is not understood" }, false };
    struct exchange_endpoint *p = reading.p;
    const char *copy;
    int line;
    enum error e;

    if (!p)
        return complain(why, ERROR_NO_MEMORY, "%s: there is no memory left to read it.", file);
    e = check_text(file, text, why);
    if (e != ERROR_OK)
        goto out;
    e = ERROR_NO_MEMORY;
    copy = arena_text(&p->arena, text);
    if (!copy)
        goto out;
    line = ini_parse_string(copy, take_setting, &reading);
    e = line ? complain(why, ERROR_BAD_INPUT, "%s:%d: %s.", file, line, reading.why.text)
             : check_whole(file, p, why);
out:
    if (e == ERROR_OK)
        *out = p;
    else
        exchange_endpoint_free(p);
    return e;
}

#define ENDPOINT_ROW(id, text) { id, text, sizeof(text) },
static const struct {
    const char *id;
    const unsigned char *text;
    size_t size;
} builtins[] = { EXCHANGE_ENDPOINTS(ENDPOINT_ROW) };
#undef ENDPOINT_ROW
#define ENDPOINT_ID(id, text) id,
static const char *const names[] = { EXCHANGE_ENDPOINTS(ENDPOINT_ID) NULL };
#undef ENDPOINT_ID

enum error exchange_endpoint_builtin(const char *id, struct exchange_endpoint **out,
                                     struct complaint *why)
{
    char known[256] = "";
    size_t used = 0;

    for (size_t i = 0; i < FIELD_COUNT(builtins); i++) {
        if (strcmp(id, builtins[i].id) == 0)
            return exchange_endpoint_read(id, span_of(builtins[i].text, builtins[i].size), out,
                                          why);
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 builtins[i].id);
        if (used >= sizeof known)
            break;
    }
    return complain(why, ERROR_NOT_FOUND,
                    "There is no profile of a health record of the name \"%s\"; built in are %s.",
                    id, known);
}

void exchange_endpoint_free(struct exchange_endpoint *endpoint)
{
    if (!endpoint)
        return;
    arena_free(&endpoint->arena);
    free(endpoint);
}

const char *const *exchange_endpoint_names(void)
{
    return names;
}

const char *exchange_endpoint_id(const struct exchange_endpoint *endpoint)
{
    return endpoint->id;
}

enum exchange_ack exchange_endpoint_ack(const struct exchange_endpoint *endpoint)
{
    bool accept = !text_empty(endpoint->accept) && strcmp(endpoint->accept, "NE") != 0;
    bool application = strcmp(endpoint->application, "NE") != 0;

    if (!accept)
        return EXCHANGE_ACK_ORIGINAL;
    return application && !text_empty(endpoint->application) ? EXCHANGE_ACK_BOTH
                                                             : EXCHANGE_ACK_ENHANCED;
}

const char *exchange_code_of(const struct exchange_codes *codes, const char *text)
{
    for (size_t i = 0; i < codes->count; i++)
        if (strcasecmp(codes->rows[i].text, text) == 0)
            return codes->rows[i].code;
    return NULL;
}
