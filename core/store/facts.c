/* Adding facts: the id from the one sequence, the link, the row. */
#include "core/store/internal.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

enum { INSERT_TEXT = 2048 };

#define PICK(name, table) table,
static const char *const tables[] = { FACT_TABLE(PICK) };
#undef PICK

const char *fact_table(enum fact fact)
{
    return (unsigned)fact < FACT_COUNT ? tables[fact] : "";
}

static void put_u64(uint8_t out[8], uint64_t value)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

void fact_hash_begin(struct fact_hash *h, const char *table, int64_t id)
{
    static const char form[] = "phial-1";
    uint8_t number[8];

    h->position = 0;
    put_u64(number, (uint64_t)id);
    crypto_hash_sha256_init(&h->state);
    crypto_hash_sha256_update(&h->state, (const uint8_t *)form, sizeof form);
    crypto_hash_sha256_update(&h->state, (const uint8_t *)table, strlen(table) + 1);
    crypto_hash_sha256_update(&h->state, number, sizeof number);
}

void fact_hash_column(struct fact_hash *h, enum field_kind kind, int64_t number, struct span bytes)
{
    static const char tags[] = { 0, 'i', 't', 'b' };
    uint8_t integer[8];
    uint8_t head[7];

    h->position++;
    if (kind == FIELD_NULL)
        return;
    if (kind == FIELD_INTEGER) {
        put_u64(integer, (uint64_t)number);
        bytes = span_of(integer, sizeof integer);
    }
    head[0] = (uint8_t)h->position;
    head[1] = (uint8_t)(h->position >> 8);
    head[2] = (uint8_t)tags[kind];
    for (int i = 0; i < 4; i++)
        head[3 + i] = (uint8_t)(bytes.len >> (8 * i));
    crypto_hash_sha256_update(&h->state, head, sizeof head);
    if (bytes.len)
        crypto_hash_sha256_update(&h->state, bytes.at, bytes.len);
}

void fact_hash_end(struct fact_hash *h, const uint8_t previous[STORE_LINK], uint8_t out[STORE_LINK])
{
    static const uint8_t end[2] = { 0, 0 };
    crypto_hash_sha256_update(&h->state, end, sizeof end);
    crypto_hash_sha256_update(&h->state, previous, STORE_LINK);
    crypto_hash_sha256_final(&h->state, out);
}

/* The position of a column decides what its hash means: the caller's list must be the table's. */
static enum error check_columns(struct store *s, const char *table, const struct field *columns,
                                size_t count)
{
    static const char list[] = "SELECT name FROM pragma_table_info(?1) WHERE name NOT IN ('id', "
                               "'link') ORDER BY cid";
    sqlite3_stmt *names;
    enum error e = sql_prepare(&s->sql, list, &names);
    size_t at = 0;

    if (e != ERROR_OK)
        return e;
    sql_bind_text(names, 1, table);
    while ((e = sql_next(names)) == ERROR_OK && at < count &&
           strcmp((const char *)sqlite3_column_text(names, 0), columns[at].name) == 0)
        at++;
    (void)sqlite3_reset(names);
    return e == ERROR_NOT_FOUND && at == count ? ERROR_OK : e == ERROR_OK ? ERROR_BUG : e;
}

static enum error insert_text(char *out, const char *table, const struct field *columns,
                              size_t count)
{
    size_t used = (size_t)snprintf(out, INSERT_TEXT, "INSERT INTO %s (id, link", table);

    for (size_t i = 0; i < count && used < INSERT_TEXT; i++)
        used += (size_t)snprintf(out + used, INSERT_TEXT - used, ", %s", columns[i].name);
    for (size_t i = 0; i < count + 2 && used < INSERT_TEXT; i++)
        used +=
            (size_t)snprintf(out + used, INSERT_TEXT - used, "%s", i == 0 ? ") VALUES (?" : ", ?");
    if (used >= INSERT_TEXT - 1)
        return ERROR_BUG;
    return text_copy(out + used, INSERT_TEXT - used, ")");
}

static enum error insert_prepare(struct store *s, enum fact fact, const struct field *columns,
                                 size_t count)
{
    char text[INSERT_TEXT];
    enum error e = check_columns(s, tables[fact], columns, count);

    if (e == ERROR_OK)
        e = insert_text(text, tables[fact], columns, count);
    if (e != ERROR_OK)
        return e;
    return sql_error(sqlite3_prepare_v3(s->sql.db, text, -1, SQLITE_PREPARE_PERSISTENT,
                                        &s->inserts[fact], NULL));
}

static int bind_field(sqlite3_stmt *insert, int at, const struct field *f)
{
    const void *bytes = f->bytes.at ? (const void *)f->bytes.at : "";
    switch (f->kind) {
    case FIELD_INTEGER:
        return sqlite3_bind_int64(insert, at, f->number);
    case FIELD_TEXT:
        return sqlite3_bind_text64(insert, at, bytes, f->bytes.len, SQLITE_STATIC, SQLITE_UTF8);
    case FIELD_BLOB:
        return sqlite3_bind_blob64(insert, at, bytes, f->bytes.len, SQLITE_STATIC);
    case FIELD_NULL:
        break;
    }
    return sqlite3_bind_null(insert, at);
}

static enum error insert_row(sqlite3_stmt *insert, const struct store_head *row,
                             const struct field *columns, size_t count)
{
    int code = sqlite3_bind_int64(insert, 1, row->id);

    if (code == SQLITE_OK)
        code = sqlite3_bind_blob(insert, 2, row->link, STORE_LINK, SQLITE_STATIC);
    for (size_t i = 0; i < count && code == SQLITE_OK; i++)
        code = bind_field(insert, (int)i + 3, &columns[i]);
    if (code != SQLITE_OK)
        return sql_error(code);
    return sql_finish(insert);
}

enum error fact_add(struct store *s, enum fact fact, const struct field *columns, size_t count,
                    int64_t *id)
{
    struct store_head row = { .id = s->head.id + 1 };
    struct fact_hash h;
    enum error e = store_writable(s);

    if (e == ERROR_OK && !s->inserts[fact])
        e = insert_prepare(s, fact, columns, count);
    if (e != ERROR_OK)
        return store_spoil(s, e);
    fact_hash_begin(&h, tables[fact], row.id);
    for (size_t i = 0; i < count; i++)
        fact_hash_column(&h, columns[i].kind, columns[i].number, columns[i].bytes);
    fact_hash_end(&h, s->head.link, row.link);
    e = insert_row(s->inserts[fact], &row, columns, count);
    if (e != ERROR_OK)
        return store_spoil(s, e);
    s->head = row;
    if (id)
        *id = row.id;
    return ERROR_OK;
}
