/*
 * `phial patient import FILE`: patients out of a comma-separated file, as a health record exports
 * them. One by one through the running core, so that each is judged as if it were typed: an MRN
 * that is there with other data is refused, and nothing is changed.
 */
#include "core/daemon/cli.h"
#include "core/daemon/commands.h"

#include "core/base/text.h"
#include "core/daemon/client.h"
#include "core/daemon/input.h"
#include "core/daemon/options.h"
#include "core/rules/day.h"
#include "instruments/profile/csv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024 * 1024, ROW_ARENA = 64 * 1024, COLUMN_COUNT = 5, DATE_TEXT = 16 };

/* The columns that are read, by the names in the first line; others are passed over. */
static const enum wire_field columns[COLUMN_COUNT] = { WIRE_F_MRN, WIRE_F_FAMILY, WIRE_F_GIVEN,
                                                       WIRE_F_BIRTH_DATE, WIRE_F_SEX };

struct import {
    struct client *client;
    size_t at[COLUMN_COUNT]; /* where each column stands, from 1; 0: it is not there */
    unsigned added, known, refused;
};

static enum error read_header(struct import *im, const struct csv_row *row, struct complaint *why)
{
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        for (size_t i = 0; i < row->count; i++)
            if (strcmp(row->at[i], wire_field_name(columns[c])) == 0)
                im->at[c] = i + 1;
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        if (!im->at[c] && columns[c] != WIRE_F_GIVEN)
            return complain(why, ERROR_BAD_INPUT,
                            "The first line has no column %s. It names the columns: mrn, family, "
                            "given, birth_date, sex.",
                            wire_field_name(columns[c]));
    return ERROR_OK;
}

/* A birth date as the file has it, 3/14/1981 or 1981-03-14, as core wants it. */
static const char *plain_date(const char *text, char out[DATE_TEXT])
{
    struct day day;

    if (!day_read(text, &day) || !day.day || day.year < 1000)
        return text;
    (void)snprintf(out, DATE_TEXT, "%04u-%02u-%02u", day.year % 10000, day.month % 100,
                   day.day % 100);
    return out;
}

static enum error add_row(struct import *im, const struct csv_row *row, struct complaint *why)
{
    struct wire_message reply;
    struct wire_writer w;
    char date[DATE_TEXT];
    enum error e;

    client_begin(im->client, &w, WIRE_PATIENT_ADD);
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        const char *cell = im->at[c] && im->at[c] <= row->count ? row->at[im->at[c] - 1] : "";
        if (strlen(cell) > wire_field_max(columns[c]) || !text_is_plain(span_text(cell))) {
            wire_free(&w);
            return complain(why, ERROR_BAD_INPUT, "%s is too long, or no plain text.",
                            wire_field_name(columns[c]));
        }
        wire_put_text(&w, columns[c],
                      columns[c] == WIRE_F_BIRTH_DATE ? plain_date(cell, date) : cell);
    }
    e = client_call(im->client, &w, &reply, why);
    if (e == ERROR_OK)
        *(strcmp(wire_text(&reply, WIRE_F_KEY), "added") == 0 ? &im->added : &im->known) += 1;
    return e;
}

/* What is refused is told by its line, without what stands in it (DESIGN 3.9). */
static enum error import_rows(struct import *im, struct span text, struct complaint *why)
{
    struct csv_reader reader;
    struct csv_row row;
    struct arena arena;
    enum error e;

    arena_init(&arena, FILE_MAX);
    csv_open(&reader, text, &arena);
    e = csv_next(&reader, &row);
    e = e == ERROR_OK ? read_header(im, &row, why)
                      : complain(why, ERROR_BAD_INPUT, "The file has no line.");
    while (e == ERROR_OK && (e = csv_next(&reader, &row)) == ERROR_OK) {
        struct complaint refusal = { "" };
        enum error added = add_row(im, &row, &refusal);
        if (added == ERROR_OK)
            continue;
        if (added != ERROR_BAD_INPUT && added != ERROR_CONFLICT) {
            e = complain(why, added, "Line %u: %s", row.line, refusal.text);
            break;
        }
        im->refused++;
        (void)fprintf(stderr, "Line %u: %s\n", row.line, refusal.text);
    }
    arena_free(&arena);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

static enum error read_file(const char *path, struct buffer *out, struct complaint *why)
{
    uint8_t piece[16384];
    size_t len;
    enum error e = ERROR_OK;
    FILE *file = fopen(path, "re");

    if (!file)
        return complain(why, ERROR_NOT_FOUND, "%s cannot be opened: %s.", path, strerror(errno));
    while (e == ERROR_OK && (len = fread(piece, 1, sizeof piece, file)) > 0)
        e = buffer_put(out, span_of(piece, len));
    if (e == ERROR_OK && ferror(file))
        e = ERROR_IO;
    (void)fclose(file);
    return e == ERROR_OK ? e : complain(why, e, "%s cannot be read.", path);
}

static enum error run(const char *data, const char *as, const char *path, struct import *im,
                      struct complaint *why)
{
    struct input in = { .count = 0 };
    struct buffer text;
    char pin[65] = "";
    enum error e;

    buffer_init(&text, FILE_MAX);
    e = read_file(path, &text, why);
    if (e == ERROR_OK)
        e = client_open(data, im->client, why);
    if (e == ERROR_OK && !isatty(STDIN_FILENO))
        e = input_read(&in, STDIN_FILENO, why);
    if (e == ERROR_OK)
        e = cli_ask_pin(&in, "PIN", pin, sizeof pin, why);
    if (e == ERROR_OK)
        e = client_sign_in(im->client, as, pin, why);
    memset(pin, 0, sizeof pin);
    if (e == ERROR_OK) {
        e = import_rows(im, buffer_span(&text), why);
        client_sign_out(im->client);
    }
    input_free(&in);
    buffer_free(&text);
    return e;
}

int command_patient(int argc, char **argv)
{
    const char *data = OPTIONS_DATA, *as = NULL;
    const struct option_spec specs[] = { { "data", &data, NULL, NULL }, { "as", &as, NULL, NULL } };
    struct option_words given;
    struct complaint why = { "" };
    struct import im = { .client = calloc(1, sizeof *im.client) };
    enum error e = options_parse(argc, argv, specs, 2, &given, &why);

    if (e == ERROR_OK && (given.count != 2 || strcmp(given.at[0], "import") != 0 || !as))
        e = complain(&why, ERROR_BAD_INPUT, "Say `phial patient import FILE --as LOGIN`.");
    if (e == ERROR_OK && !im.client)
        e = ERROR_NO_MEMORY;
    if (im.client)
        im.client->fd = -1;
    if (e == ERROR_OK)
        e = run(data, as, given.at[1], &im, &why);
    if (im.client)
        client_close(im.client);
    free(im.client);
    if (e == ERROR_OK) {
        (void)printf("%u added, %u known already, %u refused\n", im.added, im.known, im.refused);
        return im.refused ? COMMAND_NO : COMMAND_DONE;
    }
    (void)fprintf(stderr, "phial patient: %s\n", why.text[0] ? why.text : error_text(e));
    return cli_exit(e);
}
