/*
 * Every act of every role that writes, in an order in which each can be done: what the power fails
 * in the middle of, and what two people do in the same second. A new message of
 * core/daemon/permit.c needs a row here. A program includes this once.
 *
 * What an act says is "field=text|field=text". {order SIGN} in a text stands for the newest order
 * of the patient with that MRN, {last task} for the newest row of that table; see story_words.
 */
#ifndef PHIAL_TESTS_MUST_STORY_H
#define PHIAL_TESTS_MUST_STORY_H

#include "tests/must/story_world.h"

#include "core/daemon/permit.h"

/* Done twice it is two things, or the second time nothing: each person may be told "done". */
enum story_twice { ONCE, AGAIN };

struct story_act {
    enum wire_type type;
    const char *who, *says;
    enum story_twice twice;
};

#define SAW(mrn) "order={order " mrn "}|version={version " mrn "}"
#define OWN_PIN "pin=" STORY_PIN
#define TWO "identifier=name|identifier=birth date"

static const struct story_act story_acts[] = {
    /* the laboratory's books */
    { WIRE_LIMITS_PROPOSE, "lena", "reference_set=Slip|limits=4548-4,,,,,,,,,%|reason=a slip",
      ONCE },
    { WIRE_LIMITS_WITHDRAW, "lena", "reference_set=Slip|reason=a slip", ONCE },
    { WIRE_LIMITS_PROPOSE, "lena",
      "reference_set=Story|limits=4548-4,,,,,,,,,%\n2339-0,,,,70,99,,,,mg/dL|reason=insert", ONCE },
    { WIRE_APPROVE, "dora", "reference_set=Story|" OWN_PIN, ONCE },
    { WIRE_RULE_SET, "dora", "rule=clock|finding=against|level=warn|reason=small drift|" OWN_PIN,
      AGAIN },
    { WIRE_STABILITY_SET, "dora", "test=SUGAR|temperature=room|minutes=480|source=insert", AGAIN },
    { WIRE_READING_SET, "dora",
      "test=SUGAR|kind=number|read_from=0|read_to=0|second_look=never|source=insert|range=2-600|"
      "control=no",
      AGAIN },
    { WIRE_PLACE_SET, "lena", "name=Fridge|measure=°C|low=2|high=8", AGAIN },
    { WIRE_TEMPERATURE_ADD, "maria", "place={last place}|lowest=3|highest=7", AGAIN },
    { WIRE_ITEM_SET, "lena", "name=Strips|kind=kit|test=SUGAR|days=90", AGAIN },
    { WIRE_LOT_RECEIVE, "maria", "item={last item}|lot=S1|expires=2099-12-31|count=2", AGAIN },
    { WIRE_LOT_OPEN, "maria", "lot_id={last lot}", AGAIN },
    { WIRE_LOT_RECEIVE, "maria", "item={last item}|lot=S2|expires=2099-12-31|count=2", AGAIN },
    { WIRE_LOT_MARK, "maria", "lot_id={last lot}|kind=quarantine|reason=wet box", AGAIN },
    /* people */
    { WIRE_USER_ADD, "ada", "login=nina|name=Nina-TEST|role=medical-assistant|new_pin=314159",
      ONCE },
    { WIRE_USER_PIN, "ada", "login=nina|new_pin=141421", AGAIN },
    { WIRE_USER_CHANGE, "ada", "login=nina|role=front-desk|active=1|reason=moved desks|" OWN_PIN,
      AGAIN },
    { WIRE_BADGE_ISSUE, "ada", "login=nina", AGAIN },
    { WIRE_BADGE_WITHDRAW, "ada", "login=nina|reason=it is lost", AGAIN },
    { WIRE_OPERATOR_NAME, "lena", "operator=OP7|login=maria", AGAIN },
    { WIRE_CERTIFY, "lena",
      "login=maria|test=SUGAR|trained_on=2024-01-05|valid_until=2099-01-05|method=observation|"
      "method=quiz|evidence=folder 3|" OWN_PIN,
      AGAIN },
    { WIRE_CERTIFY, "lena",
      "login=kim|test=SUGAR|trained_on=2024-01-05|valid_until=2099-01-05|method=observation|"
      "method=quiz|evidence=folder 3|" OWN_PIN,
      AGAIN },
    { WIRE_CERTIFY_END, "lena", "login=kim|test=SUGAR|reason=has forgotten|" OWN_PIN, ONCE },
    { WIRE_EMERGENCY_BEGIN, "otto", "reason=a patient collapsed in the hall|" OWN_PIN, AGAIN },
    { WIRE_EMERGENCY_REVIEW, "dora", "emergency={last emergency}|justified=1|note=it was right",
      ONCE },
    /* patients and orders */
    { WIRE_PATIENT_ADD, "maria", "mrn=ANN|family=Ann-TEST|birth_date=1980-01-02|sex=F", AGAIN },
    { WIRE_PATIENT_ADD, "maria", "mrn=ANN2|family=Ann-TEST|birth_date=1980-01-02|sex=F", AGAIN },
    { WIRE_PATIENT_MERGE, "lena",
      "mrn=ANN|merged_mrn=ANN2|identifier=address|identifier=telephone|reason=registered twice",
      ONCE },
    { WIRE_PATIENT_UNMERGE, "lena", "merge={last patient_merge}|reason=two people", ONCE },
    { WIRE_PATIENT_CORRECT, "maria",
      "mrn=ANN2|version={last patient}|family=Anne-TEST|birth_date=1980-01-02|sex=F|"
      "identifier=address|identifier=telephone|reason=misspelt",
      ONCE },
    { WIRE_ORDER_ENTER, "maria",
      "mrn=ANN|family=Ann-TEST|birth_date=1980-01-02|sex=F|provider=dana|test=A1C|mode=oral",
      AGAIN },
    { WIRE_ORAL_AUTHORISE, "dana", "order={order ANN}|method=signed", ONCE },
    { WIRE_IDENTIFY, "maria", "order={order ANN}|" TWO "|method=stated", AGAIN },
    { WIRE_COLLECT, "maria", "order={order ANN}|specimen_type=blood|site=left arm|fasting=yes",
      ONCE },
    { WIRE_LABEL_PRINT, "maria", "accession={tube ANN}", ONCE },
    { WIRE_LABEL_VERIFY, "maria", "accession={tube ANN}|scanned={tube ANN}", AGAIN },
    { WIRE_RECEIVE, "maria", "accession={tube ANN}", ONCE },
    { WIRE_STORE, "maria", "accession={tube ANN}|location=fridge|temperature=cold", AGAIN },
    { WIRE_MOVE, "maria", "accession={tube ANN}|location=bench|temperature=room", AGAIN },
    { WIRE_ADD_ON, "maria", "accession={tube ANN}|test=SUGAR|provider=dana|volume=enough", ONCE },
    { WIRE_READING_BEGIN, "maria", "accession={tube ANN}|test=SUGAR", ONCE },
    { WIRE_READING_VOID, "maria", "run={last reading_run}|reason=spilt", ONCE },
    { WIRE_READING_BEGIN, "maria", "accession={tube ANN}|test=SUGAR", ONCE },
    { WIRE_READING_LOOK, "maria", "run={last reading_run}|value=88|again=88", ONCE },
    { WIRE_ALIQUOT, "maria", "accession={tube ANN}|container=cryovial", AGAIN },
    { WIRE_REJECT, "maria", "accession={tube ANN}|reason_code=RH|recollect=yes", ONCE },
    { WIRE_REJECTION_SEEN, "dana", "accession={tube ANN}", ONCE },
    { WIRE_ORDER_CANCEL, "maria", "order={order ANN}|reason=patient has left", ONCE },
    { WIRE_DISPOSE, "maria", "accession={tube ANN}|method=sharps bin", ONCE },
    /* on paper */
    { WIRE_PAPER_RESERVE, "maria", "count=3|reason=for the drawer", AGAIN },
    { WIRE_PAPER_ENTER, "maria",
      "accession={paper}|order={order PAPER}|" TWO
      "|collector=maria|collected_at={now}|reason=no power|specimen_type=blood",
      ONCE },
    { WIRE_PAPER_VOID, "maria", "accession={paper}|reason=torn", ONCE },
    /* what waits for somebody's decision */
    { WIRE_RESOLVE, "lena",
      "message={message 999}|resolution=link|accession={tube LINK}|" TWO "|reason=tube found",
      ONCE },
    { WIRE_RESOLVE, "lena", "message={message 998}|resolution=qc|reason=a control", ONCE },
    { WIRE_RELEASE, "lena", "message={held RELEASE}|rule=qc|reason=the control passed right after",
      ONCE },
    { WIRE_UNDO, "lena",
      "message={measured UNDO}|reason_code=wrong-patient|reason=tubes were swapped", ONCE },
    { WIRE_PROPOSAL_END, "dora", "proposal={last proposal}|outcome=confirmed", ONCE },
    /* quality control */
    { WIRE_QC_LEVEL, "lena",
      "test=A1C|instrument=afinion-1|control=Other|level=2|source=insert|code=4548-4|low=8|high=9|"
      "expected=|mean=|sd=|unit=%",
      ONCE },
    { WIRE_QC_TRIGGER, "lena", "test=A1C|instrument=afinion-1|trigger=on_demand|basis=site-policy",
      AGAIN },
    { WIRE_QC_ENTER, "maria", "qc={first qc_level}|code=4548-4|value=9.9|lot=C1|expires=2099-12-31",
      AGAIN },
    { WIRE_QC_ACTION, "maria", "qc={last qc_run}|note=took a new vial", AGAIN },
    { WIRE_QC_REVIEW, "lena", "qc={last qc_run}|note=seen", AGAIN },
    { WIRE_QC_LOOK, "lena", "qc={last qc_run}|result_id={reached}|outcome=stands", ONCE },
    { WIRE_QC_ENTER, "maria", "qc={first qc_level}|code=4548-4|value=5.5|lot=C1|expires=2099-12-31",
      AGAIN },
    { WIRE_QC_VOID, "lena", "qc={last qc_run}|reason=it had expired", ONCE },
    { WIRE_QC_PLACE, "maria", "message={message CONTROL}|reason=none of ours", ONCE },
    { WIRE_MAINTENANCE, "maria", "instrument=afinion-1|kind=maintenance|name=cleaned", AGAIN },
    /* the provider, and what follows */
    { WIRE_SIGN, "dana",
      SAW("SIGN") "|meaning=REVIEWED|disposition=call-patient|owner=maria|due={tomorrow}|"
                  "instruction=Call her.|" OWN_PIN,
      ONCE },
    { WIRE_TASK_STEP, "maria", "task={last task}|outcome=done|note=called", ONCE },
    { WIRE_SIGN_BATCH, "dana", SAW("NORMAL1") "|" SAW("NORMAL2") "|meaning=REVIEWED|" OWN_PIN,
      ONCE },
    { WIRE_RETURN, "dana", SAW("RETURN") "|note=look again", AGAIN },
    { WIRE_RETURN_ANSWER, "maria", SAW("RETURN") "|note=measured again", ONCE },
    { WIRE_CRITICAL_ATTEMPT, "maria",
      SAW("TELL") "|outcome=no-answer|told_to=Dana|method=telephone", AGAIN },
    { WIRE_CRITICAL_TOLD, "maria",
      SAW("TELL") "|told_to=Dana|credential=MD|method=in person|value_read=7.4 %|read_back=7.4",
      AGAIN },
    { WIRE_VIEW, "dana", "what=order|key={order CORRECT}", AGAIN },
    { WIRE_CORRECT, "lena",
      SAW("CORRECT") "|result_id={result CORRECT}|kind=value|value=6.1|reason_code=typing|"
                     "reason=typed wrongly|" OWN_PIN,
      ONCE },
    { WIRE_NOTICE_SEEN, "dana", "item_id={last notice_item}|note=read", ONCE },
    { WIRE_TASK_ADD, "dana", SAW("TASK") "|owner=maria|due={tomorrow}|instruction=Call her.",
      AGAIN },
    { WIRE_OWN, "dana", "order={order OWN}|outcome=offered|owner=paul", AGAIN },
    { WIRE_OWN, "paul", "order={order OWN}|outcome=accepted", ONCE },
    { WIRE_COVER_ASK, "dana",
      "deputy=paul|from_day={tomorrow}|until_day={tomorrow}|reason=a holiday", AGAIN },
    { WIRE_COVER_ANSWER, "paul", "cover={last cover}|outcome=accepted", ONCE },
    /* EKGs */
    { WIRE_EKG_OPEN, "maria", "order={order EKG}|instrument=cart-1", AGAIN },
    { WIRE_EKG_CLOSE, "maria", "instrument=cart-1", ONCE },
    { WIRE_EKG_TIE, "maria", "tracing={first tracing}|order={order EKG}|" TWO "|reason=I was there",
      ONCE },
    { WIRE_EKG_TIE, "maria", "tracing={last tracing}|order={order EKG}|" TWO "|reason=I was there",
      ONCE },
    { WIRE_EKG_CHOOSE, "maria", SAW("EKG") "|tracing={last tracing}|reason=artefact", ONCE },
    { WIRE_OVERREAD, "dana",
      SAW("EKG") "|tracing={last tracing}|opinion=agree|layout=3x4 standard 25 10|picture="
                 "abababababababababababababababababababababababababababababababab|" OWN_PIN,
      ONCE },
    { WIRE_EKG_UNTIE, "maria", "tracing={first tracing}|reason=not hers", ONCE },
    /* sent out */
    { WIRE_LAB_SET, "lena",
      "name=Faraway-TEST|address=1 Far Street, Elsewhere NY|clia=33D1234567|test=A1C|days=2",
      AGAIN },
    { WIRE_MANIFEST_OPEN, "maria", "laboratory={last reference_lab}|temperature=cold", AGAIN },
    { WIRE_MANIFEST_PACK, "maria", "manifest={manifest}|accession={tube AWAY1}", ONCE },
    { WIRE_MANIFEST_UNPACK, "maria", "manifest={manifest}|accession={tube AWAY1}|reason=wrong bag",
      ONCE },
    { WIRE_MANIFEST_PACK, "maria", "manifest={manifest}|accession={tube AWAY1}", ONCE },
    { WIRE_MANIFEST_PACK, "maria", "manifest={manifest}|accession={tube AWAY2}", ONCE },
    { WIRE_HAND_OVER, "maria", "manifest={manifest}|count=2|courier=Rider-TEST|scanned={manifest}",
      ONCE },
    { WIRE_REFERENCE_RESULT, "maria",
      "accession={tube AWAY1}|lab_number=L9|reported_at=2026-03-12|" TWO
      "|code=4548-4|value=5.5|unit=%|range=|flag=",
      ONCE },
    { WIRE_SENDOUT_CLOSE, "maria", "accession={tube AWAY2}|reason=lost by the courier", ONCE },
    { WIRE_OUTBOX_RELEASE, "lena", "outbox={first outbox_message}|reason=it is mended", ONCE },
    { WIRE_OUTBOX_DROP, "lena", "outbox={last outbox_message}|reason=they have it on paper", ONCE },
    /* the record */
    { WIRE_BILLING_SET, "lena", "billing=A1C,own code", AGAIN },
    { WIRE_REVEAL, "otto", "what=order|key={order SIGN}|reason=an inspection", AGAIN },
    { WIRE_PURGE_PROPOSE, "ada", "before={years ago}|reason=past retention", AGAIN },
    { WIRE_PURGE_APPROVE, "dora", "purge={last purge}|" OWN_PIN, ONCE },
};

enum { STORY_ACTS = sizeof story_acts / sizeof story_acts[0], STORY_TEXT = 512 };

/* ---- What the words in braces mean ---- */

static const struct story_word {
    const char *word, *sql; /* ?1 is the rest of the word */
} story_words[] = {
    { "order", "SELECT o.number FROM orders o JOIN patient p ON p.id = o.patient WHERE p.mrn = ?1 "
               "ORDER BY o.id DESC LIMIT 1" },
    { "version", "SELECT w.version FROM worklist w JOIN orders o ON o.id = w.orders JOIN patient p "
                 "ON p.id = o.patient WHERE p.mrn = ?1 ORDER BY o.id DESC LIMIT 1" },
    { "tube", "SELECT s.accession FROM specimen s JOIN orders o ON o.id = s.orders JOIN patient p "
              "ON p.id = o.patient WHERE p.mrn = ?1 ORDER BY s.id LIMIT 1" },
    { "result", "SELECT r.id FROM result r JOIN orders o ON o.id = r.orders JOIN patient p ON p.id "
                "= o.patient WHERE p.mrn = ?1 ORDER BY r.id DESC LIMIT 1" },
    { "measured", "SELECT r.message FROM result r JOIN orders o ON o.id = r.orders JOIN patient p "
                  "ON p.id = o.patient WHERE p.mrn = ?1 ORDER BY r.id DESC LIMIT 1" },
    { "message", "SELECT max(id) FROM message WHERE specimen_text = ?1" },
    { "held", "SELECT max(m.id) FROM message m JOIN specimen s ON s.accession = m.specimen_text "
              "JOIN orders o ON o.id = s.orders JOIN patient p ON p.id = o.patient WHERE p.mrn = "
              "?1" },
    { "manifest", "SELECT number FROM manifest ORDER BY id DESC LIMIT 1" },
    { "reached", "SELECT max(result) FROM qc_reach" },
    { "paper", "SELECT accession FROM paper_number n WHERE NOT EXISTS (SELECT 1 FROM paper_end e "
               "WHERE e.number = n.id) ORDER BY n.id LIMIT 1" },
    { "now", "SELECT strftime('%Y-%m-%dT%H:%M', 'now', (SELECT zone_offset FROM event ORDER BY id "
             "DESC LIMIT 1) || ' minutes')" },
    { "tomorrow", "SELECT date('now', '+1 day')" },
    { "years", "SELECT date('now', '-12 years')" },
};

/* `word` is what stands between the braces. */
static void story_say(struct story *t, const char *word, char *out, size_t size)
{
    const char *blank = strchr(word, ' ');
    const char *key = blank ? blank + 1 : "";
    size_t len = blank ? (size_t)(blank - word) : strlen(word);
    char sql[96] = "";

    if (strncmp(word, "last ", 5) == 0 || strncmp(word, "first ", 6) == 0) {
        (void)snprintf(sql, sizeof sql, "SELECT %s(id) FROM %s", *word == 'l' ? "max" : "min", key);
        if (!story_look(t, sql, NULL, out, size))
            fail_msg("there is no %s yet", key);
        return;
    }
    for (size_t i = 0; i < sizeof story_words / sizeof story_words[0]; i++)
        if (strncmp(story_words[i].word, word, len) == 0 && !story_words[i].word[len]) {
            const char *bound = strstr(story_words[i].sql, "?1") ? key : NULL;
            if (!story_look(t, story_words[i].sql, bound, out, size))
                fail_msg("there is nothing for {%s}", word);
            return;
        }
    fail_msg("nobody knows what {%s} means", word);
}

/* The text with its braces filled in. */
static void story_fill(struct story *t, const char *text, char out[STORY_TEXT])
{
    size_t used = 0;

    while (*text && used + 1 < STORY_TEXT) {
        const char *end = *text == '{' ? strchr(text, '}') : NULL;
        char word[64];
        if (!end) {
            out[used++] = *text++;
            continue;
        }
        (void)snprintf(word, sizeof word, "%.*s", (int)(end - text - 1), text + 1);
        story_say(t, word, out + used, STORY_TEXT - used);
        used += strlen(out + used);
        text = end + 1;
    }
    out[used] = '\0';
}

static enum wire_field story_field(const char *name, size_t len)
{
    for (unsigned f = 0; f < WIRE_FIELD_COUNT; f++) {
        const char *known = wire_field_name((enum wire_field)f);
        if (strncmp(known, name, len) == 0 && !known[len])
            return (enum wire_field)f;
    }
    fail_msg("there is no field %.*s", (int)len, name);
    return WIRE_FIELD_COUNT;
}

/* Writes the fields of a filled text. */
static void story_put(struct wire_writer *w, const char *says)
{
    while (*says) {
        size_t len = strcspn(says, "|"), name = strcspn(says, "=");
        const enum wire_field field = story_field(says, name);
        char value[STORY_TEXT];
        (void)snprintf(value, sizeof value, "%.*s", (int)(len - name - 1), says + name + 1);
        if (wire_field_kind(field) == WIRE_NUMBER)
            wire_put_number(w, field, strtoull(value, NULL, 10));
        else
            wire_put_text(w, field, value);
        says += len + (says[len] == '|');
    }
}

/* The act's request, ready to be sent by that client. */
static WORLD_UNUSED void story_write(struct story *t, const struct story_act *act, struct client *c,
                                     struct wire_writer *w)
{
    char says[STORY_TEXT];

    story_fill(t, act->says, says);
    client_begin(c, w, act->type);
    story_put(w, says);
}

/* Acts that write nothing. */
static bool story_writes(enum wire_type type)
{
    return permit_action(type) && type != WIRE_EKG_RUN; /* it asks the cart */
}

/* Whoever adds an act adds its row. */
static WORLD_UNUSED void story_is_whole(void **state)
{
    (void)state;
    for (unsigned type = 0; type < WIRE_TYPE_COUNT; type++) {
        bool told = !story_writes((enum wire_type)type);
        for (size_t i = 0; i < STORY_ACTS; i++)
            told = told || story_acts[i].type == (enum wire_type)type;
        if (!told)
            fail_msg("tests/must/story.h has no row for the message \"%s\"",
                     wire_type_name((enum wire_type)type));
    }
}

#endif
