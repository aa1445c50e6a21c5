/* One file of an EKG cart, read and told to core. */
#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "instruments/worker/ekg.h"

#include <sodium.h>

/* The samples of all leads, one behind the other; lead `i` ends at `ends[i]`. */
struct packed {
    struct buffer bytes;
    size_t ends[LIMIT_ECG_LEADS];
};

static enum error pack(const struct ecg *e, struct packed *out, struct complaint *why)
{
    enum error error = e->lead_count <= LIMIT_ECG_LEADS ? ERROR_OK : ERROR_TOO_BIG;

    for (size_t i = 0; error == ERROR_OK && i < e->lead_count; i++) {
        if (e->leads[i].count)
            error = ecg_samples_pack(&e->leads[i], &out->bytes);
        out->ends[i] = out->bytes.len;
    }
    return error == ERROR_TOO_BIG
               ? complain(why, error,
                          "The recording is longer than Phial keeps; export it as a "
                          "PDF.")
               : error;
}

static enum error send_lead(struct channel *core, uint64_t session, size_t ordinal,
                            struct span samples)
{
    enum error e = ERROR_OK;

    for (size_t at = 0; e == ERROR_OK && at < samples.len; at += LIMIT_FRAME) {
        size_t rest = samples.len - at;
        struct wire_writer w;
        wire_begin(&w, WIRE_WAVEFORM);
        wire_put_number(&w, WIRE_F_SESSION, session);
        wire_put_number(&w, WIRE_F_ORDINAL, ordinal);
        wire_put_bytes(&w, WIRE_F_BYTES,
                       span_of(samples.at + at, rest < LIMIT_FRAME ? rest : LIMIT_FRAME));
        e = channel_send(core, &w);
    }
    return e;
}

static void begin_tracing(struct wire_writer *w, const struct ekg_file *file)
{
    uint8_t digest[crypto_hash_sha256_BYTES];

    (void)crypto_hash_sha256(digest, file->bytes.at, file->bytes.len);
    wire_begin(w, WIRE_TRACING);
    wire_put_number(w, WIRE_F_SESSION, file->session);
    wire_put_bytes(w, WIRE_F_HASH, span_of(digest, sizeof digest));
}

static enum error send_tracing(struct channel *core, const struct ekg_file *file,
                               const struct ecg *e, const struct packed *packed,
                               const struct buffer *facts)
{
    enum error error = ERROR_OK;
    struct wire_writer w;
    size_t at = 0;

    for (size_t i = 0; error == ERROR_OK && i < e->lead_count; i++) {
        error =
            send_lead(core, file->session, i, span_of(packed->bytes.at + at, packed->ends[i] - at));
        at = packed->ends[i];
    }
    if (error != ERROR_OK)
        return error;
    begin_tracing(&w, file);
    wire_put_text(&w, WIRE_F_FORMAT, ecg_format_id(e->format));
    wire_put_text(&w, WIRE_F_FACTS, (const char *)facts->at);
    return channel_send(core, &w);
}

static enum error send_refusal(struct channel *core, const struct ekg_file *file,
                               const char *sentence)
{
    struct wire_writer w;

    begin_tracing(&w, file);
    wire_put_text(&w, WIRE_F_COMPLAINT, sentence);
    return channel_send(core, &w);
}

static enum error send_end(struct channel *core, uint64_t session)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_SESSION_END);
    wire_put_number(&w, WIRE_F_SESSION, session);
    wire_put_number(&w, WIRE_F_ENDING, SESSION_END_NORMAL);
    wire_put_number(&w, WIRE_F_COUNT, 1);
    return channel_send(core, &w);
}

/* Everything that core is to know of the file is made before the first word of it is sent. */
static enum error read_file(const struct ekg_file *file, struct arena *arena, struct ecg *e,
                            struct packed *packed, struct buffer *facts, struct complaint *why)
{
    enum error error =
        file->broken
            ? complain(
                  why, ERROR_BAD_INPUT,
                  "The file broke off after %zu bytes, before all of it was kept. One that came "
                  "by a folder or a stick comes again by itself; one that was being recorded "
                  "does not: record again.",
                  file->bytes.len)
            : ecg_decode(arena, file->bytes, file->now, e, why);

    if (error == ERROR_OK)
        error = pack(e, packed, why);
    if (error == ERROR_OK)
        error = ecg_to_json(e, false, facts);
    if (error == ERROR_OK)
        error = buffer_put_byte(facts, 0);
    return error == ERROR_TOO_BIG && !why->text[0]
               ? complain(why, error, "The file says more than Phial keeps; export it as a PDF.")
               : error;
}

enum error ekg_answer(struct channel *core, const struct ekg_file *file)
{
    struct complaint why = { "" };
    struct packed packed;
    struct buffer facts;
    struct arena arena;
    struct ecg ecg;
    enum error e;

    arena_init(&arena, LIMIT_ECG_ARENA);
    buffer_init(&packed.bytes, LIMIT_ECG_PACKED);
    buffer_init(&facts, LIMIT_ECG_FACTS);
    ecg_init(&ecg);
    e = read_file(file, &arena, &ecg, &packed, &facts, &why);
    if (e == ERROR_OK)
        e = send_tracing(core, file, &ecg, &packed, &facts);
    else
        e = send_refusal(core, file, why.text[0] ? why.text : error_text(e));
    if (e == ERROR_OK)
        e = send_end(core, file->session);
    buffer_free(&facts);
    buffer_free(&packed.bytes);
    arena_free(&arena);
    return e;
}
