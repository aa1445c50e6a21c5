/* What each message between processes must and may carry; the order is that of WIRE_MESSAGES. */
#include "core/model/wire.h"

/* Fields of every request of a person. */
#define REQUEST                                                                                    \
    { '!', WIRE_F_ID },                                                                            \
    {                                                                                              \
        '!', WIRE_F_TOKEN                                                                          \
    }
#define NEED(name)                                                                                 \
    {                                                                                              \
        '!', WIRE_F_##name                                                                         \
    }
#define MAY(name)                                                                                  \
    {                                                                                              \
        '?', WIRE_F_##name                                                                         \
    }
#define MANY(name)                                                                                 \
    {                                                                                              \
        '*', WIRE_F_##name                                                                         \
    }
#define PEOPLE (WIRE_WEB | WIRE_CONTROL)
#define SHAPE(type, who, ...)                                                                      \
    [WIRE_##type] = { (who),                                                                       \
                      { __VA_ARGS__ },                                                             \
                      sizeof((struct wire_rule[]) { __VA_ARGS__ }) / sizeof(struct wire_rule) }

static const struct wire_shape shapes[WIRE_TYPE_COUNT] = {
    SHAPE(SETUP, WIRE_CORE, NEED(INSTRUMENT), MAY(PROFILE), MAY(PROFILE_FOLDER), NEED(PORT),
          MANY(SETTINGS)),
    SHAPE(KEPT, WIRE_CORE, NEED(TICKET)),
    SHAPE(REFUSED, WIRE_CORE, NEED(TICKET), NEED(SENTENCE)),
    SHAPE(ANSWER, WIRE_CORE, NEED(TICKET), NEED(FOUND), NEED(SPECIMEN), MAY(PATIENT_ID),
          MAY(PATIENT_NAME), MAY(PATIENT_BIRTH_DATE), MAY(PATIENT_SEX), MAY(PRIORITY), MANY(CODE)),
    SHAPE(DECODE, WIRE_CORE, NEED(SESSION), NEED(PROFILE), NEED(LAST), MAY(AT), MANY(BYTES)),
    SHAPE(PRINT, WIRE_CORE, NEED(TICKET), NEED(ACCESSION), NEED(FAMILY), MAY(GIVEN), NEED(MRN),
          NEED(BIRTH_DATE), MAY(SEX), MAY(CONTAINER), MAY(PRIORITY), MAY(COLLECTED_AT),
          MAY(COLLECTOR), MAY(SPECIMEN_TYPE), MAY(SITE), NEED(STOCK), NEED(COPY)),
    SHAPE(REPLY, WIRE_CORE, NEED(ID), NEED(STATUS), MAY(STATE), MAY(SENTENCE), MAY(TOKEN),
          MAY(PERSON), MAY(LOGIN), MAY(NAME), MAY(ROLE), MAY(ORDER), MAY(ACCESSION), MAY(COPY),
          MAY(KEY), MAY(AT)),
    SHAPE(CHANGED, WIRE_CORE, NEED(TOPIC), MAY(KEY)),
    SHAPE(STATUS, WIRE_CORE, NEED(NAME), NEED(KIND), NEED(STATE), NEED(AT), MAY(SENTENCE),
          MANY(NOTE)),
    SHAPE(SCANNED, WIRE_CORE, NEED(HASH), NEED(SCANNED)),
    SHAPE(RUN, WIRE_CORE, NEED(COUNT)),
    SHAPE(READY, WIRE_INSTRUMENT | WIRE_LABELS | WIRE_WEB | WIRE_SCANNER, MAY(SENTENCE)),
    SHAPE(LINK, WIRE_INSTRUMENT | WIRE_LABELS | WIRE_SCANNER, NEED(STATE), MAY(SENTENCE)),
    SHAPE(KEEP, WIRE_INSTRUMENT, NEED(TICKET), NEED(SESSION), NEED(FRAME_NUMBER), NEED(DIRECTION),
          NEED(BYTES)),
    SHAPE(RECORD, WIRE_INSTRUMENT, NEED(SESSION), NEED(ORDINAL), NEED(LAST), NEED(KIND), NEED(HASH),
          MAY(TICKET), MAY(PROFILE), MAY(MODEL), MAY(SERIAL), MAY(SOFTWARE), MAY(SPECIMEN),
          MAY(PATIENT_ID), MAY(PATIENT_NAME), MAY(PATIENT_BIRTH_DATE), MAY(PATIENT_SEX),
          MAY(OPERATOR), MAY(RUN), MAY(SENT_AT), MAY(LOOKS_LIKE), MANY(RESULT), MANY(COMPLAINT)),
    SHAPE(SESSION_END, WIRE_INSTRUMENT, NEED(SESSION), NEED(ENDING), MAY(COUNT)),
    SHAPE(NOTICED, WIRE_INSTRUMENT, NEED(NOTE), NEED(COUNT)),
    SHAPE(WAVEFORM, WIRE_INSTRUMENT, NEED(SESSION), NEED(ORDINAL), NEED(BYTES)),
    SHAPE(TRACING, WIRE_INSTRUMENT, NEED(SESSION), NEED(HASH), MAY(FORMAT), MAY(FACTS),
          MAY(COMPLAINT)),
    SHAPE(PRINTED, WIRE_LABELS, NEED(TICKET), NEED(STATUS), MAY(SENTENCE)),
    SHAPE(SCAN, WIRE_SCANNER, NEED(SCANNED)),
    SHAPE(SIGN_IN, PEOPLE, NEED(ID), NEED(LOGIN), NEED(PIN), MAY(WORKSTATION)),
    SHAPE(SIGN_OUT, PEOPLE, REQUEST),
    SHAPE(WHO, PEOPLE, REQUEST),
    SHAPE(VIEW, PEOPLE, REQUEST, NEED(WHAT), MAY(KEY), MAY(AUTOMATIC)),
    SHAPE(ORDER_ENTER, PEOPLE, REQUEST, NEED(MRN), NEED(FAMILY), MAY(GIVEN), NEED(BIRTH_DATE),
          NEED(SEX), NEED(PROVIDER), MANY(TEST), MAY(PRIORITY), MAY(MODE), MAY(REASON)),
    SHAPE(IDENTIFY, PEOPLE, REQUEST, NEED(ORDER), MANY(IDENTIFIER), NEED(METHOD)),
    SHAPE(COLLECT, PEOPLE, REQUEST, NEED(ORDER), NEED(SPECIMEN_TYPE), MAY(CONTAINER), MAY(SITE),
          MAY(LOT), MAY(COLLECTED_AT), MAY(REASON), MAY(LOCATION)),
    SHAPE(LABEL_PRINT, PEOPLE, REQUEST, NEED(ACCESSION), MAY(PRINTER), MAY(STOCK), MAY(REASON)),
    SHAPE(LABEL_VERIFY, PEOPLE, REQUEST, NEED(ACCESSION), NEED(SCANNED)),
    SHAPE(RECEIVE, PEOPLE, REQUEST, NEED(ACCESSION), MAY(LOCATION), MAY(CONDITION)),
    SHAPE(REJECT, PEOPLE, REQUEST, NEED(ACCESSION), NEED(REASON_CODE), MAY(REASON)),
    SHAPE(STORE, PEOPLE, REQUEST, NEED(ACCESSION), NEED(LOCATION)),
    SHAPE(DISPOSE, PEOPLE, REQUEST, NEED(ACCESSION), NEED(METHOD)),
    SHAPE(RESOLVE, PEOPLE, REQUEST, NEED(MESSAGE), NEED(RESOLUTION), MAY(ACCESSION), NEED(REASON),
          MANY(IDENTIFIER)),
    SHAPE(SIGN, PEOPLE, REQUEST, NEED(ORDER), NEED(VERSION), NEED(MEANING), NEED(PIN),
          MAY(DISPOSITION), MAY(NOTE)),
    SHAPE(RETURN, PEOPLE, REQUEST, NEED(ORDER), NEED(VERSION), NEED(NOTE)),
    SHAPE(CRITICAL_TOLD, PEOPLE, REQUEST, NEED(ORDER), NEED(VERSION), NEED(TOLD_TO), NEED(METHOD),
          NEED(READ_BACK), MAY(NOTE)),
    SHAPE(APPROVE, PEOPLE, REQUEST, NEED(REFERENCE_SET), NEED(PIN)),
    SHAPE(USER_ADD, PEOPLE, REQUEST, NEED(LOGIN), NEED(NAME), NEED(ROLE), NEED(NEW_PIN)),
    SHAPE(USER_PIN, PEOPLE, REQUEST, NEED(LOGIN), MAY(PIN), NEED(NEW_PIN)),
    SHAPE(EKG_OPEN, PEOPLE, REQUEST, NEED(ORDER), NEED(INSTRUMENT)),
    SHAPE(EKG_CLOSE, PEOPLE, REQUEST, NEED(INSTRUMENT)),
    SHAPE(EKG_RUN, PEOPLE, REQUEST, NEED(INSTRUMENT)),
    SHAPE(EKG_TIE, PEOPLE, REQUEST, NEED(TRACING), NEED(ORDER), MANY(IDENTIFIER), MAY(REASON)),
    SHAPE(EKG_UNTIE, PEOPLE, REQUEST, NEED(TRACING), NEED(REASON)),
    SHAPE(EKG_CHOOSE, PEOPLE, REQUEST, NEED(ORDER), NEED(VERSION), NEED(TRACING), NEED(REASON)),
    SHAPE(OVERREAD, PEOPLE, REQUEST, NEED(ORDER), NEED(VERSION), NEED(TRACING), NEED(OPINION),
          MAY(READING), NEED(PICTURE), NEED(LAYOUT), MAY(MEANING), MAY(DISPOSITION), NEED(PIN),
          MAY(NOTE)),
};

static const struct wire_shape result_shape = {
    0,
    { MAY(CODE), MAY(LOINC), MAY(NAME), MAY(VALUE), MAY(COMPARATOR), MAY(NUMBER), MAY(UNIT),
      MAY(UCUM), MANY(FLAG), MAY(RANGE), MAY(RESULT_STATUS), MAY(OBSERVED_AT), MAY(LOT),
      MANY(COMMENT) },
    14
};

const struct wire_shape *wire_shape(enum wire_type type)
{
    return (unsigned)type < WIRE_TYPE_COUNT ? &shapes[type] : NULL;
}

const struct wire_shape *wire_result_shape(void)
{
    return &result_shape;
}
