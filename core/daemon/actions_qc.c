/* Quality control by people: levels and triggers, runs by hand, which control an instrument ran,
 * what was done about a failure, which patient results it reached, and maintenance. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/rules/decimal.h"
#include "core/rules/qcbook.h"
#include "core/rules/reread.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { VALUES_MAX = 40 };

static void tell(struct request *r)
{
    turn_changed(r->core, "qc", "");
}

static bool blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* ---- What is expected, and when ---- */

/* The instrument's root: one of the settings, the entry by hand, or one that was here once. */
static enum error find_instrument(struct request *r, int64_t *root, struct complaint *why)
{
    const char *name = request_text(r, WIRE_F_INSTRUMENT);
    const struct config *config = &r->core->config;
    struct store *s = r->core->store;
    int64_t id = 0;
    enum error e = ERROR_OK;

    if (strcmp(name, INGEST_HAND) == 0)
        e = store_instrument_set(s, INGEST_HAND, INGEST_HAND_PROFILE, "", r->actor.at, &id);
    for (size_t i = 0; i < config->instrument_count && !id && e == ERROR_OK; i++)
        if (strcmp(config->instruments[i].name, name) == 0)
            e = store_instrument_set(s, name, config->instruments[i].profile,
                                     config->instruments[i].port, r->actor.at, &id);
    if (e == ERROR_OK)
        e = id ? store_instrument_root_of(s, id, root) : store_instrument_root(s, name, root);
    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no instrument %.60s. Choose one of the list.", name);
    return e;
}

static enum error find_test(struct request *r, struct store_test *out, struct complaint *why)
{
    const char *code = request_text(r, WIRE_F_TEST);
    enum error e = store_test_by_code(r->core->store, r->arena, code, out);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "The menu has no test %.60s. Choose one of the list.", code);
    return e;
}

/* The n-th text of a repeated field; "" beyond the last. */
static const char *nth(const struct request *r, enum wire_field field, size_t n)
{
    struct span content;
    size_t at = 0;

    while (wire_next(r->m, field, &at, &content))
        if (n-- == 0)
            return (const char *)content.at;
    return "";
}

static size_t count_of(const struct request *r, enum wire_field field)
{
    struct span content;
    size_t at = 0, count = 0;

    while (wire_next(r->m, field, &at, &content))
        count++;
    return count;
}

/* What the menu calls the analyte; NULL when the test has none of that key. */
static const struct store_analyte *analyte_of(struct request *r, const struct store_test *test,
                                              const char *key)
{
    for (size_t i = 0; i < test->analyte_count; i++) {
        const struct store_analyte *a = &test->analytes[i];
        const char *mine = qcbook_analyte(r->arena, a->loinc, a->code);
        if (mine && strcmp(mine, key) == 0)
            return a;
    }
    return NULL;
}

static enum error read_range(struct request *r, const struct store_test *test, size_t n,
                             struct store_qc_range *out, struct complaint *why)
{
    const char *key = nth(r, WIRE_F_CODE, n);
    const struct store_analyte *analyte = analyte_of(r, test, key);
    struct qc_expected expected;

    if (!analyte)
        return complain(why, ERROR_BAD_INPUT, "%.60s has no analyte %.60s. Load the page again.",
                        test->name, key);
    *out = (struct store_qc_range) { .analyte = key,
                                     .name = analyte->name,
                                     .low = nth(r, WIRE_F_LOW, n),
                                     .high = nth(r, WIRE_F_HIGH, n),
                                     .expected = nth(r, WIRE_F_EXPECTED, n),
                                     .mean = nth(r, WIRE_F_MEAN, n),
                                     .sd = nth(r, WIRE_F_SD, n),
                                     .unit = nth(r, WIRE_F_UNIT, n) };
    expected = (struct qc_expected) { out->low, out->high, out->expected, out->mean, out->sd };
    return qc_expected_check(&expected, why);
}

static enum error read_ranges(struct request *r, const struct store_test *test,
                              struct store_qc_level *level, struct complaint *why)
{
    static const enum wire_field each[] = { WIRE_F_LOW,  WIRE_F_HIGH, WIRE_F_EXPECTED,
                                            WIRE_F_MEAN, WIRE_F_SD,   WIRE_F_UNIT };
    size_t count = count_of(r, WIRE_F_CODE);
    enum error e = ERROR_OK;

    if (level->active && count == 0)
        return complain(why, ERROR_BAD_INPUT, "Say what is expected of at least one analyte.");
    if (count > VALUES_MAX)
        return complain(why, ERROR_BAD_INPUT, "That are too many analytes for one control.");
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++)
        if (count_of(r, each[i]) != count)
            return complain(why, ERROR_BAD_INPUT, "%s must be given once for each analyte.",
                            wire_field_name(each[i]));
    level->ranges = arena_take(r->arena, (count + 1) * sizeof *level->ranges);
    if (!level->ranges)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < count && e == ERROR_OK; i++)
        e = read_range(r, test, i, &level->ranges[i], why);
    level->range_count = count;
    return e;
}

/* The control material of the lots' book, which must be one. */
static enum error check_item(struct request *r, int64_t id, struct complaint *why)
{
    struct store_item item;
    enum error e = id ? store_item_by_id(r->core->store, r->arena, id, &item) : ERROR_OK;

    if (e == ERROR_NOT_FOUND || (id && e == ERROR_OK && strcmp(item.kind, "control") != 0))
        return complain(why, ERROR_BAD_INPUT,
                        "This is no control material of the lots' book. Choose one of the list.");
    return e;
}

enum error action_qc_level(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_qc_level level = { .root = (int64_t)wire_number(r->m, WIRE_F_QC),
                                    .test = request_text(r, WIRE_F_TEST),
                                    .item = (int64_t)wire_number(r->m, WIRE_F_ITEM),
                                    .control = request_text(r, WIRE_F_CONTROL),
                                    .level = request_text(r, WIRE_F_LEVEL),
                                    .matches = request_text(r, WIRE_F_MATCHES),
                                    .source = request_text(r, WIRE_F_SOURCE),
                                    .westgard = wire_number(r->m, WIRE_F_WESTGARD) != 0 };
    struct store_test test;
    int64_t root = 0;
    enum error e = find_test(r, &test, why);

    level.active = !wire_has(r->m, WIRE_F_ACTIVE) || wire_number(r->m, WIRE_F_ACTIVE) != 0;
    if (e == ERROR_OK && (blank(level.control) || blank(level.level)))
        e = complain(why, ERROR_BAD_INPUT, "Give the control's name and its level.");
    if (e == ERROR_OK && blank(level.source))
        e = complain(why, ERROR_BAD_INPUT,
                     "Say where the expected values come from: the insert, a certificate.");
    if (e == ERROR_OK)
        e = find_instrument(r, &level.instrument, why);
    if (e == ERROR_OK)
        e = check_item(r, level.item, why);
    if (e == ERROR_OK)
        e = read_ranges(r, &test, &level, why);
    if (e == ERROR_OK) {
        e = store_qc_level_add(r->core->store, &r->actor, &level, &root);
        if (e == ERROR_CONFLICT)
            e = complain(why, e,
                         "This test has that level of that control already. Change that one.");
    }
    if (e == ERROR_OK)
        tell(r);
    (void)answer;
    return e;
}

enum error action_qc_trigger(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_qc_trigger trigger = { .root = (int64_t)wire_number(r->m, WIRE_F_QC),
                                        .test = request_text(r, WIRE_F_TEST),
                                        .every = (int64_t)wire_number(r->m, WIRE_F_EVERY),
                                        .note = request_text(r, WIRE_F_NOTE) };
    struct store_test test;
    int64_t root = 0;
    enum error e = find_test(r, &test, why);

    trigger.active = !wire_has(r->m, WIRE_F_ACTIVE) || wire_number(r->m, WIRE_F_ACTIVE) != 0;
    if (e == ERROR_OK &&
        qc_trigger_parse(request_text(r, WIRE_F_TRIGGER), &trigger.kind) != ERROR_OK)
        e = complain(why, ERROR_BAD_INPUT, "Choose from the list what makes a control due.");
    if (e == ERROR_OK && qc_basis_parse(request_text(r, WIRE_F_BASIS), &trigger.basis) != ERROR_OK)
        e = complain(
            why, ERROR_BAD_INPUT,
            "Say whether the instructions require it, recommend it, or it is your policy.");
    if (e == ERROR_OK && qc_trigger_counts(trigger.kind) &&
        (trigger.every < 1 || trigger.every > QC_EVERY_MAX))
        e = complain(why, ERROR_BAD_INPUT, "Give how many: a number from 1 to %d.", QC_EVERY_MAX);
    if (e == ERROR_OK)
        e = find_instrument(r, &trigger.instrument, why);
    if (e == ERROR_OK)
        e = store_qc_trigger_add(r->core->store, &r->actor, &trigger, &root);
    if (e == ERROR_NOT_FOUND && !*why->text)
        e = complain(why, e, "There is no such rule. Load the page again.");
    if (e == ERROR_OK)
        tell(r);
    (void)answer;
    return e;
}

/* ---- Runs ---- */

static enum error find_level(struct request *r, struct store_qc_level *out, struct complaint *why)
{
    enum error e =
        store_qc_level_find(r->core->store, r->arena, (int64_t)wire_number(r->m, WIRE_F_QC), out);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such control. Load the page again.");
    return e;
}

/* A value as a person types it: `>15.0`, `5.4`, `Positive`. */
static enum error read_value(struct request *r, const char *key, const char *text,
                             const struct store_qc_level *level, struct store_qc_value *out,
                             struct complaint *why)
{
    static const char *const signs[] = { "<=", ">=", "<", ">", "" };
    const struct store_qc_range *range = NULL;
    const char *number = text, *comparator = "";

    for (size_t i = 0; i < level->range_count; i++)
        if (strcmp(level->ranges[i].analyte, key) == 0)
            range = &level->ranges[i];
    if (!range)
        return complain(why, ERROR_BAD_INPUT, "Nothing is expected of %.60s. Load the page again.",
                        key);
    if (blank(text))
        return complain(why, ERROR_BAD_INPUT, "Give a value for %.60s.", range->name);
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strncmp(text, signs[i], strlen(signs[i])) == 0) {
            comparator = signs[i];
            number = text + strlen(signs[i]);
            break;
        }
    while (*number == ' ')
        number++;
    *out = (struct store_qc_value) { .analyte = key,
                                     .name = range->name,
                                     .value = text,
                                     .comparator = decimal_is(number) ? comparator : "",
                                     .number = decimal_is(number) ? request_keep(r, number) : "",
                                     .unit = range->unit };
    return ERROR_OK;
}

static enum error read_values(struct request *r, const struct store_qc_level *level,
                              struct qcbook_entry *out, struct complaint *why)
{
    size_t count = count_of(r, WIRE_F_CODE);
    struct store_qc_value *values = arena_take(r->arena, (count + 1) * sizeof *values);
    enum error e = values ? ERROR_OK : ERROR_NO_MEMORY;

    if (count != count_of(r, WIRE_F_VALUE) || count != level->range_count)
        return complain(why, ERROR_BAD_INPUT, "Give a value for each analyte of the control.");
    for (size_t i = 0; i < count && e == ERROR_OK; i++) {
        e = read_value(r, nth(r, WIRE_F_CODE, i), nth(r, WIRE_F_VALUE, i), level, &values[i], why);
        for (size_t k = 0; k < i && e == ERROR_OK; k++)
            if (strcmp(values[k].analyte, values[i].analyte) == 0)
                e = complain(why, ERROR_BAD_INPUT, "%.60s is given twice.", values[i].name);
    }
    out->values = values;
    out->value_count = count;
    return e;
}

static bool is_day(const char *text)
{
    static const char shape[] = "0000-00-00";

    for (size_t i = 0; i < sizeof shape; i++)
        if (shape[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != shape[i])
            return false;
    return true;
}

/* The control's lot is on record with each run: from the lots' book, or typed. */
static enum error check_lot(const struct qcbook_entry *entry, struct complaint *why)
{
    if (*entry->expires && !is_day(entry->expires))
        return complain(why, ERROR_BAD_INPUT, "Write the expiry as 2027-03-31.");
    if (entry->level->item)
        return ERROR_OK;
    if (blank(entry->lot_text) || !*entry->expires)
        return complain(
            why, ERROR_BAD_INPUT,
            "Give the control's lot and its expiry, or keep the control in Lab > Lots.");
    return ERROR_OK;
}

static void tell_run(struct request *r, struct answer *answer, const struct qcbook_outcome *outcome)
{
    struct complaint sentence;
    char key[24];

    (void)snprintf(key, sizeof key, "%lld", (long long)outcome->run);
    (void)complain(&sentence, ERROR_OK, "%s%s%.400s",
                   outcome->passed ? "The control passed." : "The control did not pass.",
                   *outcome->finding.text ? " " : "", outcome->finding.text);
    answer->key = request_keep(r, key);
    answer->sentence = request_keep(r, sentence.text);
    tell(r);
    turn_changed(r->core, "held", "");
}

enum error action_qc_enter(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_qc_level level;
    struct qcbook_entry entry = { .level = &level,
                                  .lot_text = request_text(r, WIRE_F_LOT),
                                  .expires = request_text(r, WIRE_F_EXPIRES),
                                  .reagent_lot = request_text(r, WIRE_F_REAGENT_LOT),
                                  .operator_text = r->who->login };
    struct qcbook_outcome outcome;
    enum error e = find_level(r, &level, why);

    if (e == ERROR_OK)
        e = check_lot(&entry, why);
    if (e == ERROR_OK)
        e = read_values(r, &level, &entry, why);
    if (e == ERROR_OK)
        e = qcbook_enter(r->core->store, r->arena, &r->actor, &entry, &outcome);
    if (e == ERROR_OK)
        tell_run(r, answer, &outcome);
    return e;
}

static enum error place(struct request *r, struct answer *answer, int64_t message,
                        struct complaint *why)
{
    struct store_message_found found;
    struct qcbook_outcome outcome;
    struct store_qc_level level;
    struct record record;
    int64_t root = 0;
    enum error e = find_level(r, &level, why);

    if (e == ERROR_OK)
        e = store_message_by_id(r->core->store, r->arena, message, &found);
    if (e == ERROR_OK)
        e = store_instrument_root_of(r->core->store, found.instrument, &root);
    if (e == ERROR_OK && root != level.instrument)
        e = complain(why, ERROR_CONFLICT, "That control belongs to another instrument.");
    if (e == ERROR_OK)
        e = reread_record(r->arena, found.record_json, &record);
    if (e == ERROR_OK)
        e = qcbook_enter_record(r->core->store, r->arena, &r->actor, &level, &record, message,
                                &outcome);
    if (e == ERROR_OK)
        tell_run(r, answer, &outcome);
    return e;
}

enum error action_qc_place(struct request *r, struct answer *answer, struct complaint *why)
{
    int64_t message = (int64_t)wire_number(r->m, WIRE_F_MESSAGE), id;
    const char *reason = request_text(r, WIRE_F_REASON);
    bool waits = false;
    enum error e = store_qc_is_unplaced(r->core->store, message, &waits);

    if (e == ERROR_OK && !waits)
        e = complain(why, ERROR_CONFLICT,
                     "This control does not wait any more. Look at the list again.");
    if (e != ERROR_OK)
        return e;
    if (wire_number(r->m, WIRE_F_QC))
        return place(r, answer, message, why);
    if (blank(reason))
        return complain(why, ERROR_BAD_INPUT,
                        "Choose the control, or say why it is none of yours.");
    e = store_qc_dismiss(r->core->store, &r->actor, message, reason, &id);
    if (e == ERROR_OK)
        tell(r);
    return e;
}

/* ---- What was done about it ---- */

static enum error find_run(struct request *r, struct store_qc_run_found *out, struct complaint *why)
{
    enum error e = store_qc_run_find(r->core->store, (int64_t)wire_number(r->m, WIRE_F_QC), out);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such control run. Load the page again.");
    return e;
}

enum error action_qc_action(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *note = request_text(r, WIRE_F_NOTE);
    struct store_qc_run_found run;
    int64_t id;
    enum error e = find_run(r, &run, why);

    if (e == ERROR_OK && run.passed && !run.is_void)
        e = complain(why, ERROR_CONFLICT, "This control passed: there is nothing to correct.");
    if (e == ERROR_OK && blank(note))
        e = complain(why, ERROR_BAD_INPUT, "Say what was done: what was found, what was changed.");
    if (e == ERROR_OK)
        e = store_qc_action_add(r->core->store, &r->actor, run.id, note, &id);
    if (e == ERROR_OK)
        tell(r);
    (void)answer;
    return e;
}

enum error action_qc_review(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_qc_run_found run;
    int64_t id;
    enum error e = find_run(r, &run, why);

    if (e == ERROR_OK && (!run.passed || run.is_void) && run.actions == 0)
        e = complain(why, ERROR_CONFLICT,
                     "Nobody has written down what was done about it. Enter the corrective action "
                     "first.");
    if (e == ERROR_OK)
        e = store_qc_review_add(r->core->store, &r->actor, run.id, request_text(r, WIRE_F_NOTE),
                                &id);
    if (e == ERROR_OK)
        tell(r);
    (void)answer;
    return e;
}

enum error action_qc_void(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *reason = request_text(r, WIRE_F_REASON);
    struct store_qc_run_found run;
    int64_t id;
    enum error e = find_run(r, &run, why);

    if (e == ERROR_OK && !run.passed)
        e = complain(why, ERROR_CONFLICT, "This control did not pass: it proves nothing as it is.");
    if (e == ERROR_OK && run.is_void)
        e = complain(why, ERROR_CONFLICT, "This control is void already.");
    if (e == ERROR_OK && blank(reason))
        e = complain(why, ERROR_BAD_INPUT, "Say why this control proves nothing.");
    if (e == ERROR_OK)
        e = store_qc_void_add(r->core->store, &r->actor, run.id, reason, &id);
    if (e != ERROR_OK)
        return e;
    answer->sentence = "The control is void. Look back at the results that it vouched for.";
    tell(r);
    return ERROR_OK;
}

enum error action_qc_look(struct request *r, struct answer *answer, struct complaint *why)
{
    static const char *const outcomes[] = { "stands", "repeat", "correct" };
    const char *outcome = request_text(r, WIRE_F_OUTCOME), *note = request_text(r, WIRE_F_NOTE);
    struct store_qc_run_found run;
    bool known = false;
    int64_t id;
    enum error e = find_run(r, &run, why);

    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        known = known || strcmp(outcome, outcomes[i]) == 0;
    if (e == ERROR_OK && !known)
        e = complain(why, ERROR_BAD_INPUT,
                     "Choose what comes of it: it stands, it is repeated, or it is corrected.");
    if (e == ERROR_OK) {
        e = store_qc_look_back_add(r->core->store, &r->actor, run.id,
                                   (int64_t)wire_number(r->m, WIRE_F_RESULT_ID), outcome, note,
                                   &id);
        if (e == ERROR_NOT_FOUND)
            e = complain(why, e, "This failure does not reach that result. Load the list again.");
        if (e == ERROR_CONFLICT)
            e = complain(why, e, "Somebody has looked at this result already.");
    }
    if (e == ERROR_OK)
        tell(r);
    (void)answer;
    return e;
}

enum error action_maintenance(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *kind = request_text(r, WIRE_F_KIND), *what = request_text(r, WIRE_F_NAME);
    bool doubt = strcmp(kind, "doubt") == 0;
    int64_t root = 0, id;
    enum error e = find_instrument(r, &root, why);

    if (e == ERROR_OK && !doubt && strcmp(kind, "maintenance") != 0)
        e = complain(why, ERROR_BAD_INPUT,
                     "Choose: maintenance, or a control asked for since a result seems wrong.");
    if (e == ERROR_OK && blank(what))
        e = complain(why, ERROR_BAD_INPUT, "Say what was done, or what seems wrong.");
    if (e == ERROR_OK)
        e = store_maintenance_add(r->core->store, &r->actor, root, doubt, what,
                                  request_text(r, WIRE_F_NOTE), &id);
    if (e == ERROR_OK)
        tell(r);
    (void)answer;
    return e;
}
