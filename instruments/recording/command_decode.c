/* `phial decode`: what a capture means, as JSON lines. */
#include "instruments/recording/commands.h"

#include "core/base/clock.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/recording/decode.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

enum { EXIT_DONE, EXIT_NO, EXIT_USAGE, EXIT_ENVIRONMENT };

static const char help[] =
    "Usage: phial decode [--profile ID] [--profiles FOLDER] [--samples] FILE...\n"
    "Prints what each capture, recorded session or EKG file means: one JSON object a line for "
    "each\n"
    "message or EKG.\n"
    "  --profile ID        read it by this profile instead of recognising one\n"
    "  --profiles FOLDER   look there for profiles before the built-in ones\n"
    "  --samples           with an EKG's samples, in microvolts\n"
    "  --help              this text\n"
    "A FILE of \"-\" is standard input.\n";

static enum error read_all(FILE *f, struct buffer *out)
{
    uint8_t piece[16384];
    enum error e = ERROR_OK;
    size_t got;

    while (e == ERROR_OK && (got = fread(piece, 1, sizeof piece, f)) > 0)
        e = buffer_put(out, span_of(piece, got));
    return e == ERROR_OK && ferror(f) ? ERROR_IO : e;
}

static enum error read_capture(const char *path, struct buffer *out, struct complaint *why)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *f = standard ? stdin : fopen(path, "rbe");
    enum error e;

    if (!f)
        return complain(why, ERROR_IO, "%s cannot be opened: %s.", path, strerror(errno));
    e = read_all(f, out);
    if (e == ERROR_TOO_BIG)
        e = complain(why, ERROR_BAD_INPUT, "%s is larger than a capture may be.", path);
    else if (e != ERROR_OK)
        e = complain(why, ERROR_IO, "%s cannot be read: %s.", path, strerror(errno));
    if (!standard)
        (void)fclose(f);
    return e;
}

/* One line of JSON; drops it. */
static enum error print_line(struct buffer *json, enum error e)
{
    if (e == ERROR_OK)
        e = buffer_put_byte(json, '\n');
    if (e == ERROR_OK && fwrite(json->at, 1, json->len, stdout) != json->len)
        e = ERROR_IO;
    buffer_free(json);
    return e;
}

static enum error print_record(void *context, const struct record *record)
{
    struct buffer json;

    (void)context;
    buffer_init(&json, LIMIT_DECODE_ARENA);
    return print_line(&json, record_to_json(record, &json));
}

/* The context is whether samples are wanted. */
static enum error print_ecg(void *context, const struct ecg *ecg)
{
    const bool *samples = context;
    struct buffer json;

    buffer_init(&json, SIZE_MAX); /* a record is as bounded as its arena */
    return print_line(&json, ecg_to_json(ecg, *samples, &json));
}

static enum error decode_file(const char *path, const struct decode_options *options,
                              const struct decode_sink *sink, struct complaint *why)
{
    struct buffer bytes;
    enum error e;

    buffer_init(&bytes, LIMIT_CAPTURE_FILE);
    e = read_capture(path, &bytes, why);
    if (e == ERROR_OK)
        e = decode_bytes(path, buffer_span(&bytes), options, sink, why);
    buffer_free(&bytes);
    return e;
}

/* The worst of all files decides. */
static int exit_of(enum error e)
{
    if (e == ERROR_OK)
        return EXIT_DONE;
    return e == ERROR_IO || e == ERROR_NO_MEMORY ? EXIT_ENVIRONMENT : EXIT_NO;
}

static int decode_files(int count, char **paths, const struct decode_options *options,
                        const struct decode_sink *sink)
{
    int worst = EXIT_DONE;
    for (int i = 0; i < count; i++) {
        struct complaint why = { "" };
        enum error e = decode_file(paths[i], options, sink, &why);
        int code = exit_of(e);
        if (e != ERROR_OK)
            (void)fprintf(stderr, "phial decode: %s\n", *why.text ? why.text : error_text(e));
        worst = code > worst ? code : worst;
    }
    return fflush(stdout) == 0 ? worst : EXIT_ENVIRONMENT;
}

static int refuse_use(const char *what)
{
    (void)fprintf(stderr, "phial decode: %s\n%s", what, help);
    return EXIT_USAGE;
}

int command_decode(int argc, char **argv)
{
    static const struct option options[] = { { "profile", required_argument, NULL, 'p' },
                                             { "profiles", required_argument, NULL, 'f' },
                                             { "samples", no_argument, NULL, 's' },
                                             { "help", no_argument, NULL, 'h' },
                                             { NULL, 0, NULL, 0 } };
    struct clock clock = clock_system();
    struct decode_options chosen = { NULL, NULL, clock_now(&clock) };
    bool samples = false;
    const struct decode_sink sink = { &samples, print_record, print_ecg };
    struct profile *p;
    struct complaint why;
    int option;

    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'h')
            return fputs(help, stdout) < 0 ? EXIT_ENVIRONMENT : EXIT_DONE;
        if (option == 'p')
            chosen.profile = optarg;
        else if (option == 'f')
            chosen.folder = optarg;
        else if (option == 's')
            samples = true;
        else
            return refuse_use("this is not how it is called.");
    }
    if (optind >= argc)
        return refuse_use("name at least one file.");
    if (chosen.profile) {
        if (profile_load(chosen.profile, chosen.folder, &p, &why) != ERROR_OK)
            return refuse_use(why.text);
        profile_free(p);
    }
    return decode_files(argc - optind, argv + optind, &chosen, &sink);
}
