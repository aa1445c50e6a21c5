/* `phial livd`: a maker's LIVD sheet as lines of a profile. */
#include "instruments/profile/commands.h"

#include "core/base/limits.h"
#include "instruments/profile/livd.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

enum { EXIT_DONE, EXIT_NO, EXIT_USAGE, EXIT_ENVIRONMENT };

static const char help[] =
    "Usage: phial livd FILE --profile ID [--profiles FOLDER]\n"
    "Prints the section [analytes] that a maker's LIVD sheet (as CSV) makes for a profile.\n"
    "A code with several LOINC codes becomes remarks to choose from; until then it maps to "
    "nothing.\n"
    "  --profile ID        the profile whose units are used\n"
    "  --profiles FOLDER   look there for profiles before the built-in ones\n"
    "  --help              this text\n";

static int refuse_use(const char *what)
{
    (void)fprintf(stderr, "phial livd: %s\n%s", what, help);
    return EXIT_USAGE;
}

static int fail(enum error e, const struct complaint *why)
{
    (void)fprintf(stderr, "phial livd: %s\n", *why->text ? why->text : error_text(e));
    return e == ERROR_BAD_INPUT || e == ERROR_NOT_FOUND ? EXIT_NO : EXIT_ENVIRONMENT;
}

static enum error read_sheet(const char *path, struct buffer *out, struct complaint *why)
{
    uint8_t piece[16384];
    FILE *f = fopen(path, "rbe");
    enum error e = ERROR_OK;
    size_t got;

    if (!f)
        return complain(why, ERROR_IO, "%s cannot be opened: %s.", path, strerror(errno));
    while (e == ERROR_OK && (got = fread(piece, 1, sizeof piece, f)) > 0)
        e = buffer_put(out, span_of(piece, got));
    if (e != ERROR_OK)
        e = complain(why, ERROR_BAD_INPUT, "%s is larger than a sheet may be.", path);
    else if (ferror(f))
        e = complain(why, ERROR_IO, "%s cannot be read: %s.", path, strerror(errno));
    (void)fclose(f);
    return e;
}

static int print(const struct buffer *lines, const struct livd_summary *s)
{
    if (fwrite(lines->at, 1, lines->len, stdout) != lines->len || fflush(stdout) != 0)
        return EXIT_ENVIRONMENT;
    (void)fprintf(stderr,
                  "phial livd: %zu codes mapped, %zu wait for your choice, %zu rows left out "
                  "because they have no code or no LOINC with the right check digit.\n",
                  s->lines, s->choices, s->refused);
    return EXIT_DONE;
}

static int convert(const char *path, const char *id, const char *folder)
{
    struct livd_summary summary = { 0, 0, 0 };
    struct complaint why = { "" };
    struct profile *p = NULL;
    struct buffer sheet, lines;
    enum error e;
    int code;

    if (profile_load(id, folder, &p, &why) != ERROR_OK)
        return refuse_use(why.text);
    buffer_init(&sheet, LIMIT_CAPTURE_FILE);
    buffer_init(&lines, LIMIT_CAPTURE_FILE);
    e = read_sheet(path, &sheet, &why);
    if (e == ERROR_OK)
        e = livd_convert(path, buffer_span(&sheet), p, &lines, &summary, &why);
    code = e == ERROR_OK ? print(&lines, &summary) : fail(e, &why);
    buffer_free(&lines);
    buffer_free(&sheet);
    profile_free(p);
    return code;
}

int command_livd(int argc, char **argv)
{
    static const struct option options[] = { { "profile", required_argument, NULL, 'p' },
                                             { "profiles", required_argument, NULL, 'f' },
                                             { "help", no_argument, NULL, 'h' },
                                             { NULL, 0, NULL, 0 } };
    const char *id = NULL, *folder = NULL;
    int option;

    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'h')
            return fputs(help, stdout) < 0 ? EXIT_ENVIRONMENT : EXIT_DONE;
        if (option == 'p')
            id = optarg;
        else if (option == 'f')
            folder = optarg;
        else
            return refuse_use("this is not how it is called.");
    }
    if (optind + 1 != argc)
        return refuse_use("name one sheet.");
    if (!id)
        return refuse_use("name the profile.");
    return convert(argv[optind], id, folder);
}
