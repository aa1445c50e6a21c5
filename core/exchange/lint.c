/*
 * Whether a message says what a report must (42 CFR 493.1291(c): patient and number, laboratory and
 * its address, date, test, specimen source, result and unit) and what a health record matches by,
 * read back by the parser of instruments. It shares nothing with what wrote it but the endpoint.
 */
#include "core/exchange/endpoint.h"

#include "core/base/limits.h"
#include "core/base/text.h"

enum { LINT_ARENA = 96 * 1024 * 1024 };

/* When a rule holds. */
enum when {
    ALWAYS = 0,
    WITH_SPM = 1, /* the version has that segment */
    WITHOUT_SPM = 2,
    WITH_LABS = 4,   /* ... OBX-23 and OBX-24 */
    WITH_VALUE = 8,  /* OBX-11 is not X */
    OF_LAB = 16,     /* not an EKG */
    WITH_RESULT = 32 /* OBR-25 is not X: something was measured */
};

struct rule {
    const char *segment;
    unsigned field, component, when;
    const char *lacks;
};

static const struct rule rules[] = {
    { "MSH", 3, 1, ALWAYS, "who sends it (MSH-3)" },
    { "MSH", 4, 1, ALWAYS, "the laboratory (MSH-4)" },
    { "MSH", 7, 1, ALWAYS, "its time (MSH-7)" },
    { "MSH", 10, 1, ALWAYS, "its number (MSH-10)" },
    { "PID", 3, 1, ALWAYS, "the patient's number (PID-3)" },
    { "PID", 5, 1, ALWAYS, "the patient's name (PID-5)" },
    { "PID", 7, 1, ALWAYS, "the patient's birth date (PID-7)" },
    { "PID", 8, 1, ALWAYS, "the patient's sex (PID-8)" },
    { "ORC", 1, 1, ALWAYS, "what it does (ORC-1)" },
    { "ORC", 3, 1, ALWAYS, "the order's number here (ORC-3)" },
    { "OBR", 3, 1, ALWAYS, "the order's number here (OBR-3)" },
    { "OBR", 4, 1, ALWAYS, "the test's code (OBR-4)" },
    { "OBR", 4, 2, ALWAYS, "the test's name (OBR-4)" },
    { "OBR", 7, 1, WITH_RESULT, "when the specimen was taken (OBR-7)" },
    { "OBR", 15, 0, WITHOUT_SPM | OF_LAB | WITH_RESULT, "the specimen's source (OBR-15)" },
    { "OBR", 16, 2, ALWAYS, "who ordered it (OBR-16)" },
    { "OBR", 22, 1, ALWAYS, "the date of the report (OBR-22)" },
    { "OBX", 2, 1, WITH_VALUE, "the type of a result (OBX-2)" },
    { "OBX", 3, 1, ALWAYS, "the code of a result (OBX-3)" },
    { "OBX", 3, 2, ALWAYS, "the name of a result (OBX-3)" },
    { "OBX", 5, 0, WITH_VALUE, "the value of a result (OBX-5)" },
    { "NTE", 3, 1, ALWAYS, "the text of a note (NTE-3)" },
    { "SPM", 4, 0, ALWAYS, "the specimen's source (SPM-4)" },
};
static const struct rule laboratory_rules[] = {
    { "OBX", 23, 1, WITH_LABS, "the name of the laboratory that performed it: [site] name" },
    { "OBX", 24, 1, WITH_LABS, "the address of the laboratory that performed it: [site] address" },
};

/* What is being read, and where one is in it. */
struct lint {
    const struct exchange_endpoint *to;
    struct complaint *why;
    const struct message_record *order; /* the OBR that stands before, or NULL */
    unsigned orders, results, notes, specimens;
};

static bool is(const struct message_record *r, const char *type)
{
    return strcmp(r->type, type) == 0;
}

static const char *at(const struct message_record *r, unsigned field, unsigned component)
{
    return message_at(r, field, 1, component);
}

static enum error lacks(const struct lint *l, const char *what)
{
    return complain(l->why, ERROR_BAD_INPUT, "The message lacks %s.", what);
}

static bool holds(const struct lint *l, const struct rule *rule, const struct message_record *r)
{
    bool ekg = strcmp(at(r, 24, 1), "EC") == 0;

    if (!is(r, rule->segment) || (rule->when & WITH_SPM && !l->to->version->specimens) ||
        (rule->when & WITHOUT_SPM && l->to->version->specimens))
        return false;
    if (rule->when & WITH_LABS && !l->to->version->laboratories)
        return false;
    if (rule->when & WITH_RESULT && strcmp(at(r, 25, 1), "X") == 0)
        return false;
    if (rule->when & WITH_VALUE && strcmp(at(r, 11, 1), "X") == 0)
        return false;
    return !(rule->when & OF_LAB && ekg);
}

static enum error check_rules(const struct lint *l, const struct rule *table, size_t count,
                              const struct message_record *r)
{
    for (size_t i = 0; i < count; i++)
        if (holds(l, &table[i], r) && text_blank(at(r, table[i].field, table[i].component)))
            return lacks(l, table[i].lacks);
    return ERROR_OK;
}

static enum error check_header(const struct lint *l, const struct message_record *r)
{
    const struct exchange_version *version = l->to->version;

    if (strcmp(at(r, 9, 1), "ORU") != 0 || strcmp(at(r, 9, 2), "R01") != 0)
        return lacks(l, "its type, ORU^R01 (MSH-9)");
    if (strcmp(at(r, 12, 1), version->name) != 0)
        return complain(l->why, ERROR_BAD_INPUT, "The message is of version %s, not %s (MSH-12).",
                        at(r, 12, 1), version->name);
    if (strcmp(at(r, 11, 1), "P") != 0 && strcmp(at(r, 11, 1), "T") != 0)
        return lacks(l, "whether it is for production, P or T (MSH-11)");
    if (strlen(at(r, 10, 1)) > ENDPOINT_CONTROL)
        return complain(l->why, ERROR_BAD_INPUT, "The message's number is too long (MSH-10).");
    return ERROR_OK;
}

/* A number that counts the segments of its kind from 1. */
static enum error check_number(const struct lint *l, const struct message_record *r,
                               unsigned expected)
{
    uint64_t number;

    if (text_to_u64(at(r, 1, 1), &number) != ERROR_OK || number != expected)
        return complain(l->why, ERROR_BAD_INPUT, "%s number %u is not where it should be.", r->type,
                        expected);
    return ERROR_OK;
}

static bool one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

/* By Phial's own reading of a decimal: digits with at most one point between, a sign before. */
static bool is_numeric(const char *text)
{
    bool digit = false, point = false;

    for (const char *c = text + (*text == '-' || *text == '+'); *c; c++) {
        if (*c == '.' ? point || !digit : *c < '0' || *c > '9')
            return false;
        point = point || *c == '.';
        digit = digit || *c != '.';
    }
    return digit && text[strlen(text) - 1] != '.';
}

static enum error check_value(const struct lint *l, const struct message_record *r)
{
    static const char *const types[] = { "NM", "SN", "ST", "TX", "CE", "CWE", NULL };
    static const char *const signs[] = { "<", ">", "<=", ">=", "=", "<>", NULL };
    const char *type = at(r, 2, 1), *value = at(r, 5, 0);

    if (strcmp(at(r, 11, 1), "X") == 0)
        return *value ? complain(l->why, ERROR_BAD_INPUT, "A result that was not done has a value.")
                      : ERROR_OK;
    if (!one_of(type, types))
        return complain(l->why, ERROR_BAD_INPUT, "A result is of the type %s (OBX-2).", type);
    if (strcmp(type, "NM") == 0 && !is_numeric(value))
        return complain(l->why, ERROR_BAD_INPUT, "A result of the type NM is no number (OBX-5).");
    if (strcmp(type, "SN") == 0 && (!one_of(at(r, 5, 1), signs) || !is_numeric(at(r, 5, 2))))
        return complain(l->why, ERROR_BAD_INPUT,
                        "A result of the type SN is no comparison (OBX-5).");
    if (strlen(at(r, 5, 0)) > l->to->longest_value && strcmp(type, "TX") != 0)
        return complain(l->why, ERROR_TOO_BIG,
                        "A result is longer than the %zu characters that this health record takes; "
                        "nothing is cut off. Enter it there by hand, or have its limit raised "
                        "([message] longest value).",
                        l->to->longest_value);
    return ERROR_OK;
}

static enum error check_result(struct lint *l, const struct message_record *r)
{
    static const char *const flags[] = { "", "L", "H", "LL", "HH", "<", ">", "N", "A", "AA", NULL };
    static const char *const statuses[] = { "P", "F", "C", "X", "W", NULL };
    enum error e = check_number(l, r, ++l->results);

    l->notes = 0;
    if (e == ERROR_OK && !one_of(at(r, 11, 1), statuses))
        e = complain(l->why, ERROR_BAD_INPUT, "A result stands as \"%s\" (OBX-11).", at(r, 11, 1));
    if (e == ERROR_OK && !one_of(at(r, 8, 1), flags))
        e = complain(l->why, ERROR_BAD_INPUT, "A result has the flag \"%s\" (OBX-8).", at(r, 8, 1));
    if (e == ERROR_OK)
        e = check_value(l, r);
    if (e == ERROR_OK)
        e = check_rules(l, laboratory_rules, FIELD_COUNT(laboratory_rules), r);
    return e;
}

/* The order before has all that belongs to it. */
static enum error check_order_end(const struct lint *l)
{
    bool lab = l->order && strcmp(at(l->order, 24, 1), "EC") != 0;

    if (!l->order || strcmp(at(l->order, 25, 1), "X") == 0)
        return ERROR_OK;
    if (lab && l->to->version->specimens && l->specimens != 1)
        return lacks(l, "the specimen (SPM)");
    return l->results ? ERROR_OK : lacks(l, "a result (OBX)");
}

static enum error check_order(struct lint *l, const struct message_record *r)
{
    static const char *const statuses[] = { "P", "F", "C", "X", "W", NULL };
    enum error e = check_order_end(l);

    if (e == ERROR_OK)
        e = check_number(l, r, ++l->orders);
    if (e == ERROR_OK && !one_of(at(r, 25, 1), statuses))
        e = complain(l->why, ERROR_BAD_INPUT, "A report stands as \"%s\" (OBR-25).", at(r, 25, 1));
    l->order = r;
    l->results = l->notes = l->specimens = 0;
    return e;
}

static enum error check_note(struct lint *l, const struct message_record *r)
{
    if (strlen(at(r, 3, 1)) > l->to->longest_note)
        return complain(l->why, ERROR_TOO_BIG,
                        "A note is too long for this health record (NTE-3).");
    return check_number(l, r, ++l->notes);
}

static enum error check_record(struct lint *l, const struct message_record *r)
{
    static const char *const known[] = { "MSH", "PID", "PV1", "ORC", "OBR",
                                         "NTE", "OBX", "SPM", NULL };
    enum error e = check_rules(l, rules, FIELD_COUNT(rules), r);

    if (e == ERROR_OK && !one_of(r->type, known))
        e = complain(l->why, ERROR_BAD_INPUT, "The message has a segment %s.", r->type);
    if (e == ERROR_OK && is(r, "MSH"))
        e = check_header(l, r);
    if (e == ERROR_OK && is(r, "OBR"))
        e = check_order(l, r);
    if (e == ERROR_OK && is(r, "OBX"))
        e = check_result(l, r);
    if (e == ERROR_OK && is(r, "NTE"))
        e = check_note(l, r);
    l->specimens += is(r, "SPM");
    return e;
}

static enum error check_message(const struct exchange_endpoint *endpoint, const struct message *m,
                                struct complaint *why)
{
    struct lint l = { .to = endpoint, .why = why };
    enum error e = ERROR_OK;

    if (m->record_count < 2 || !is(&m->records[0], "MSH") || !is(&m->records[1], "PID"))
        return complain(why, ERROR_BAD_INPUT, "The message does not begin with MSH and PID.");
    for (size_t i = 0; i < m->record_count && e == ERROR_OK; i++) {
        if (is(&m->records[i], "OBX") && !l.order)
            e = complain(why, ERROR_BAD_INPUT, "A result stands before its order.");
        else
            e = check_record(&l, &m->records[i]);
    }
    if (e == ERROR_OK && !l.orders)
        e = lacks(&l, "an order (OBR)");
    return e == ERROR_OK ? check_order_end(&l) : e;
}

enum error exchange_lint(const struct exchange_endpoint *endpoint, struct span message,
                         struct complaint *why)
{
    struct message tree = { NULL, 0 };
    struct arena arena;
    size_t used = 0;
    enum error e;

    arena_init(&arena, LINT_ARENA);
    e = hl7_decode(message, &arena, &tree, &used, why);
    if (e == ERROR_OK && used != message.len)
        e = complain(why, ERROR_BAD_INPUT, "There is more than one message.");
    if (e == ERROR_OK)
        e = check_message(endpoint, &tree, why);
    arena_free(&arena);
    return e;
}
