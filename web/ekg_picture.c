/* Drawing an EKG for a person who may see it, or handing out the cart's file. */
#include "web/ekg_picture.h"

#include "core/base/text.h"
#include "core/model/people.h"
#include "web/gzip.h"
#include "web/view.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { SENTENCE = 160 };

/* One tracing as the store has it, the order it is tied to (NULL: none) with everybody's names, and
 * its samples. */
struct sheet {
    struct arena arena;
    struct ecg ecg;
    json_t *tracing, *order, *people;
};

static const char policy_svg[] = "default-src 'none'; frame-ancestors 'none'; sandbox";
/* The page shows a cart's PDF in a frame of its own; the browser's viewer needs nothing else. */
static const char policy_pdf[] = "default-src 'none'; base-uri 'none'; form-action 'none'; "
                                 "frame-ancestors 'self'";
static const char policy_file[] = "default-src 'none'; frame-ancestors 'none'; sandbox";

struct option_reader {
    struct ekg_wanted *wanted;
    struct complaint *why;
    enum error error;
};

static enum MHD_Result on_option(void *context, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    struct option_reader *reader = context;

    (void)kind;
    reader->error = ekg_path_option(name, value, reader->wanted, reader->why);
    return reader->error == ERROR_OK ? MHD_YES : MHD_NO;
}

enum error ekg_picture_parse(struct request *r, const char *path, struct complaint *why)
{
    struct option_reader reader = { &r->ekg, why, ERROR_OK };

    if (ekg_path_parse(path, &r->ekg) != ERROR_OK)
        return complain(why, ERROR_NOT_FOUND, "There is no such picture.");
    (void)MHD_get_connection_values(r->connection, MHD_GET_ARGUMENT_KIND, on_option, &reader);
    return reader.error;
}

json_t *ekg_picture_view(const struct request *r)
{
    char key[24];

    (void)snprintf(key, sizeof key, "%lld", (long long)r->ekg.tracing);
    return json_pack("{s:s,s:s,s:i}", "what", "tracing", "key", key, "automatic",
                     r->ekg.automatic ? 1 : 0);
}

/* ---- what is drawn ---- */

static void sheet_free(struct sheet *s)
{
    json_decref(s->tracing);
    json_decref(s->order);
    json_decref(s->people);
    arena_free(&s->arena);
}

/* The tracing's facts, and those of its order. */
static enum error sheet_read(const struct request *r, struct sheet *s)
{
    const char *order;
    char key[24];
    enum error e;

    (void)snprintf(key, sizeof key, "%lld", (long long)r->ekg.tracing);
    e = view_object(r->web, READ_TRACING, key, &s->tracing);
    if (e == ERROR_OK && !json_object_get(s->tracing, "tracing"))
        e = ERROR_NOT_FOUND;
    if (e != ERROR_OK)
        return e;
    order = view_member(s->tracing, "order");
    if (!*order)
        return ERROR_OK;
    e = view_object(r->web, READ_EKG, order, &s->order);
    return e == ERROR_OK ? view_object(r->web, READ_PEOPLE, "", &s->people) : e;
}

/* Of the order's tracings the one that is asked for. */
static json_t *tied_tracing(const struct request *r, const struct sheet *s)
{
    json_t *each;
    size_t i;

    json_array_foreach(json_object_get(s->order, "tracings"), i, each)
    {
        if (view_number(each, "tracing") == r->ekg.tracing)
            return each;
    }
    return NULL;
}

static bool has_signed(const struct request *r, json_t *review)
{
    json_t *overread = json_object_get(review, "overread");
    return strcmp(view_member(review, "kind"), "signed") == 0 && json_is_object(overread) &&
           view_number(overread, "tracing") == r->ekg.tracing;
}

/* The newest review that signed this tracing as the order stands now; NULL: it is not signed. */
static json_t *signed_review(const struct request *r, const struct sheet *s)
{
    json_t *review, *found = NULL;
    size_t i;

    json_array_foreach(json_object_get(s->order, "reviews"), i, review)
    {
        if (json_is_true(json_object_get(review, "current")) && has_signed(r, review) &&
            (!found || view_number(review, "at") > view_number(found, "at")))
            found = review;
    }
    return found;
}

/* 1958-07-19 as people write it here, 07/19/1958; anything else as it stands. */
static void write_date(const char *date, char out[SENTENCE])
{
    bool whole = strlen(date) == 10 && date[4] == '-' && date[7] == '-';

    if (whole)
        (void)snprintf(out, SENTENCE, "%.2s/%.2s/%.4s", date + 5, date + 8, date);
    else
        (void)snprintf(out, SENTENCE, "%s", date);
}

/* Over the picture stands whose it is; as the file says, as long as nobody has tied it. */
static void write_caption(const struct sheet *s, char out[LIMIT_TEXT])
{
    json_t *patient = json_object_get(s->order, "patient");
    const char *sent = view_member(json_object_get(s->tracing, "patient"), "name");
    char birth_date[SENTENCE];

    write_date(view_member(patient, "birth_date"), birth_date);
    if (patient)
        (void)snprintf(out, LIMIT_TEXT, "%s, %s · DOB %s · MRN %s", view_member(patient, "family"),
                       view_member(patient, "given"), birth_date, view_member(patient, "mrn"));
    else
        (void)snprintf(out, LIMIT_TEXT, "in the file: %s", *sent ? sent : "no name");
}

static enum error draw_svg(struct request *r, struct sheet *s, struct complaint *why)
{
    char caption[LIMIT_TEXT];
    enum error e;

    write_caption(s, caption);
    r->answer.max = TRACING_SVG_MAX;
    e = tracing_draw_svg(&s->ecg, r->ekg.view, caption, &r->answer, why);
    if (e != ERROR_OK)
        return e;
    r->type = "image/svg+xml";
    r->policy = policy_svg;
    r->gzip = gzip_is_taken(MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND,
                                                        MHD_HTTP_HEADER_ACCEPT_ENCODING)) &&
              gzip_pack(&r->answer) == ERROR_OK;
    return ERROR_OK;
}

/* "Maria Invented (medical assistant)" */
static void write_person(json_t *person, char out[LIMIT_NAME])
{
    enum role role;

    if (role_parse(view_member(person, "role"), &role) == ERROR_OK)
        (void)snprintf(out, LIMIT_NAME, "%s (%s)", view_member(person, "name"), role_text(role));
    else
        (void)snprintf(out, LIMIT_NAME, "%s", view_member(person, "name"));
}

/* The names of the identifiers that were compared, from a list or from a text. */
static void write_identifiers(json_t *identifiers, char out[SENTENCE])
{
    json_t *each;
    size_t i, len = 0;

    out[0] = '\0';
    if (json_is_string(identifiers))
        (void)snprintf(out, SENTENCE, "%s", json_string_value(identifiers));
    json_array_foreach(identifiers, i, each)
    {
        if (len < SENTENCE)
            len += (size_t)snprintf(out + len, SENTENCE - len, "%s%s", i ? ", " : "",
                                    json_string_value(each));
    }
}

static void write_tie(json_t *tied, char out[LIMIT_TEXT])
{
    char identifiers[SENTENCE], at[VIEW_TIME], person[LIMIT_NAME];

    write_identifiers(json_object_get(tied, "identifiers"), identifiers);
    write_person(json_object_get(tied, "by"), person);
    view_local_time(view_number(tied, "at"), at);
    (void)snprintf(out, LIMIT_TEXT, "two identifiers (%s) confirmed by %s %s", identifiers, person,
                   at);
}

static const char *meaning_text(const char *meaning)
{
    static const char *const texts[][2] = {
        { "OVERREAD_CONFIRMED", "over-read, the cart's statements confirmed" },
        { "OVERREAD_CHANGED", "over-read, changed" },
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(meaning, texts[i][0]) == 0)
            return texts[i][1];
    return meaning;
}

/* The provider's name out of the list of people; the login where there is none. */
static const char *provider_name(json_t *people, const char *login)
{
    json_t *each;
    size_t i;

    json_array_foreach(json_object_get(people, "rows"), i, each)
    {
        if (strcmp(view_member(each, "login"), login) == 0)
            return view_member(each, "name");
    }
    return login;
}

/* As whose it was ordered, by whom it was tied; with `review` also who signed it, and what. */
static enum error draw_report(struct request *r, struct sheet *s, json_t *review,
                              struct tracing_view view, struct buffer *out, struct complaint *why)
{
    char tied[LIMIT_TEXT], received[VIEW_TIME], signed_at[VIEW_TIME], person[LIMIT_NAME];
    json_t *patient = json_object_get(s->order, "patient"), *tracing = tied_tracing(r, s);
    json_t *overread = json_object_get(review, "overread");
    const struct tracing_overread signature = {
        .opinion = view_member(overread, "opinion"),
        .reading = view_member(overread, "reading"),
        .person = person,
        .meaning = meaning_text(view_member(review, "meaning")),
        .signed_at = signed_at,
        .original = view_member(overread, "original"),
        .picture = view_member(overread, "picture"),
        .renderer = view_member(overread, "renderer"),
        .layout = view_member(overread, "layout"),
    };
    const struct tracing_report report = {
        .family = view_member(patient, "family"),
        .given = view_member(patient, "given"),
        .birth_date = view_member(patient, "birth_date"),
        .sex = view_member(patient, "sex"),
        .mrn = view_member(patient, "mrn"),
        .order = view_member(s->order, "order"),
        .provider = provider_name(s->people, view_member(s->order, "provider")),
        .reason = view_member(s->order, "reason"),
        .site = r->web->settings.site,
        .received_at = received,
        .tied = tied,
        .original = view_member(tracing, "original"),
        .overread = review ? &signature : NULL,
    };

    write_tie(json_object_get(tracing, "tied"), tied);
    write_person(json_object_get(review, "by"), person);
    view_local_time(view_number(tracing, "received_at"), received);
    view_local_time(view_number(review, "at"), signed_at);
    return tracing_draw_pdf(r->web->drawer, &s->ecg, view, &report, out, why);
}

static void name_file(struct request *r, const char *how, const char *what, const char *ending)
{
    (void)snprintf(r->disposition, sizeof r->disposition, "%s; filename=\"%s-%lld.%s\"", how, what,
                   (long long)r->ekg.tracing, ending);
}

/* The bytes that are sent are the bytes that are hashed. */
static void seal_pdf(struct request *r)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    (void)crypto_hash_sha256(hash, r->answer.at, r->answer.len);
    text_hex(r->picture, span_of(hash, sizeof hash));
    r->type = "application/pdf";
    r->policy = policy_pdf;
}

static enum error draw_pdf(struct request *r, struct sheet *s, struct complaint *why)
{
    enum error e;

    if (!tied_tracing(r, s))
        return complain(why, ERROR_CONFLICT,
                        "This EKG is not tied to an order yet, so there is no page to sign.");
    if (!tracing_drawable(&s->ecg))
        return complain(
            why, ERROR_CONFLICT,
            "The cart sent a document, not a tracing: it is shown and signed as it is.");
    r->answer.max = LIMIT_ECG_PDF;
    e = draw_report(r, s, NULL, r->ekg.view, &r->answer, why);
    if (e != ERROR_OK)
        return e;
    tracing_view_text(r->ekg.view, r->layout);
    seal_pdf(r);
    ekg_shown_add(&r->web->shown, r->ekg.tracing, r->layout, r->picture);
    name_file(r, "inline", "ekg", "pdf");
    return ERROR_OK;
}

enum error ekg_picture_shown(const struct request *r, json_t *overread, struct complaint *why)
{
    const char *layout = view_member(overread, "layout");
    struct tracing_view view;

    if (tracing_view_parse(layout, &view) != ERROR_OK || /* a document's: core judges it */
        ekg_shown_has(&r->web->shown, view_number(overread, "tracing"), layout,
                      view_member(overread, "picture")))
        return ERROR_OK;
    return complain(why, ERROR_CONFLICT,
                    "This page of the EKG was not drawn here. Open the EKG again and read it.");
}

/* Drawn anew in the view that was signed. */
static enum error draw_signed(struct request *r, struct sheet *s, struct complaint *why)
{
    json_t *review = signed_review(r, s);
    struct tracing_view view = tracing_view_usual();
    enum error e;

    if (!review)
        return complain(why, ERROR_NOT_FOUND, "This EKG is not signed.");
    if (tracing_drawable(&s->ecg) &&
        tracing_view_parse(view_member(json_object_get(review, "overread"), "layout"), &view) !=
            ERROR_OK)
        return complain(why, ERROR_UNSUPPORTED,
                        "It was signed in a layout that this version does not draw.");
    r->answer.max = LIMIT_ECG_PDF;
    e = draw_report(r, s, review, view, &r->answer, why);
    if (e != ERROR_OK)
        return e;
    seal_pdf(r);
    name_file(r, "inline", "ekg-signed", "pdf");
    return ERROR_OK;
}

/* ---- the cart's own file ---- */

static const char *ending_of(const char *format)
{
    static const char *const endings[ECG_FORMAT_COUNT] = {
        [ECG_FORMAT_PDF] = "pdf",         [ECG_FORMAT_SCP] = "scp",
        [ECG_FORMAT_AECG] = "xml",        [ECG_FORMAT_MUSE] = "xml",
        [ECG_FORMAT_DICOM] = "dcm",       [ECG_FORMAT_PHILIPS] = "xml",
        [ECG_FORMAT_MORTARA] = "xml",     [ECG_FORMAT_CONTEC_ECG90A] = "ecg",
        [ECG_FORMAT_CONTEC_LIVE] = "bin",
    };
    enum ecg_format known;
    return ecg_format_parse(format, &known) == ERROR_OK ? endings[known] : "bin";
}

/* A PDF may be shown by the browser; anything else is a file to be kept. */
static enum error send_original(struct request *r, const struct sheet *s)
{
    const char *format = view_member(s->tracing, "format");
    bool pdf = strcmp(format, ecg_format_id(ECG_FORMAT_PDF)) == 0;
    enum error e;

    r->answer.max = LIMIT_ECG_FILE;
    e = store_read_original(r->web->reader, r->ekg.tracing, &r->answer);
    if (e != ERROR_OK)
        return e;
    r->type = pdf ? "application/pdf" : "application/octet-stream";
    r->policy = pdf ? policy_pdf : policy_file;
    name_file(r, pdf ? "inline" : "attachment", "ekg-original", ending_of(format));
    return ERROR_OK;
}

/* ---- the answer ---- */

static enum error answer(struct request *r, struct sheet *s, struct complaint *why)
{
    enum error e = sheet_read(r, s);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such EKG.");
    if (e == ERROR_OK && r->ekg.form == EKG_ORIGINAL && r->web->reader == r->web->covered)
        return complain(
            why, ERROR_DENIED,
            "The cart's own file holds the patient's name. Ask to see the names first.");
    if (e == ERROR_OK && r->ekg.form == EKG_ORIGINAL)
        return send_original(r, s);
    if (e == ERROR_OK)
        e = store_read_tracing(r->web->reader, r->ekg.tracing, &s->arena, &s->ecg);
    if (e != ERROR_OK)
        return e;
    if (r->ekg.form == EKG_SVG)
        return draw_svg(r, s, why);
    return r->ekg.form == EKG_PDF ? draw_pdf(r, s, why) : draw_signed(r, s, why);
}

void ekg_picture_answer(struct request *r)
{
    struct complaint why = { "" };
    struct sheet s = { 0 };
    enum error e;

    arena_init(&s.arena, LIMIT_ECG_ARENA);
    e = r->web->pictures < EKG_ROOM
            ? answer(r, &s, &why)
            : complain(&why, ERROR_BUSY, "Many EKGs are being shown. Try again in a moment.");
    sheet_free(&s);
    if (e != ERROR_OK) {
        request_refuse(r, e, why.text[0] ? why.text : "It cannot be shown. Load the page again.");
        return;
    }
    r->counted = r->answer.cap;
    r->web->pictures += r->counted;
}

void ekg_picture_done(struct request *r)
{
    r->web->pictures -= r->counted;
    r->counted = 0;
}
