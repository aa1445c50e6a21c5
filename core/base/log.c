/* One line to standard error in one write, so that lines of several processes do not mix. */
#include "core/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void log_line(enum log_number number, const char *who, const char *format, ...)
{
    char line[1024];
    va_list args;
    int at = snprintf(line, sizeof line, "P%03d %s: ", (int)number, who);
    size_t used;

    if (at < 0 || (size_t)at >= sizeof line)
        return;
    va_start(args, format);
    (void)vsnprintf(line + at, sizeof line - (size_t)at - 1, format, args);
    va_end(args);
    used = strlen(line);
    line[used++] = '\n';
    if (write(STDERR_FILENO, line, used) < 0)
        return; /* nowhere is left to say it */
}
