/*
 * The statements of GE MUSE XML.
 *
 * A line of the report is one or several DiagnosisStatements; the last of a line has the flag
 * ENDSLINE. `Diagnosis` is what stands in the report, `OriginalDiagnosis` what the cart had said
 * before a person edited it.
 */
#include "instruments/ecg/muse.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/ecg_told.h"

#define TEST "TestDemographics/"

static bool has_flag(const struct xml_node *statement, const char *flag)
{
    const struct xml_node *node = xml_find(statement, "StmtFlag");
    while (node && strcmp(node->text, flag) != 0)
        node = xml_next(node);
    return node != NULL;
}

static enum error put_line(struct arena *a, struct buffer *line, struct ecg *e)
{
    const char *text = "";
    enum error error = ecg_text_take(a, buffer_span(line), &text);
    buffer_clear(line);
    return error == ERROR_OK ? ecg_told_statement(a, e, text, "") : error;
}

static enum error read_lines(struct arena *a, const struct xml_node *diagnosis, struct ecg *e)
{
    const struct xml_node *statement = xml_find(diagnosis, "DiagnosisStatement");
    struct buffer line;
    enum error error = ERROR_OK;

    buffer_init(&line, 2 * (size_t)LIMIT_TEXT);
    for (; statement && error == ERROR_OK; statement = xml_next(statement)) {
        const char *text = xml_text(statement, "StmtText");
        if (line.len && *text)
            (void)buffer_put_byte(&line, ' ');
        (void)buffer_put_format(&line, "%.*s", LIMIT_TEXT, text); /* put_line cuts a long line */
        if (has_flag(statement, "ENDSLINE"))
            error = put_line(a, &line, e);
    }
    if (error == ERROR_OK)
        error = put_line(a, &line, e);
    buffer_free(&line);
    return error;
}

static bool are_alike(const struct text_list *x, const struct text_list *y)
{
    if (x->count != y->count)
        return false;
    for (size_t i = 0; i < x->count; i++)
        if (strcmp(x->at[i], y->at[i]) != 0)
            return false;
    return true;
}

static enum error note_original(struct arena *a, struct ecg *e, const struct text_list *original)
{
    struct buffer lines;
    enum error error;

    buffer_init(&lines, LIMIT_TEXT);
    for (size_t i = 0; i < original->count; i++)
        (void)buffer_put_format(&lines, "%s%s", i ? " / " : "", original->at[i]);
    error = ecg_note(a, e, "A person has edited the statements. The cart had said: %.*s",
                     (int)lines.len, lines.at ? (const char *)lines.at : "");
    buffer_free(&lines);
    return error;
}

/* Only a report that says so was confirmed: a reader may be named before. */
static bool is_confirmed(const struct xml_node *root)
{
    return strcmp(xml_text(root, TEST "Status"), "CONFIRMED") == 0 ||
           strcmp(xml_text(root, TEST "EditListStatus"), "Confirmed") == 0;
}

static enum error read_confirmed_by(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const char *family = xml_text(root, TEST "OverreaderLastName");
    const char *given = xml_text(root, TEST "OverreaderFirstName");
    const char *id = xml_text(root, TEST "OverreaderID");

    if (!is_confirmed(root))
        return ERROR_OK;
    if (!*family && !*given)
        return ecg_text_take(a, span_text(id), &e->confirmed_by);
    return ecg_text_format(a, &e->confirmed_by, "%s%s%s", family, *family && *given ? ", " : "",
                           given);
}

enum error muse_read_diagnosis(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    struct ecg original;
    enum error error = read_lines(a, xml_find(root, "Diagnosis"), e);

    ecg_init(&original);
    if (error == ERROR_OK)
        error = read_lines(a, xml_find(root, "OriginalDiagnosis"), &original);
    if (error == ERROR_OK && e->statements.count == 0)
        e->statements = original.statements;
    else if (error == ERROR_OK && original.statements.count &&
             !are_alike(&original.statements, &e->statements))
        error = note_original(a, e, &original.statements);
    return error == ERROR_OK ? read_confirmed_by(a, root, e) : error;
}
