/* One command of the bench from its words to its exit status; see cli.h. */
#include "core/daemon/cli.h"

#include "core/base/text.h"
#include "core/daemon/commands.h"
#include "core/daemon/folder.h"
#include "core/daemon/options.h"
#include "core/store/read.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { CLI_JSON = 16 * 1024 * 1024 };

int cli_exit(enum error e)
{
    switch (e) {
    case ERROR_OK:
        return COMMAND_DONE;
    case ERROR_BAD_INPUT:
        return COMMAND_USAGE;
    case ERROR_NOT_FOUND:
    case ERROR_CONFLICT:
    case ERROR_DENIED:
        return COMMAND_NO;
    default:
        return COMMAND_ENVIRONMENT;
    }
}

/* Reads a line from the terminal without showing it. */
static enum error ask(const char *prompt, char *out, size_t size, struct complaint *why)
{
    struct termios before, silent;
    FILE *tty = fopen("/dev/tty", "r+e");
    bool read = false;

    if (!tty || tcgetattr(fileno(tty), &before) != 0) {
        if (tty)
            (void)fclose(tty);
        return complain(why, ERROR_BAD_INPUT,
                        "There is no terminal to ask for the PIN: give `pin: ...` on standard "
                        "input.");
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    (void)tcsetattr(fileno(tty), TCSAFLUSH, &silent);
    (void)fprintf(tty, "%s: ", prompt);
    (void)fflush(tty);
    read = fgets(out, (int)size, tty) != NULL;
    (void)tcsetattr(fileno(tty), TCSAFLUSH, &before);
    (void)fputs("\n", tty);
    (void)fclose(tty);
    if (!read)
        return complain(why, ERROR_BAD_INPUT, "No PIN was given.");
    out[strcspn(out, "\n")] = '\0';
    return ERROR_OK;
}

/* `pin` of the input, else asked for at the terminal without an echo. */
enum error cli_ask_pin(const struct input *in, const char *prompt, char *out, size_t size,
                       struct complaint *why)
{
    const char *given = input_find(in, "pin");
    if (given[0])
        return text_copy(out, size, given);
    return ask(prompt, out, size, why);
}

static void print_reply(const struct wire_message *m, bool json)
{
    static const enum wire_field shown[] = { WIRE_F_ORDER, WIRE_F_ACCESSION, WIRE_F_KEY,
                                             WIRE_F_SENTENCE };
    json_t *object = json_object();
    char *text;

    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        if (!wire_has(m, shown[i]))
            continue;
        if (json)
            (void)json_object_set_new(object, wire_field_name(shown[i]),
                                      json_string(wire_text(m, shown[i])));
        else
            (void)printf("%s: %s\n", wire_field_name(shown[i]), wire_text(m, shown[i]));
    }
    if (json && (text = json_dumps(object, JSON_COMPACT)) != NULL) {
        (void)puts(text);
        free(text);
    }
    json_decref(object);
}

static void print_json(const struct buffer *text, bool compact)
{
    json_t *root = json_loadb((const char *)text->at, text->len, 0, NULL);
    char *out = json_dumps(root, compact ? JSON_COMPACT : JSON_INDENT(2));

    if (out)
        (void)puts(out);
    free(out);
    json_decref(root);
}

/* Core has recorded the view; now the database may be read. */
static enum error show(const struct cli_options *o, const struct cli_word *word, const char *key,
                       bool covered, struct complaint *why)
{
    const struct clock clock = clock_system();
    const struct store_params params = { .key = key, .now = clock_now(&clock) };
    struct store_reader *reader = NULL;
    char path[FOLDER_PATH];
    struct buffer out;
    enum error e = folder_path(o->data, FOLDER_DATABASE, path);

    buffer_init(&out, CLI_JSON);
    if (e == ERROR_OK)
        e = covered ? store_open_covered(path, &reader, why) : store_open_read(path, &reader, why);
    if (e == ERROR_OK)
        e = store_read_json(reader, (enum store_query)word->query, &params, &out);
    if (e == ERROR_OK && out.len <= 2)
        e = complain(why, ERROR_NOT_FOUND, "There is no such thing.");
    if (e == ERROR_OK)
        print_json(&out, o->json);
    store_close_read(reader);
    buffer_free(&out);
    return e;
}

static enum error look(struct client *c, const struct cli_options *o, const struct cli_word *word,
                       const struct input *in, struct complaint *why)
{
    const char *key = word->key ? input_find(in, word->key) : "";
    struct wire_message reply;
    struct wire_writer w;
    enum error e;

    if (word->key && !key[0])
        return complain(why, ERROR_BAD_INPUT, "`%s: ...` is missing on standard input.", word->key);
    client_begin(c, &w, WIRE_VIEW);
    wire_put_text(&w, WIRE_F_WHAT, word->what);
    wire_put_text(&w, WIRE_F_KEY, key);
    e = client_call(c, &w, &reply, why);
    return e == ERROR_OK ? show(o, word, key, wire_number(&reply, WIRE_F_COVERED) != 0, why) : e;
}

static enum error ask_core(struct client *c, const struct cli_options *o,
                           const struct cli_word *word, const struct input *in,
                           struct complaint *why)
{
    struct wire_message reply;
    struct wire_writer w;
    enum error e;

    client_begin(c, &w, word->type);
    e = input_fill(in, &w, word->type, why);
    if (e != ERROR_OK) {
        wire_free(&w);
        return e;
    }
    e = client_call(c, &w, &reply, why);
    if (e == ERROR_OK)
        print_reply(&reply, o->json);
    return e;
}

static enum error run_word(const struct cli_options *o, const struct cli_word *word,
                           struct complaint *why)
{
    struct client *c = calloc(1, sizeof *c);
    struct input in = { .count = 0 };
    char pin[65] = "";
    enum error e = ERROR_NO_MEMORY;

    if (!c)
        return e;
    c->fd = -1;
    if (!o->as)
        e = complain(why, ERROR_BAD_INPUT, "Say who you are with --as LOGIN.");
    else
        e = client_open(o->data, c, why);
    if (e == ERROR_OK && (word->type != WIRE_VIEW || word->key || !isatty(STDIN_FILENO)))
        e = input_read(&in, STDIN_FILENO, why);
    if (e == ERROR_OK)
        e = cli_ask_pin(&in, "PIN", pin, sizeof pin, why);
    if (e == ERROR_OK)
        e = client_sign_in(c, o->as, pin, why);
    if (e == ERROR_OK) {
        e = word->type == WIRE_VIEW ? look(c, o, word, &in, why) : ask_core(c, o, word, &in, why);
        client_sign_out(c);
    }
    memset(pin, 0, sizeof pin);
    input_free(&in);
    client_close(c);
    free(c);
    return e;
}

static const struct cli_word *find_word(const struct cli_word *words, size_t count,
                                        const struct option_words *given)
{
    for (size_t i = 0; given->count == 1 && i < count; i++)
        if (strcmp(words[i].word, given->at[0]) == 0)
            return &words[i];
    return NULL;
}

int cli_run(int argc, char **argv, const struct cli_word *words, size_t count)
{
    struct cli_options o = { OPTIONS_DATA, NULL, false };
    const struct option_spec specs[] = { { "data", &o.data, NULL, NULL },
                                         { "as", &o.as, NULL, NULL },
                                         { "json", NULL, &o.json, NULL } };
    struct option_words given;
    struct complaint why = { "" };
    const struct cli_word *word = NULL;
    enum error e = options_parse(argc, argv, specs, sizeof specs / sizeof specs[0], &given, &why);

    if (e == ERROR_OK)
        word = find_word(words, count, &given);
    if (e == ERROR_OK && !word)
        e = complain(&why, ERROR_BAD_INPUT, "Say what to do: see `phial %s --help`.", argv[0]);
    if (e == ERROR_OK && word)
        e = run_word(&o, word, &why);
    if (e != ERROR_OK)
        (void)fprintf(stderr, "phial %s: %s\n", argv[0], why.text[0] ? why.text : error_text(e));
    return cli_exit(e);
}
