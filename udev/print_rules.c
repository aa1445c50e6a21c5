/* Prints 60-phial.rules; with a file's name it compares instead: exit 1 when they differ. */
#include "udev/rules.h"

#include "core/base/limits.h"

#include <stdio.h>

enum { EXIT_SAME, EXIT_DIFFERENT, EXIT_USAGE, EXIT_ENVIRONMENT };

static int compare(struct span rules, const char *path)
{
    FILE *f = fopen(path, "rbe");
    size_t at = 0;
    int c, same;

    if (!f) {
        (void)fprintf(stderr, "print_rules: %s cannot be opened.\n", path);
        return EXIT_ENVIRONMENT;
    }
    while ((c = fgetc(f)) != EOF && at < rules.len && c == rules.at[at])
        at++;
    same = c == EOF && at == rules.len && !ferror(f);
    (void)fclose(f);
    if (!same)
        (void)fprintf(
            stderr,
            "print_rules: %s is not what the profiles say, from byte %zu on; make it anew "
            "with print_rules > %s.\n",
            path, at, path);
    return same ? EXIT_SAME : EXIT_DIFFERENT;
}

int main(int argc, char **argv)
{
    struct complaint why = { "" };
    struct buffer rules;
    int code = EXIT_ENVIRONMENT;

    if (argc > 2) {
        (void)fprintf(stderr, "Usage: print_rules [FILE]\n");
        return EXIT_USAGE;
    }
    buffer_init(&rules, LIMIT_PROFILE_FILE);
    if (rules_write(&rules, &why) != ERROR_OK)
        (void)fprintf(stderr, "print_rules: %s\n", why.text);
    else if (argc == 2)
        code = compare(buffer_span(&rules), argv[1]);
    else if (fwrite(rules.at, 1, rules.len, stdout) == rules.len && fflush(stdout) == 0)
        code = EXIT_SAME;
    buffer_free(&rules);
    return code;
}
