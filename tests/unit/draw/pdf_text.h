/* What stands on the pages of a PDF, as a reader that is not ours has it. */
#ifndef PHIAL_TESTS_UNIT_DRAW_PDF_TEXT_H
#define PHIAL_TESTS_UNIT_DRAW_PDF_TEXT_H

#include "core/base/buffer.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PDF_TEXT = 65536 };

/* What poppler reads on the paper; the caller frees it. */
static char *pdf_text(const struct buffer *pdf)
{
    char path[] = "/tmp/phial-paper-XXXXXX", read[sizeof path + 4];
    char *text = calloc(1, PDF_TEXT);
    int fd = mkstemp(path), status;
    FILE *file = fdopen(fd, "w");
    pid_t child;

    assert_true(fd >= 0 && file && text);
    assert_int_equal(fwrite(pdf->at, 1, pdf->len, file), pdf->len);
    assert_int_equal(fclose(file), 0);
    (void)snprintf(read, sizeof read, "%s.txt", path);
    child = fork();
    if (child == 0) {
        (void)execlp("pdftotext", "pdftotext", "-layout", path, read, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    file = fopen(read, "re");
    assert_non_null(file);
    assert_true(fread(text, 1, PDF_TEXT - 1, file) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(remove(path) | remove(read), 0);
    return text;
}

#endif
