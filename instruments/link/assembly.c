/* Joining frames; see the header for the invariants. */
#include "instruments/link/assembly.h"

#include "core/base/limits.h"

void assembly_init(struct assembly *a)
{
    *a = (struct assembly) { .accepted = 0 };
    buffer_init(&a->text, LIMIT_MESSAGE);
    buffer_init(&a->last_bytes, LIMIT_FRAME);
}

void assembly_free(struct assembly *a)
{
    buffer_free(&a->text);
    buffer_free(&a->last_bytes);
}

void assembly_clear(struct assembly *a)
{
    buffer_clear(&a->text);
    buffer_clear(&a->last_bytes);
    a->last_number = 0;
    a->accepted = 0;
    a->more = false;
    a->undo = 0;
}

enum assembly_verdict assembly_judge(const struct assembly *a, const struct frame_view *view,
                                     struct span bytes)
{
    if (a->accepted == 0 || view->number == (a->last_number + 1) % FRAME_NUMBERS)
        return ASSEMBLY_NEXT;
    if (view->number != a->last_number)
        return ASSEMBLY_WRONG;
    return span_equal(bytes, buffer_span(&a->last_bytes)) ? ASSEMBLY_REPEAT : ASSEMBLY_REUSED;
}

enum error assembly_try(struct assembly *a, const struct frame_view *view)
{
    a->undo = a->text.len;
    return assembly_join(&a->text, view);
}

void assembly_undo(struct assembly *a)
{
    a->text.len = a->undo;
}

enum error assembly_accept(struct assembly *a, const struct frame_view *view, struct span bytes,
                           bool *whole)
{
    enum error e;
    buffer_clear(&a->last_bytes);
    e = buffer_put(&a->last_bytes, bytes);
    if (e != ERROR_OK) {
        assembly_undo(a);
        return e;
    }
    a->last_number = view->number;
    a->more = view->more;
    a->accepted++;
    *whole = assembly_is_whole(buffer_span(&a->text));
    return ERROR_OK;
}

void assembly_handed_on(struct assembly *a)
{
    buffer_clear(&a->text);
    a->undo = 0;
    a->more = false;
}

static bool is_line_end(uint8_t byte)
{
    return byte == BYTE_CR || byte == BYTE_LF;
}

bool assembly_has_rest(const struct assembly *a)
{
    for (size_t i = 0; i < a->text.len; i++)
        if (!is_line_end(a->text.at[i]))
            return true;
    return false;
}

enum error assembly_join(struct buffer *text, const struct frame_view *view)
{
    size_t before = text->len;
    enum error e = buffer_put(text, view->text);
    if (e == ERROR_OK && !view->more && text->len && !is_line_end(text->at[text->len - 1]))
        e = buffer_put_byte(text, BYTE_CR);
    if (e != ERROR_OK)
        text->len = before;
    return e;
}

/* The field delimiter is the character after H; without an H the standard's. */
static uint8_t field_delimiter(struct span text)
{
    bool named = text.len > 1 && text.at[0] == 'H' && !is_line_end(text.at[1]);
    return named ? text.at[1] : '|';
}

bool assembly_is_whole(struct span text)
{
    size_t end = text.len, start;

    if (end == 0 || !is_line_end(text.at[end - 1]))
        return false;
    while (end && is_line_end(text.at[end - 1]))
        end--;
    for (start = end; start && !is_line_end(text.at[start - 1]);)
        start--;
    if (start == end || text.at[start] != 'L')
        return false;
    return start + 1 == end || text.at[start + 1] == field_delimiter(text);
}
