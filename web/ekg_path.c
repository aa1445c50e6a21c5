/* Reading the address of an EKG's picture. */
#include "web/ekg_path.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

static const char prefix[] = "/ekg/";

bool ekg_path_is_ours(const char *path)
{
    return strncmp(path, prefix, strlen(prefix)) == 0;
}

enum error ekg_path_parse(const char *path, struct ekg_wanted *out)
{
    static const char *const forms[] = { [EKG_SVG] = ".svg",
                                         [EKG_PDF] = ".pdf",
                                         [EKG_SIGNED] = "/signed",
                                         [EKG_ORIGINAL] = "/original" };
    const char *at = ekg_path_is_ours(path) ? path + strlen(prefix) : "";
    size_t digits = strspn(at, "0123456789");
    char number[24];
    uint64_t id;

    if (digits >= sizeof number)
        return ERROR_NOT_FOUND;
    (void)snprintf(number, sizeof number, "%.*s", (int)digits, at);
    if (text_to_u64(number, &id) != ERROR_OK || id > INT64_MAX)
        return ERROR_NOT_FOUND;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(at + digits, forms[i]) == 0) {
            *out =
                (struct ekg_wanted) { (int64_t)id, (enum ekg_form)i, tracing_view_usual(), false };
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

enum error ekg_path_option(const char *name, const char *value, struct ekg_wanted *wanted,
                           struct complaint *why)
{
    static const struct {
        const char *name;
        enum error (*parse)(const char *text, struct tracing_view *view);
    } options[] = {
        { "layout", tracing_layout_parse }, { "order", tracing_order_parse },
        { "speed", tracing_speed_parse },   { "gain", tracing_gain_parse },
        { "from", tracing_from_parse },
    };

    if (strcmp(name, "automatic") == 0) {
        wanted->automatic = value && strcmp(value, "1") == 0;
        return ERROR_OK;
    }
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (strcmp(name, options[i].name) == 0) {
            if (value && options[i].parse(value, &wanted->view) == ERROR_OK)
                return ERROR_OK;
            return complain(why, ERROR_BAD_INPUT, "An EKG cannot be drawn with this %s.", name);
        }
    return complain(why, ERROR_BAD_INPUT, "The picture of an EKG has no such option.");
}
