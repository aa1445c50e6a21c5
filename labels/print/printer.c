/* Reading what the configuration says about a printer. */
#include "labels/print/printer.h"

#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum error copy_part(char *out, size_t size, struct span part)
{
    if (!part.len || part.len >= size)
        return ERROR_BAD_INPUT;
    memcpy(out, part.at, part.len);
    out[part.len] = '\0';
    return ERROR_OK;
}

static enum error parse_folder(const char *port, struct printer_setup *out)
{
    return copy_part(out->folder, sizeof out->folder, span_text(port));
}

/* HOST:PORT; an IPv6 address stands in brackets. */
static enum error parse_address(const char *address, struct printer_setup *out)
{
    const char *colon = strrchr(address, ':');
    struct span host;

    if (!colon)
        return ERROR_BAD_INPUT;
    host = span_of(address, (size_t)(colon - address));
    if (host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']')
        host = span_of(host.at + 1, host.len - 2);
    if (copy_part(out->host, sizeof out->host, host) != ERROR_OK)
        return ERROR_BAD_INPUT;
    return copy_part(out->service, sizeof out->service, span_text(colon + 1));
}

/* Four hexadecimal digits. */
static bool parse_id(const char *text, unsigned *out)
{
    char digits[5] = "";
    char *end;

    if (strlen(text) < 4)
        return false;
    memcpy(digits, text, 4);
    *out = (unsigned)strtoul(digits, &end, 16);
    return end == digits + 4 && digits[0] != '-' && digits[0] != '+' && digits[0] != ' ';
}

/* VVVV:PPPP, then @SOCKET and #SERIAL as wanted. */
static enum error parse_usb(const char *port, struct printer_setup *out)
{
    const char *rest = port + 9, *serial;
    size_t len;

    if (strlen(port) < 9 || port[4] != ':' || !parse_id(port, &out->vendor) ||
        !parse_id(port + 5, &out->product))
        return ERROR_BAD_INPUT;
    serial = strchr(rest, '#');
    len = serial ? (size_t)(serial - rest) : strlen(rest);
    if (len && (rest[0] != '@' ||
                copy_part(out->path, sizeof out->path, span_of(rest + 1, len - 1)) != ERROR_OK))
        return ERROR_BAD_INPUT;
    if (serial)
        return copy_part(out->serial, sizeof out->serial, span_text(serial + 1));
    return ERROR_OK;
}

static enum error parse_queue(const char *port, struct printer_setup *out)
{
    if (strpbrk(port, " /#\t"))
        return ERROR_BAD_INPUT;
    return copy_part(out->queue, sizeof out->queue, span_text(port));
}

static const struct kind {
    const char *id, *port;
    enum error (*parse)(const char *port, struct printer_setup *out);
} kinds[] = {
    [PRINTER_FILE] = { "file", "a folder", parse_folder },
    [PRINTER_TCP] = { "tcp", "an address and a port such as 192.0.2.7:9100", parse_address },
    [PRINTER_USB] = { "usb",
                      "the printer's ids such as 0a5f:0084 (phial doctor lists them), and "
                      "@1-1.2 for its socket or #SERIAL where there are several",
                      parse_usb },
    [PRINTER_CUPS] = { "cups", "the name of a queue (`lpstat -e` lists them)", parse_queue },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static enum error read_port(const struct printer_words *words, struct printer_setup *out,
                            struct complaint *why)
{
    for (int i = 0; i < KINDS; i++) {
        if (strcmp(words->kind, kinds[i].id) != 0)
            continue;
        out->kind = (enum printer_kind)i;
        if (kinds[i].parse(words->port, out) == ERROR_OK)
            return ERROR_OK;
        return complain(why, ERROR_BAD_INPUT,
                        "[printer %s] port= of a printer of kind=%s is %s, not \"%s\".",
                        words->name, kinds[i].id, kinds[i].port, words->port);
    }
    return complain(why, ERROR_BAD_INPUT,
                    "[printer %s] kind= must be file, tcp, usb or cups, not \"%s\".", words->name,
                    words->kind);
}

/* Settings */

static bool set_dpi(const char *value, struct printer_setup *out)
{
    uint64_t number;
    if (text_to_u64(value, &number) != ERROR_OK ||
        (number != 203 && number != 300 && number != 600))
        return false;
    out->dpi = (unsigned)number;
    return true;
}

static bool set_language(const char *value, struct printer_setup *out)
{
    const struct language *language = language_find(value);
    if (language)
        out->language = language;
    return language != NULL;
}

static bool set_format(const char *value, struct printer_setup *out)
{
    return label_format_parse(value, &out->format) == ERROR_OK || set_language(value, out);
}

static bool set_media(const char *value, struct printer_setup *out)
{
    return media_parse(value, &out->media) == ERROR_OK;
}

static bool set_yes(const char *value, bool *out)
{
    if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
        return false;
    *out = value[0] == 'y';
    return true;
}

static bool set_answers(const char *value, struct printer_setup *out)
{
    out->answers_said = true;
    return set_yes(value, &out->answers);
}

static bool set_compress(const char *value, struct printer_setup *out)
{
    return set_yes(value, &out->compress);
}

static const struct setting {
    const char *key, *values;
    bool (*set)(const char *value, struct printer_setup *out);
} settings[] = {
    { "language", "zpl, epl2, tspl, brother-ql, dymo-450 or dymo-550", set_language },
    { "dpi", "203, 300 or 600", set_dpi },
    { "media", "what is loaded, in millimetres across and along: 62 for a tape, 62x29 for labels",
      set_media },
    { "format", "pdf, png, svg or a language", set_format },
    { "answers", "yes or no", set_answers },
    { "compress", "yes or no", set_compress },
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static enum error read_setting(const char *name, const char *setting, struct printer_setup *out,
                               struct complaint *why)
{
    const char *equals = strchr(setting, '=');
    size_t len = equals ? (size_t)(equals - setting) : 0;

    for (int i = 0; i < SETTINGS && equals; i++) {
        if (strlen(settings[i].key) != len || memcmp(settings[i].key, setting, len) != 0)
            continue;
        if (settings[i].set(equals + 1, out))
            return ERROR_OK;
        return complain(why, ERROR_BAD_INPUT, "[printer %s] %s= must be %s, not \"%s\".", name,
                        settings[i].key, settings[i].values, equals + 1);
    }
    return complain(why, ERROR_BAD_INPUT,
                    "[printer %s] does not know the setting \"%s\"; it knows language=, dpi=, "
                    "media=, format=, answers= and compress=.",
                    name, setting);
}

/* The whole */

/* What was not said. */
static void complete(struct printer_setup *s)
{
    bool on_wire = s->kind == PRINTER_TCP || s->kind == PRINTER_USB;

    if (!s->language && on_wire)
        s->language = language_find("zpl");
    if (!s->dpi)
        s->dpi = s->language ? s->language->dpi : s->kind == PRINTER_CUPS ? 300 : 203;
    if (s->language && !s->media.width_mm)
        s->media = s->language->media;
    if (!s->answers_said)
        s->answers = !(s->language && s->language->mute_on_network && s->kind == PRINTER_TCP);
}

static enum error check_fit(const struct printer_words *words, const struct printer_setup *s,
                            enum label_stock stock, struct complaint *why)
{
    int width, height, across, along;
    char loaded[48];

    if (!s->language || !s->language->area)
        return ERROR_OK;
    media_text(s->media, loaded);
    if (s->language->area(s->media, s->dpi, &across, &along) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "[printer %s] language=%s cannot print on %s: docs/printers.md lists "
                        "what it can.",
                        words->name, s->language->id, loaded);
    label_size((struct label_medium) { stock, s->dpi }, &width, &height);
    if ((width > across || height > along) && (height > across || width > along))
        return complain(why, ERROR_BAD_INPUT,
                        "[printer %s] stock=%s does not fit on %s: choose another stock= or "
                        "another media=.",
                        words->name, label_stock_id(stock), loaded);
    return ERROR_OK;
}

static enum error check_whole(const struct printer_words *words, const struct printer_setup *s,
                              struct complaint *why)
{
    enum label_stock stock;

    if (label_stock_parse(words->stock, &stock) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "[printer %s] stock= must be 2x1, 1.5x0.5 or 62x29, not \"%s\".",
                        words->name, words->stock);
    if (s->language && !language_has_dpi(s->language, s->dpi))
        return complain(why, ERROR_BAD_INPUT,
                        "[printer %s] a printer of language=%s does not have %u dots an inch: "
                        "leave dpi= out, or look at the printer's plate.",
                        words->name, s->language->id, s->dpi);
    if (!s->language && s->kind == PRINTER_CUPS && s->format == LABEL_SVG)
        return complain(why, ERROR_BAD_INPUT,
                        "[printer %s] format= of a queue must be pdf, png or a language.",
                        words->name);
    return check_fit(words, s, stock, why);
}

enum error printer_read(const struct printer_words *words, struct printer_setup *out,
                        struct complaint *why)
{
    struct printer_setup setup = { .format = LABEL_PDF, .answers = true };
    enum error e;

    (void)text_copy(setup.name, sizeof setup.name, words->name);
    e = read_port(words, &setup, why);
    for (size_t i = 0; e == ERROR_OK && i < words->setting_count; i++)
        e = read_setting(words->name, words->settings[i], &setup, why);
    if (e == ERROR_OK) {
        complete(&setup);
        e = check_whole(words, &setup, why);
    }
    if (e == ERROR_OK)
        *out = setup;
    return e;
}

/* Why a label of that printer has to be scanned back before anybody knows that it is there. */
static const char *says_nothing(const struct printer_setup *s)
{
    if (s->kind == PRINTER_FILE)
        return "";
    if (s->kind == PRINTER_CUPS)
        return "A queue cannot tell whether a label came out: each one has to be scanned back.";
    if (!s->answers)
        return "It does not report: each label has to be scanned back.";
    if (s->language->proof == PROOF_NONE)
        return "Its language has no word for a label that came out: each one has to be scanned "
               "back.";
    return "";
}

void printer_remarks(const struct printer_setup *s, struct complaint *out)
{
    const char *silent = says_nothing(s);
    char draft[160] = "";

    if (s->language && s->language->draft)
        (void)snprintf(draft, sizeof draft,
                       "language=%s is a draft, written from documents and never seen on a "
                       "printer: try it before it is needed.%s",
                       s->language->id, *silent ? " " : "");
    (void)complain(out, ERROR_OK, "%s%s", draft, silent);
}
