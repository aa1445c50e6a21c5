/*
 * The read side of the store: JSON for the page and the command line, from a connection that
 * cannot write. Whoever shows it to a person has the view recorded first (DESIGN 3.10).
 *
 * Common to all shapes: ids and times are numbers (milliseconds since 1970, UTC), or null; texts
 * are "" when not known. A PATIENT is {"id","mrn","family","given","birth_date","sex"}.
 * A PERSON is {"login","name","role"} or null.
 *
 * A RESULT is {"id","test","code","loinc","name","value","comparator","number","unit","ucum",
 *   "flag","flag_source","device_flags","site_flag","severity","device_range","reference_range",
 *   "status","observed_at","at","lot","comments","version","identical_repeat","message",
 *   "instrument","previous": null or {"value","number","unit","flag","at"}}
 *   where severity is 0 normal, 1 abnormal, 2 critical; flag_source is device, site, both or "";
 *   reference_range is the site's; previous is the same analyte's last earlier value of the
 * patient.
 *
 * A WARNING is what a rule of the laboratory said (core/store/gate.h): {"rule","finding" (against,
 *   unknown),"level" (warn, lockout),"sentence","message","at","released": null or
 *   {"by","role","reason","at"}}; READ_INBOX rows have "warnings":[WARNING] too.
 *
 * READ_INBOX (key: a provider's login, or "" for all; state: "waiting" (default), "returned",
 *   "signed"; from, limit: the page) gives
 *   {"counts":{"waiting","critical","abnormal","normal","returned","held","oldest"},
 *    "last_result":{"at","instrument"} or null,
 *    "rows":[{"order","patient":PATIENT,"tests":["HbA1c"],"priority","provider","severity","since",
 *      "version","state","accession","collected_at","results":[RESULT],
 *      "review": null or {"kind","by","at","note","meaning","disposition"},
 *      "critical_told":0 or 1}]}
 *   critical first, then abnormal, then normal, each oldest first. counts are of all providers.
 *
 * Where a "provider" or a "collector" is a login, "provider_name" and "collector_name" are the
 * names that the page shows.
 *
 * READ_ORDER (key: order number) gives
 *   {"order","id","patient":PATIENT,"provider","priority","mode","reason","ordered_at",
 *    "ordered_by":PERSON,"tests":[{"code","name"}],"severity","version","state","since",
 *    "identifications":[{"identifiers","method","by":PERSON,"at"}],
 *    "specimens":[{"accession","type","container","site","collector","collected_at","state",
 *      "state_text"}],
 *    "results":[RESULT + "versions":[{"id","version","value","unit","flag","status","at"}]],
 *      (versions: earlier ones of the same result, newest first, [] when it was never corrected)
 *    "reviews":[{"kind","version","current","meaning","disposition","note","by":PERSON,"at"}],
 *    "critical_notices":[{"told_to","method","read_back","note","by":PERSON,"at","version"}],
 *    "messages":[{"id","instrument","model","serial","software","operator","run","sent_at",
 *      "received_at","device_offset_ms","session"}],
 *    "warnings":[WARNING],
 *    "views":[{"by":PERSON,"at","workstation"}]}
 *   or {} when there is none. version is 64 hex digits: what a signature binds.
 *
 * READ_ORDER_LIST (from, limit): orders without any result that still need hands, what is to be
 * done at the chair first, then stat,
 *   {"rows":[{"order","patient":PATIENT,"provider","priority","tests":[{"code","name",
 *     "specimen_type","container"}],"ordered_at","identified":0 or 1,"accession","state",
 *     "state_text","collected_at"}]}
 *   (accession "" and state "none" before the collection; a rejected specimen counts as none)
 *
 * READ_SPECIMEN (key: accession) gives
 *   {"accession","type","container","site","lot","collector","collected_at","state","state_text",
 *    "where","order","provider","priority","reviewed": null or {"by","at"},"tests":["HbA1c"],
 *    "patient":PATIENT,
 *    "events":[{"id","type","text","at","zone_offset","person":PERSON,"workstation","instrument",
 *      "location","reason","detail","state_from","state_to","message","clock_unset","link"}],
 *      (oldest first, newest last; the order's own events and everybody's views among them; link:
 *      the first 16 hex digits)
 *    "results":[RESULT],
 *    "transmissions":[{"message","session","instrument","port","run","hash","device_offset_ms",
 *      "frames":[{"id","number","direction","at","text","bytes"}]}],
 *      (direction 0 from the instrument, 1 to it; text: control bytes as <STX>, <CR>, <0x80>;
 *      bytes: how many)
 *    "labels":[{"copy","printer","stock","reason","by":PERSON,"at","outcome","sentence"}]}
 *      (outcome printed, failed, unknown: look at the printer, or "" while it is being printed)
 *   or {} when there is none.
 *
 * READ_UNMATCHED (from, limit) gives
 *   {"count","oldest","rows":[{"message","reason_code","reason","disposition","received_at",
 *     "instrument","profile","model","serial","run","operator","sent_at","specimen",
 *     "patient":{"id","name","birth_date","sex"},"results":[...as DESIGN 6],"complaints":[..],
 *     "warnings":[WARNING],"locked":0 or 1 (a rule of the laboratory holds it: it can be released),
 *     "session","ending"}]}, oldest first.
 * READ_MESSAGE (key: message id) gives one such row, with
 *   "frames":[as above],"resolution": null or {"kind","accession","reason","by":PERSON,"at"},
 *   "candidates":[{"accession","state","order","patient":PATIENT,"tests":["HbA1c"],
 *      "collected_at","collector","test_ordered":0 or 1,"why":["accession","mrn","name",
 *      "birth_date"]}]
 *   (specimens that could fit, best first, at most 8: suggestions to a person, never more; why:
 * what agrees, where "accession" means that it differs in one digit or one swap), or {}.
 *
 * An order is an EKG's when its test needs no specimen; READ_INBOX, READ_ORDER, READ_ORDER_LIST and
 * READ_SEARCH say so of each: "ekg": 0 or 1. READ_INBOX rows of such have "results": [], and
 *   "tracing": null or
 * {"tracing","recorded_at","severity_words","statements":[..],"routing":[words], "tracings" (how
 * many are tied),"choice": 0 or 1} (the one for review, else the newest; severity_words: the cart's
 * overall word). READ_INBOX's counts and READ_TODAY have "ekg":{"waiting","review"}: tracings that
 * nobody has tied, EKG orders that wait for a signature. What is of kind 'ecg' is not in
 * READ_UNMATCHED.
 *
 * A TRACING_ROW is {"tracing" (null when unreadable),"message","instrument","format",
 *   "recorded_at","received_at","patient":{"id","name","birth_date","sex"} as in the file,"model",
 *   "serial","differs" ("name, birth date": what contradicts the proposed order),"reason_code",
 *   "reason","severity","routing":[words],"proposed": null or CANDIDATE,"candidates":[CANDIDATE]}
 *   where CANDIDATE is {"order","patient":PATIENT,"provider","ordered_at","why":["mrn","name",
 *   "birth_date"]}: orders that could fit, a suggestion to a person and never more, at most 8.
 *
 * READ_EKGS (limit; now) gives
 *   {"carts":[{"name","profile","live":0 or 1,"open": null or {"order","patient":PATIENT,
 *      "by":PERSON,"at"}}],
 *    "to_do":[{"order","patient":PATIENT,"provider","priority","ordered_at","reason"}],
 *    "waiting":[TRACING_ROW], oldest first,
 *    "review":[{"order","patient":PATIENT,"provider","priority","tracing" (null when several are
 *      tied and none is chosen),"recorded_at","state","since","severity","tracings" (how many are
 *      tied),"choice": 0 or 1}]} (of the worklist, waiting or returned)
 *   (carts: every one that the site ever had, as its newest row says)
 * READ_EKG (key: order number) gives
 *   {"order","patient":PATIENT,"provider","priority","reason","ordered_at","version","state",
 *    "since","severity","routing":[words],
 *    "tracings":[{"tracing","message","format","original" (64 hex digits),"size","recorded_at",
 *      "received_at","instrument","device_offset_ms","facts":{as DESIGN 6, without samples},
 *      "differs","tied":{"identifiers","reason","by":PERSON,"at"},"chosen":0 or 1}],
 *    "choice": null or {"tracing","reason","by":PERSON,"at"} (as long as it counts),
 *    "previous": null or {"tracing","order","recorded_at","facts","overread": null or
 *      {"opinion","reading","by":PERSON,"at"}},
 *    "reviews":[{"kind","version","current","meaning","disposition","note","by":PERSON,"at",
 *      "overread": null or {"opinion","reading","tracing","original","picture","renderer",
 *      "layout"}}],
 *    "critical_notices":[as READ_ORDER],"events":[as READ_SPECIMEN],"views":[as READ_ORDER]}
 *   or {} when there is no such order, or it is not an EKG's. chosen: it is for review, being the
 *   only one or by choice. previous: the patient's last EKG of another order, recorded before.
 * READ_TRACING (key: tracing id) gives a TRACING_ROW with "facts","order" ("" when it is not tied),
 *   "original","size", or {}.
 *
 * READ_PEOPLE: {"rows":[{"id","login","name","role","roles":[role, that one first],"active",
 *   "last_sign_in",
 *   "pin_set_at","pin_set_by": the setter's login, "" for none}]}
 * READ_REPORT (key: order number) gives what a report says (web/report.c), {} when there is no such
 *   order: {"order","ordered_at","ekg","provider": name,"patient":PATIENT,"site":{"name","address",
 *    "clia","director"},"signed_as": null or {"mrn","family","given","birth_date","sex","since":
 *    {"how" (corrected, merged, unmerged),"by","at"}} (what it said of the patient when it was
 *    signed, where that is not what stands),"state","printed_by","recollects" (as
 * READ_ORDER),"not_done":[names],"specimens":[{"accession","type",
 *      "container","site","collected_at","state","part_of","received_at","condition",
 *      "rejected": null or {"reason","at"},"disposed_at"}],
 *    "results":[RESULT + "accession","limit","expected_unit","warnings","corrections":[{"value",
 *      "unit","at","kind","reason","by","corrected_at"}]],
 *    "reviews":[{"current","meaning","note","by":PERSON,"at"}] (signatures)}
 * READ_LIMITS (now) gives
 *   {"certificate": of the site, or "",
 *    "tests":[{"code","name","specimen_type","live":0 or 1,"analytes":[{"analyte","loinc","code",
 *      "name","ucum","set": the live version or null,"since","next": null or {"set","since"}}]}],
 *    "sets":[{"set","name","source","at","effective","proposed_by":PERSON,"signed_by":PERSON,
 *      "signed_at","withdrawn": null or {"by":PERSON,"at","reason"},"judged": how many results,
 *      "analytes":[{"analyte","rows":[{"analyte","name","sex","age_from","age_to","low","high",
 *        "critical_low","critical_high","text_normal","unit","specimen_type"}]}]}]}, newest first.
 *   Ages are days as judge.h counts them; a row without any limit says that there are none.
 * READ_TESTS: {"tests":[{"code","name","live":0 or
 * 1,"specimen_type","container","analytes":[{"loinc","name",
 *   "ucum"}]}],"reference_sets":[{"name","source","at","approved_by":PERSON,"approved_at",
 *   "limits"}]}
 * READ_TODAY (now; since: the start of the site's day):
 * {"instruments":[{"name","profile","port","last_message","last_result",
 *   "last_session","last_ending","sessions_today","last_qc"}],"held","held_oldest","waiting":{"critical","abnormal",
 *   "normal","oldest_critical","oldest_abnormal","oldest_normal"},"orders_today","collected_today",
 *   "results_today","to_collect"}
 * READ_INSTRUMENTS: {"rows":[{"name","profile","port","model","serial","software","last_message",
 *   "device_offset_ms","last_session","last_ending","last_result","last_qc","held","held_ekg"}]};
 * model, serial, software and how far the instrument's clock was ahead are of its newest message.
 * READ_INSTRUMENT (key: its name) gives
 *   {"name","unmapped":[{"code","name","unit","times","last"}],
 *    "sessions":[{"session","at","port","profile","ending","messages":[{"kind","disposition",
 *      "reason","specimen"}],"frames_in_all","frames":[as above, the newest 60]}]}
 *   (unmapped: codes without LOINC in the newest 500 messages; the newest 10 sessions), or {}.
 * READ_SEARCH (key: part of an accession, an MRN or a name; limit):
 *   {"rows":[{"patient":PATIENT,"order","tests":["HbA1c"],"accession","state","state_text",
 *     "ordered_at","collected_at","formerly"}]}, newest first; {"rows":[]} for a key shorter
 * than 2. An MRN finds whose it is now; who bore it before only while nobody does, by "formerly":
 * that number, else "". READ_STAFF, READ_OPERATORS, READ_ACCESS, READ_ACCESS_BY, READ_EMERGENCIES:
 * core/store/staff.h. READ_CRITICALS, READ_NOTICES, READ_PROPOSALS: core/store/correct.h.
 * READ_OUTBOX: core/store/outbox.h. READ_EXPORT (key: an accession, an order number, or "" for all;
 * since, now: from and before which time, 0 for no bound), by store_read_lines: one event or view a
 * row, oldest first,
 *   {"id","at","zone_offset","type","text","accession","order","state_from","state_to","person":
 *    PERSON,"role","workstation","instrument","location","reason","detail","message","clock_unset",
 *    "link" (64 hex digits)}.
 *
 * READ_LOTS, READ_LOT, READ_LOT_SCAN, READ_TEMPERATURES: core/store/lots.h; READ_RULES:
 * core/store/gate.h.
 */
#ifndef PHIAL_CORE_STORE_READ_H
#define PHIAL_CORE_STORE_READ_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/base/span.h"
#include "core/model/ecg.h"

#define READ_TABLE(X)                                                                              \
    X(INBOX, inbox)                                                                                \
    X(ORDER, order)                                                                                \
    X(ORDER_LIST, order_list)                                                                      \
    X(SPECIMEN, specimen)                                                                          \
    X(UNMATCHED, unmatched)                                                                        \
    X(MESSAGE, message)                                                                            \
    X(PEOPLE, people)                                                                              \
    X(TESTS, tests)                                                                                \
    X(LIMITS, limits)                                                                              \
    X(REPORT, report)                                                                              \
    X(TODAY, today)                                                                                \
    X(INSTRUMENTS, instruments)                                                                    \
    X(INSTRUMENT, instrument)                                                                      \
    X(SEARCH, search)                                                                              \
    X(EXPORT, export)                                                                              \
    X(QC, qc)                                                                                      \
    X(QC_LEVEL, qc_level)                                                                          \
    X(QC_LOOK_BACK, qc_look_back)                                                                  \
    X(EKGS, ekgs)                                                                                  \
    X(EKG, ekg)                                                                                    \
    X(TRACING, tracing)                                                                            \
    X(BY_HAND, by_hand)                                                                            \
    X(READINGS, readings)                                                                          \
    X(ORAL, oral)                                                                                  \
    X(PAPER, paper)                                                                                \
    X(PAPER_SHEET, paper_sheet)                                                                    \
    X(REJECTIONS, rejections)                                                                      \
    X(PATIENT, patient)                                                                            \
    X(PATIENTS, patients)                                                                          \
    X(STAFF, staff)                                                                                \
    X(OPERATORS, operators)                                                                        \
    X(ACCESS, access)                                                                              \
    X(ACCESS_BY, access_by)                                                                        \
    X(EMERGENCIES, emergencies)                                                                    \
    X(PURGES, purges)                                                                              \
    X(INBOX_INDEX, inbox_index)                                                                    \
    X(TASKS, tasks)                                                                                \
    X(OVERDUE, overdue)                                                                            \
    X(COVERS, covers)                                                                              \
    X(SENDOUTS, sendouts)                                                                          \
    X(FIND, find)                                                                                  \
    X(LOTS, lots)                                                                                  \
    X(LOT, lot)                                                                                    \
    X(LOT_SCAN, lot_scan)                                                                          \
    X(TEMPERATURES, temperatures)                                                                  \
    X(RULES, rules)                                                                                \
    X(CRITICALS, criticals)                                                                        \
    X(NOTICES, notices)                                                                            \
    X(PROPOSALS, proposals)                                                                        \
    X(HUDDLE, huddle)                                                                              \
    X(OUTBOX, outbox)                                                                              \
    X(METRICS, metrics)                                                                            \
    X(TRACE, trace)                                                                                \
    X(PACK_RESULTS, pack_results)                                                                  \
    X(PACK_SPECIMENS, pack_specimens)                                                              \
    X(PACK_REJECTED, pack_rejected)                                                                \
    X(PACK_QC, pack_qc)                                                                            \
    X(PACK_LOTS, pack_lots)                                                                        \
    X(PACK_TEMPERATURES, pack_temperatures)                                                        \
    X(PACK_PEOPLE, pack_people)                                                                    \
    X(PACK_CERTIFICATES, pack_certificates)                                                        \
    X(PACK_SIGN_INS, pack_sign_ins)                                                                \
    X(PACK_CORRECTED, pack_corrected)                                                              \
    X(PACK_CRITICALS, pack_criticals)                                                              \
    X(PACK_SEND_OUTS, pack_send_outs)                                                              \
    X(PACK_UNMATCHED, pack_unmatched)                                                              \
    X(PACK_OVERRIDES, pack_overrides)                                                              \
    X(PACK_MENU, pack_menu)                                                                        \
    X(PACK_LIMITS, pack_limits)                                                                    \
    X(PACK_VIEWS, pack_views)                                                                      \
    X(PACK_REVEALS, pack_reveals)                                                                  \
    X(PACK_MAINTENANCE, pack_maintenance)                                                          \
    X(PACK_REVIEWS, pack_reviews)                                                                  \
    X(SITE, site)

#define READ_ENUM(name, file) READ_##name,
enum store_query { READ_TABLE(READ_ENUM) READ_COUNT };
#undef READ_ENUM

/* What a query may need; those it does not name are ignored. */
struct store_params {
    const char *key;   /* NULL is "" */
    const char *state; /* NULL is "" */
    int64_t from;      /* rows to leave out */
    int64_t limit;     /* most rows; 0 is 50; at most 500 */
    int64_t now;
    int64_t since;
    int64_t until; /* of a span that ends before now */
};

struct store_reader;

/* Opens the database read-only. It must be open in core already (its -shm file must exist). */
enum error store_open_read(const char *path, struct store_reader **out, struct complaint *why);
/* The same, but nothing that it reads names a patient (queries/covered.sql): for who may audit but
 * has not asked to see names. */
enum error store_open_covered(const char *path, struct store_reader **out, struct complaint *why);
void store_close_read(struct store_reader *r); /* NULL is allowed */
/* For a process that only ever reads, once its reader is open. SQLite opens the log for writing
 * even then (sqlite3WalOpen): whoever took the process over could write the database by it. Every
 * descriptor of that log which this process holds is replaced by one that cannot write; SQLite
 * takes no locks on the log, so nothing is lost with it. */
enum error store_weaken_log(const char *path);

/* Appends the JSON text. ERROR_TOO_BIG when the buffer cannot hold it. */
enum error store_read_json(struct store_reader *r, enum store_query query,
                           const struct store_params *params, struct buffer *out);

/* The tracing with its samples, in the arena (of LIMIT_ECG_ARENA at most). ERROR_NOT_FOUND: there
 * is no such tracing. */
enum error store_read_tracing(struct store_reader *r, int64_t tracing, struct arena *a,
                              struct ecg *out);
/* Appends the tracing's file, byte for byte as it came. */
enum error store_read_original(struct store_reader *r, int64_t tracing, struct buffer *out);

/* Who takes the rows of store_read_lines; anything but ERROR_OK ends the reading. */
struct store_lines {
    enum error (*take)(void *context, struct span line);
    void *context;
};
/* The same for a query that gives many rows, each one JSON object. */
enum error store_read_lines(struct store_reader *r, enum store_query query,
                            const struct store_params *params, const struct store_lines *lines);

/* The same for a query of plain columns: first their names, then each row, "" for NULL. */
enum { STORE_TABLE_COLUMNS = 32 };
struct store_table {
    enum error (*take)(void *context, const char *const *cells, size_t count);
    void *context;
};
enum error store_read_table(struct store_reader *r, enum store_query query,
                            const struct store_params *params, const struct store_table *table);

#endif
