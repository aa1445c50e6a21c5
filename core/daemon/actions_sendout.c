/* Send-outs: reference laboratories, manifests, the hand-over to the courier. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/store/sendouts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- Laboratories ---- */

/* 05D1234567 (42 CFR 493.2: two digits of the state, D, seven digits). */
static bool is_clia(const char *text)
{
    if (strlen(text) != 10)
        return false;
    for (size_t i = 0; i < 10; i++)
        if (i == 2 ? text[i] != 'D' : !isdigit((unsigned char)text[i]))
            return false;
    return true;
}

static enum error check_lab(const struct store_lab *lab, struct complaint *why)
{
    if (text_empty(lab->name))
        return complain(why, ERROR_BAD_INPUT, "Give the laboratory's name as on its reports.");
    if (strlen(lab->address) < 8)
        return complain(why, ERROR_BAD_INPUT,
                        "The address of %s is missing. Every report of its results must show where "
                        "the test was done (42 CFR 493.1291(c)): copy street, city, state and ZIP "
                        "from its requisition.",
                        lab->name);
    if (!is_clia(lab->clia))
        return complain(why, ERROR_BAD_INPUT,
                        "\"%s\" is no CLIA number: it looks like 05D1234567 and stands on the "
                        "laboratory's reports. Specimens go only to a certified laboratory.",
                        lab->clia);
    if (lab->active && !lab->test_count)
        return complain(why, ERROR_BAD_INPUT,
                        "Name at least one test that %s does for you, and its days.", lab->name);
    return ERROR_OK;
}

/* The n-th value of a repeated text; NULL when there are fewer. */
static const char *nth_text(const struct request *r, enum wire_field field, size_t n)
{
    struct span content;
    size_t at = 0;

    for (size_t i = 0; wire_next(r->m, field, &at, &content); i++)
        if (i == n)
            return (const char *)content.at;
    return NULL;
}

static bool nth_number(const struct request *r, enum wire_field field, size_t n, uint64_t *out)
{
    struct span content;
    size_t at = 0;

    for (size_t i = 0; wire_next(r->m, field, &at, &content); i++)
        if (i == n && content.len == 8) {
            *out = 0;
            for (size_t b = 8; b-- > 0;)
                *out = *out << 8 | content.at[b];
            return true;
        }
    return false;
}

static enum error lab_tests(struct request *r, struct store_lab_test *tests, size_t *count,
                            struct complaint *why)
{
    const char *code;

    for (size_t i = 0; (code = nth_text(r, WIRE_F_TEST, i)); i++) {
        struct store_test known;
        uint64_t days = 0;

        if (i == STORE_LAB_TESTS)
            return complain(why, ERROR_TOO_BIG, "A laboratory has at most %d tests here.",
                            STORE_LAB_TESTS);
        if (store_test_by_code(r->core->store, r->arena, code, &known) != ERROR_OK)
            return complain(why, ERROR_NOT_FOUND, "There is no test \"%s\" on the menu.", code);
        if (!nth_number(r, WIRE_F_DAYS, i, &days) || days > 90)
            return complain(why, ERROR_BAD_INPUT,
                            "After how many days is the result of %s expected? Give 0 to 90.",
                            known.name);
        tests[i] = (struct store_lab_test) { known.code, (int64_t)days };
        *count = i + 1;
    }
    return ERROR_OK;
}

enum error action_lab_set(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_lab_test tests[STORE_LAB_TESTS];
    struct store_lab lab = { .root = (int64_t)wire_number(r->m, WIRE_F_LABORATORY),
                             .name = request_text(r, WIRE_F_NAME),
                             .address = request_text(r, WIRE_F_ADDRESS),
                             .clia = request_text(r, WIRE_F_CLIA),
                             .phone = request_text(r, WIRE_F_PHONE),
                             .active = !wire_has(r->m, WIRE_F_ACTIVE) ||
                                       wire_number(r->m, WIRE_F_ACTIVE) != 0,
                             .tests = tests };
    int64_t id;
    enum error e = lab_tests(r, tests, &lab.test_count, why);

    if (e == ERROR_OK)
        e = check_lab(&lab, why);
    if (e == ERROR_OK)
        e = store_lab_add(r->core->store, &r->actor, &lab, &id);
    if (e == ERROR_NOT_FOUND && text_empty(why->text))
        return complain(why, e, "There is no such laboratory. Load the page again.");
    if (e != ERROR_OK)
        return e;
    answer->sentence = "The laboratory is on record.";
    turn_changed(r->core, "sendouts", "");
    return ERROR_OK;
}

/* ---- Manifests ---- */

static enum error find_manifest(struct request *r, bool open, struct store_manifest *out,
                                struct complaint *why)
{
    const char *number = request_text(r, WIRE_F_MANIFEST);
    enum error e = store_manifest_by_number(r->core->store, r->arena, number, out);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no manifest %s. Scan its number again.", number);
    if (e == ERROR_OK && open && out->handed_over)
        return complain(why, ERROR_CONFLICT,
                        "Manifest %s is with the courier already. Open a new one.", number);
    return e == ERROR_OK ? e : request_failed(e, why);
}

enum error action_manifest_open(struct request *r, struct answer *answer, struct complaint *why)
{
    static const char *const temperatures[] = { "room", "cold", "frozen" };
    const char *temperature = request_text(r, WIRE_F_TEMPERATURE);
    char number[STORE_MANIFEST_NUMBER];
    struct store_lab lab;
    bool known = false;
    int64_t id;
    enum error e = store_lab_find(r->core->store, r->arena,
                                  (int64_t)wire_number(r->m, WIRE_F_LABORATORY), &lab);

    for (size_t i = 0; i < 3; i++)
        known = known || strcmp(temperature, temperatures[i]) == 0;
    if (!known)
        return complain(why, ERROR_BAD_INPUT, "Say how it travels: room, cold or frozen.");
    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && !lab.active))
        return complain(
            why, ERROR_NOT_FOUND,
            "That laboratory is not in use. Choose another, or put it on record first.");
    if (e == ERROR_OK)
        e = store_manifest_open(r->core->store, &r->actor, lab.id, temperature,
                                sitetime_day(r->actor.at), number, &id);
    if (e != ERROR_OK)
        return request_failed(e, why);
    answer->key = request_keep(r, number);
    turn_changed(r->core, "sendouts", "");
    return ERROR_OK;
}

/* A specimen is moved: the event's refusal in words. */
static enum error move_line(struct request *r, struct answer *answer,
                            const struct store_manifest *manifest,
                            const struct store_specimen *specimen, struct store_manifest_line *line,
                            struct complaint *why)
{
    int64_t id;
    enum error e;

    line->manifest = manifest->id;
    line->number = manifest->number;
    line->specimen = specimen->id;
    e = store_manifest_line_add(r->core->store, &r->actor, line, &id);
    if (e == ERROR_CONFLICT)
        return complain(why, e,
                        "That is not possible: the specimen is %s. Scan its label back, or look at "
                        "its history, and do the missing step first.",
                        specimen_state_text(specimen->state));
    if (e != ERROR_OK)
        return request_failed(e, why);
    answer->accession = specimen->accession;
    answer->key = manifest->number;
    turn_changed(r->core, "specimen", specimen->accession);
    turn_changed(r->core, "sendouts", "");
    return ERROR_OK;
}

enum error action_manifest_pack(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_manifest manifest;
    struct store_specimen specimen;
    struct store_manifest_line line = { .packed = true, .reason = "" };
    enum error e = find_manifest(r, true, &manifest, why);

    if (e == ERROR_OK)
        e = request_specimen(r, &specimen, why);
    if (e != ERROR_OK)
        return e;
    if (specimen.state == SPECIMEN_PACKED || specimen.state == SPECIMEN_SENT)
        return complain(why, ERROR_CONFLICT, "Specimen %s is %s already: it cannot be in two bags.",
                        specimen.accession, specimen_state_text(specimen.state));
    e = store_lab_days(r->core->store, manifest.lab, specimen.order, &line.days);
    if (e == ERROR_NOT_FOUND)
        return complain(why, ERROR_CONFLICT,
                        "%s does none of the tests of specimen %s. Put it aside, or add the test "
                        "to that laboratory.",
                        manifest.lab_name, specimen.accession);
    if (e != ERROR_OK)
        return request_failed(e, why);
    return move_line(r, answer, &manifest, &specimen, &line, why);
}

enum error action_manifest_unpack(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_manifest manifest;
    struct store_specimen specimen;
    struct store_line_found found;
    struct store_manifest_line line = { .reason = request_text(r, WIRE_F_REASON) };
    enum error e = find_manifest(r, true, &manifest, why);

    if (e == ERROR_OK)
        e = request_specimen(r, &specimen, why);
    if (e == ERROR_OK && text_empty(line.reason))
        e = complain(why, ERROR_BAD_INPUT, "Say why it is taken off the manifest.");
    if (e != ERROR_OK)
        return e;
    e = store_manifest_line_of(r->core->store, r->arena, specimen.id, &found);
    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && (!found.packed || found.manifest != manifest.id)))
        return complain(why, ERROR_NOT_FOUND, "Specimen %s is not on manifest %s.",
                        specimen.accession, manifest.number);
    if (e != ERROR_OK)
        return request_failed(e, why);
    return move_line(r, answer, &manifest, &specimen, &line, why);
}

/* The counts differ: that is on record, and nothing leaves the house. */
static enum error mismatch(struct request *r, struct answer *answer, const struct store_manifest *m,
                           uint64_t counted)
{
    struct complaint sentence = { "" };

    answer->status = complain(
        &sentence, ERROR_CONFLICT,
        "You counted %llu, the manifest has %lld. Nothing was handed over. Scan each container "
        "against the list, find the %s one, then count again.",
        (unsigned long long)counted, (long long)m->count,
        counted < (uint64_t)m->count ? "missing" : "unlisted");
    answer->sentence = request_keep(r, sentence.text);
    turn_changed(r->core, "sendouts", "");
    return ERROR_OK;
}

static enum error check_hand_over(const struct request *r, const struct store_manifest *m,
                                  struct complaint *why)
{
    if (m->count == 0)
        return complain(why, ERROR_CONFLICT, "Manifest %s is empty: scan specimens onto it first.",
                        m->number);
    if (text_empty(request_text(r, WIRE_F_COURIER)))
        return complain(why, ERROR_BAD_INPUT, "Write who takes the bag: the courier's name.");
    if (strcmp(request_text(r, WIRE_F_SCANNED), m->number) != 0)
        return complain(why, ERROR_CONFLICT,
                        "\"%s\" is not the number of this manifest. Let the courier scan the "
                        "manifest that goes with this bag: %s.",
                        request_text(r, WIRE_F_SCANNED), m->number);
    return ERROR_OK;
}

enum error action_hand_over(struct request *r, struct answer *answer, struct complaint *why)
{
    uint64_t counted = wire_number(r->m, WIRE_F_COUNT);
    struct store_manifest manifest;
    struct store_hand_over over = { .manifest = &manifest,
                                    .courier = request_text(r, WIRE_F_COURIER),
                                    .scanned = request_text(r, WIRE_F_SCANNED) };
    int64_t id;
    enum error e = find_manifest(r, true, &manifest, why);

    if (e == ERROR_OK)
        e = check_hand_over(r, &manifest, why);
    if (e == ERROR_OK && counted > LIMIT_LIST)
        e = complain(why, ERROR_BAD_INPUT, "Count the containers in the bag once more.");
    if (e != ERROR_OK)
        return e;
    e = store_manifest_count_add(r->core->store, &r->actor, manifest.id, (int64_t)counted,
                                 manifest.count, over.courier, &over.count);
    if (e != ERROR_OK)
        return request_failed(e, why);
    answer->key = manifest.number;
    if (counted != (uint64_t)manifest.count)
        return mismatch(r, answer, &manifest, counted);
    e = store_hand_over_add(r->core->store, &r->actor, &over, &id);
    if (e != ERROR_OK)
        return request_failed(e, why);
    answer->sentence = "Handed over. The results are on the outstanding list from now on.";
    turn_changed(r->core, "sendouts", "");
    turn_changed(r->core, "specimen", "");
    return ERROR_OK;
}
