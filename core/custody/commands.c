/* `phial custody show, verify, export`: reads the data folder, changes nothing. */
#include "core/custody/commands.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/custody/custody.h"
#include "core/store/read.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_ENVIRONMENT = 3 };
enum { PATH_SIZE = 4096, SEAL_WAIT_S = 2 };

struct custody_options {
    const char *data, *key, *from, *to;
    bool json, allow_unsealed;
    const char *accession; /* or an EKG order's number, or NULL */
};

static const char usage[] =
    "usage: phial custody show ACCESSION|ORDER [--data DIR] [--json]\n"
    "       phial custody verify [--key FILE] [--allow-unsealed] [--data DIR] [--json]\n"
    "       phial custody export [ACCESSION|ORDER] [--from DATE] [--to DATE] [--data DIR]\n"
    "\n"
    "show     prints every event of one specimen, or of an EKG by its order's number.\n"
    "verify   recomputes the chain of all facts, holds it against the seal, and names the first\n"
    "         broken row. --key names a copy of custody.pub that was kept elsewhere.\n"
    "export   prints events as JSON lines; DATE is UTC, as 2026-03-12 or 2026-03-12T09:41:00Z.\n";

static int say(int status, const char *sentence)
{
    fprintf(stderr, "phial custody: %s\n", sentence);
    return status;
}

static enum error in_folder(char out[PATH_SIZE], const char *folder, const char *name)
{
    int len = snprintf(out, PATH_SIZE, "%s/%s", folder, name);
    return len < 0 || len >= PATH_SIZE ? ERROR_TOO_BIG : ERROR_OK;
}

static int open_reader(const struct custody_options *options, struct store_reader **out)
{
    char path[PATH_SIZE];
    struct complaint why = { "The name of the data folder is too long." };

    if (in_folder(path, options->data, STORE_FILE) != ERROR_OK ||
        store_open_read(path, out, &why) != ERROR_OK)
        return say(EXIT_ENVIRONMENT, why.text);
    return EXIT_DONE;
}

/* ---- show ---- */

static const char *text_at(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text ? text : "";
}

/* One part of an event's line, when there is one. */
static void print_part(const char *before, const char *text)
{
    if (*text)
        printf("%s%s", before, text);
}

static void print_event(const json_t *event)
{
    char when[CLOCK_TEXT];

    clock_format(when, json_integer_value(json_object_get(event, "at")));
    printf("%s  %-22s", when, text_at(event, "text"));
    print_part("  ", text_at(json_object_get(event, "person"), "name"));
    print_part("  by ", text_at(event, "instrument"));
    print_part("  at ", text_at(event, "workstation"));
    print_part(", ", text_at(event, "location"));
    print_part("  ", text_at(event, "detail"));
    print_part("  ", text_at(event, "reason"));
    printf("  [%lld %s]\n", (long long)json_integer_value(json_object_get(event, "id")),
           text_at(event, "link"));
}

/* Of a specimen, or of an EKG's order, which has none. */
static void print_specimen(const json_t *specimen)
{
    const json_t *event;
    size_t i;

    if (*text_at(specimen, "accession"))
        printf("Specimen %s, order %s: %s\n", text_at(specimen, "accession"),
               text_at(specimen, "order"), text_at(specimen, "state_text"));
    else
        printf("EKG, order %s: %s\n", text_at(specimen, "order"),
               *text_at(specimen, "state") ? text_at(specimen, "state") : "ordered");
    json_array_foreach(json_object_get(specimen, "events"), i, event) print_event(event);
    printf("Clinical custody only. This is not a federal (DOT) chain of custody.\n");
}

static int show_text(const struct custody_options *options, const struct buffer *text)
{
    json_t *specimen = json_loadb((const char *)text->at, text->len, 0, NULL);
    int status = EXIT_DONE;

    if (!specimen)
        status = say(EXIT_ENVIRONMENT, "The specimen cannot be read from the database.");
    else if (json_object_size(specimen) == 0)
        status = say(EXIT_NO, "There is no specimen with that number, and no EKG's order.");
    else if (options->json)
        printf("%.*s\n", (int)text->len, (const char *)text->at);
    else
        print_specimen(specimen);
    json_decref(specimen);
    return status;
}

static int custody_show(const struct custody_options *options)
{
    const struct store_params params = { .key = options->accession };
    struct store_reader *reader = NULL;
    struct buffer text;
    bool specimen;
    int status;

    if (!options->accession)
        return say(EXIT_USAGE, "Name the specimen: phial custody show ACCESSION.");
    specimen = strspn(options->accession, "0123456789") == strlen(options->accession);
    status = open_reader(options, &reader);
    if (status != EXIT_DONE)
        return status;
    buffer_init(&text, LIMIT_CAPTURE_FILE);
    if (store_read_json(reader, specimen ? READ_SPECIMEN : READ_EKG, &params, &text) == ERROR_OK)
        status = show_text(options, &text);
    else
        status = say(EXIT_ENVIRONMENT, "The specimen cannot be read from the database.");
    buffer_free(&text);
    store_close_read(reader);
    return status;
}

/* ---- export ---- */

static enum error print_line(void *context, struct span line)
{
    (void)context;
    return fwrite(line.at, 1, line.len, stdout) == line.len && putchar('\n') != EOF ? ERROR_OK
                                                                                    : ERROR_IO;
}

/* A day counts from its first moment. */
static enum error date_parse(const char *text, int64_t *out)
{
    char whole[CLOCK_TEXT];

    *out = 0;
    if (!text)
        return ERROR_OK;
    if (strlen(text) != 10)
        return clock_parse(text, out);
    (void)snprintf(whole, sizeof whole, "%sT00:00:00Z", text);
    return clock_parse(whole, out);
}

static int custody_export(const struct custody_options *options)
{
    const struct store_lines lines = { print_line, NULL };
    struct store_params params = { .key = options->accession };
    struct store_reader *reader = NULL;
    int status;

    if (date_parse(options->from, &params.since) != ERROR_OK ||
        date_parse(options->to, &params.now) != ERROR_OK)
        return say(EXIT_USAGE, "A date reads 2026-03-12 or 2026-03-12T09:41:00Z, in UTC.");
    status = open_reader(options, &reader);
    if (status != EXIT_DONE)
        return status;
    if (store_read_lines(reader, READ_EXPORT, &params, &lines) != ERROR_OK || fflush(stdout) != 0)
        status = say(EXIT_ENVIRONMENT, "The events could not all be written.");
    store_close_read(reader);
    return status;
}

/* ---- verify ---- */

static const char *const finding_names[] = { "whole", "row", "seal", "projection", "schema" };

static int key_read(const char *path, uint8_t key[CUSTODY_PUBLIC])
{
    char text[2 * CUSTODY_PUBLIC + 1] = "";
    FILE *file = fopen(path, "re");
    size_t got = file ? fread(text, 1, sizeof text - 1, file) : 0;

    if (file)
        (void)fclose(file);
    if (got != sizeof text - 1 || text_unhex(key, CUSTODY_PUBLIC, text) != ERROR_OK)
        return say(EXIT_ENVIRONMENT,
                   "The public key cannot be read. It is the one line of " CUSTODY_PUBLIC_FILE ".");
    return EXIT_DONE;
}

/* What was committed a moment ago is sealed within a second while core runs. */
static void wait_for_seal(const char *seal, const uint8_t *key, struct custody_report *report)
{
    int64_t row, at;

    if (report->finding != CUSTODY_WHOLE || report->unsealed == 0)
        return;
    (void)sleep(SEAL_WAIT_S);
    if (custody_reach(seal, key, &row, &at, NULL) == ERROR_OK && row >= report->rows)
        report->unsealed = 0;
}

static void print_report(const struct custody_report *r)
{
    char when[CLOCK_TEXT];

    if (r->finding == CUSTODY_WHOLE)
        printf("The chain is whole: %lld facts.\n", (long long)r->rows);
    else if (r->finding == CUSTODY_BROKEN_ROW)
        printf("Custody is broken at row %lld of table %s: %s\n"
               "The %lld facts before it are whole.\n",
               (long long)r->id, r->table, r->what, (long long)r->rows);
    else if (r->finding == CUSTODY_BROKEN_PROJECTION)
        printf("Row %lld of table %s is wrong: %s\n", (long long)r->id, r->table, r->what);
    else
        printf("The %lld facts hold together, but: %s\n", (long long)r->rows, r->what);
    clock_format(when, r->sealed_at);
    if (r->sealed_to > 0)
        printf("The seal reaches row %lld, sealed %s.\n", (long long)r->sealed_to, when);
    else
        printf("There is no seal.\n");
    if (r->gone > 0)
        printf("%lld facts are past their retention and gone: their tombstones say by whom, and "
               "what their hashes were.\n",
               (long long)r->gone);
    if (r->late > 0)
        printf(
            "%lld rows, all of them from %lld to %lld, were sealed late: core found them unsealed "
            "when it started.\nA kill or a power cut leaves those of its last second. Until then "
            "nothing outside the database vouched for them.\n",
            (long long)r->late, (long long)r->late_first, (long long)r->late_last);
    if (r->finding == CUSTODY_WHOLE && r->unsealed > 0)
        printf("%lld rows after the seal are vouched for by nothing outside the database. If core "
               "was killed, start it: it seals them, marked as late.\n",
               (long long)r->unsealed);
}

static int print_json(const struct custody_report *r)
{
    json_t *json =
        json_pack("{s:s, s:s, s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "finding",
                  finding_names[r->finding], "table", r->table, "id", (json_int_t)r->id, "what",
                  r->what, "rows", (json_int_t)r->rows, "gone", (json_int_t)r->gone, "sealed_to",
                  (json_int_t)r->sealed_to, "sealed_at", (json_int_t)r->sealed_at, "unsealed",
                  (json_int_t)r->unsealed, "late", (json_int_t)r->late, "late_first",
                  (json_int_t)r->late_first, "late_last", (json_int_t)r->late_last);
    int failed = !json || json_dumpf(json, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF;

    json_decref(json);
    return failed ? EXIT_ENVIRONMENT : EXIT_DONE;
}

static int verify_files(const struct custody_options *options, const char *database,
                        const char *seal, const uint8_t *key)
{
    struct custody_report report;
    struct complaint why = { "" };
    int status = EXIT_DONE;

    if (custody_verify(database, seal, key, &report, &why) != ERROR_OK)
        return say(EXIT_ENVIRONMENT, why.text);
    wait_for_seal(seal, key, &report);
    if (options->json)
        status = print_json(&report);
    else
        print_report(&report);
    if (status == EXIT_DONE &&
        (report.finding != CUSTODY_WHOLE || (report.unsealed > 0 && !options->allow_unsealed)))
        status = EXIT_NO;
    return status;
}

static int custody_verify_folder(const struct custody_options *options)
{
    char database[PATH_SIZE], seal[PATH_SIZE], public_file[PATH_SIZE];
    uint8_t key[CUSTODY_PUBLIC];
    int status;

    if (in_folder(database, options->data, STORE_FILE) != ERROR_OK ||
        in_folder(seal, options->data, CUSTODY_SEAL_FILE) != ERROR_OK ||
        in_folder(public_file, options->data, CUSTODY_PUBLIC_FILE) != ERROR_OK)
        return say(EXIT_USAGE, "The name of the data folder is too long.");
    status = key_read(options->key ? options->key : public_file, key);
    return status == EXIT_DONE ? verify_files(options, database, seal, key) : status;
}

/* ---- */

static bool options_read(int argc, char **argv, struct custody_options *options)
{
    static const struct option known[] = { { "data", required_argument, NULL, 'd' },
                                           { "json", no_argument, NULL, 'j' },
                                           { "key", required_argument, NULL, 'k' },
                                           { "from", required_argument, NULL, 'f' },
                                           { "to", required_argument, NULL, 't' },
                                           { "allow-unsealed", no_argument, NULL, 'u' },
                                           { 0 } };
    int c;

    optind = 0; /* the program may have used getopt before */
    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        const char **text = c == 'd'   ? &options->data
                            : c == 'k' ? &options->key
                            : c == 'f' ? &options->from
                            : c == 't' ? &options->to
                                       : NULL;
        if (text)
            *text = optarg;
        else if (c == 'j')
            options->json = true;
        else if (c == 'u')
            options->allow_unsealed = true;
        else
            return false;
    }
    if (optind < argc)
        options->accession = argv[optind++];
    return optind == argc;
}

int command_custody(int argc, char **argv)
{
    static const struct {
        const char *word;
        int (*run)(const struct custody_options *options);
    } words[] = { { "show", custody_show },
                  { "verify", custody_verify_folder },
                  { "export", custody_export } };
    struct custody_options options = { .data = PHIAL_DATA };

    if (argc >= 2 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) == EOF ? EXIT_ENVIRONMENT : EXIT_DONE;
    if (argc < 2 || !options_read(argc - 1, argv + 1, &options)) {
        (void)fputs(usage, stderr);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(argv[1], words[i].word) == 0)
            return words[i].run(&options);
    (void)fputs(usage, stderr);
    return EXIT_USAGE;
}
