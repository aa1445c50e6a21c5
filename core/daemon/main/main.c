/* The one binary: `phial COMMAND`, a table of subcommands and their help. */
#include "core/custody/commands.h"
#include "core/daemon/commands.h"
#include "core/exchange/deliver/commands.h"
#include "instruments/profile/commands.h"
#include "instruments/recording/commands.h"
#include "instruments/scanner/commands.h"
#include "instruments/simulator/commands.h"
#include "instruments/worker/commands.h"
#include "labels/print/commands.h"
#include "web/commands.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary; /* NULL: core starts it, nobody else */
    const char *help;    /* NULL: the command says it itself */
};

#define BY_NAME                                                                                    \
    "Core must be running. --as LOGIN says who you are; the PIN is asked for at the terminal, "    \
    "or\n"                                                                                         \
    "read as `pin: ...`. Everything else is read from standard input, as lines `name: value` or\n" \
    "one JSON object, never from the command line. --data DIR, --json.\n"

static const struct command commands[] = {
    { "serve", command_serve, "the whole thing",
      "phial serve [--data DIR] [--listen ADDRESS:PORT]\n\n"
      "Serves the data folder (default " PHIAL_DATA ") with the settings of DIR/phial.conf until\n"
      "SIGTERM. The page is offered on 127.0.0.1:8080 unless told otherwise.\n" },
    { "demo", command_demo, "serve with invented patients and simulated analyzers",
      "phial demo [--port N] [--data DIR]\n\n"
      "Makes a fresh folder, prints the address and the sign-ins, and serves. Simulated analyzers\n"
      "send results over real TCP links. Stop it with Ctrl-C.\n" },
    { "practice", command_practice, "learn on invented patients, apart from the real site",
      "phial practice [--port N] [--data DIR]\n\n"
      "A site of its own in its own folder (./phial-practice unless told otherwise), with "
      "invented\n"
      "patients, simulated analyzers and PRACTICE on every page, label and report. It is kept, "
      "and\n"
      "started again with new PINs. It never opens the folder of a real site, and `phial serve`\n"
      "never opens a folder for practice.\n" },
    { "decode", command_decode, "what does this capture mean: JSON lines", NULL },
    { "import", command_import, "EKG files from a stick or a folder",
      "phial import PATH... [--data DIR] [--instrument NAME] [--again] [--json]\n\n"
      "Looks at each file, and in folders at every file beneath; brings what is an EKG, told by "
      "its\n"
      "content, to the running core, and waits until core has it. Nothing is written to PATH, and\n"
      "what was brought before is not brought again.\n"
      "  --instrument NAME   as files of that [instrument NAME], whose port is a folder; without "
      "it\n"
      "                      they come from \"import\"\n"
      "  --again             also what was brought before\n"
      "Exit 1 when there is no EKG, 3 when something could not be read or kept.\n" },
    { "livd", command_livd, "a maker's LIVD sheet as lines of a profile", NULL },
    { "record", command_record, "a wire session into a text file", NULL },
    { "replay", command_replay, "a recorded session onto a port", NULL },
    { "simulate", command_simulate, "be that instrument", NULL },
    { "patient", command_patient, "bring patients in from a file",
      "phial patient import FILE --as LOGIN [--data DIR]\n\n"
      "FILE is comma-separated; its first line names the columns mrn, family, given, birth_date,\n"
      "sex. A patient who is there with the same data stays; one whose MRN is there with other\n"
      "data is refused, with the line's number. Exit 1 when any was.\n\n" BY_NAME },
    { "order", command_order, "enter an order, confirm who the patient is",
      "phial order enter|identify|cancel|authorise|show|list --as LOGIN [--data DIR] [--json]\n\n"
      "enter     mrn, family, given, birth_date, sex, provider, test (one or more), priority,\n"
      "          mode, reason, placer, icd10\n"
      "identify  order, identifier (two), method\n"
      "cancel    order, reason\n"
      "authorise order, method (signed, paper), note\n"
      "show      order\n"
      "list      nothing: the orders that still need hands\n\n" BY_NAME },
    { "specimen", command_specimen, "collect, receive, store, reject, dispose, show",
      "phial specimen collect|receive|store|move|aliquot|add|reject|dispose|show --as LOGIN\n"
      "               [--data DIR] [--json]\n\n"
      "collect   order, specimen_type, container, site, lot, collected_at, reason, location\n"
      "receive   accession, location, condition\n"
      "store     accession, location, temperature (room, cold, frozen)\n"
      "move      accession, location, temperature\n"
      "aliquot   accession, container, volume: prints the new accession\n"
      "add       accession, test, provider, volume (enough)\n"
      "reject    accession, reason_code (HL7 table 0490), reason, recollect (yes, no)\n"
      "dispose   accession, method\n"
      "show      accession: everything that happened to it\n\n" BY_NAME },
    { "label", command_label, "print a label, scan it back",
      "phial label print|verify --as LOGIN [--data DIR] [--json]\n\n"
      "print     accession, printer, stock, reason (for a copy)\n"
      "verify    accession, scanned\n\n" BY_NAME },
    { "result", command_result, "sign, return, tell, resolve, list",
      "phial result sign|return|told|resolve|approve|inbox|unmatched|message --as LOGIN\n"
      "             [--data DIR] [--json]\n\n"
      "sign      order, version, meaning, disposition, note\n"
      "return    order, version, note\n"
      "told      order, version, told_to, method, read_back, note\n"
      "resolve   message, resolution (link, qc, not-ours, test-run), accession, identifier, "
      "reason\n"
      "approve   reference_set\n"
      "message   message: one transmission that is not matched\n\n" BY_NAME },
    { "downtime", command_downtime, "labels for paper, and entering what was done on paper",
      "phial downtime reserve|enter|void|sheet|list --as LOGIN [--data DIR] [--json]\n\n"
      "reserve   count, reason: gives out numbers and prints the sheet's; its PDF is on the page\n"
      "          (Collect, Downtime)\n"
      "enter     accession, order, identifier (two), collector, collected_at, reason,\n"
      "          specimen_type, container, site, lot\n"
      "void      accession or sheet (all that are left of it), reason\n"
      "sheet     sheet: its numbers\n"
      "list      nothing: what is not accounted for, and results that wait for it\n\n" BY_NAME },
    { "qc", command_qc, "quality control: run, look back, maintenance, list",
      "phial qc enter|place|action|review|void|look|maintenance|control|rule|list|runs|reach\n"
      "         --as LOGIN [--data DIR] [--json]\n\n"
      "enter       qc (the control's number), code and value of each analyte, lot, expires,\n"
      "            reagent_lot: prints the run's number\n"
      "place       message, qc (the control), or reason: it is none of ours\n"
      "action      qc (the run), note: what was done about it\n"
      "review      qc (the run), note\n"
      "void        qc (the run), reason: it proves nothing\n"
      "look        qc (the run), result_id, outcome (stands, repeat, correct), note\n"
      "maintenance instrument, kind (maintenance, doubt), name, note\n"
      "control     test, instrument, control, level, source, matches, item, westgard; code, low,\n"
      "            high, expected, mean, sd, unit of each analyte; qc and active to change one\n"
      "rule        test, instrument, trigger, basis, every, note; qc and active to change one\n"
      "list        nothing: what is due, what did not pass, every control\n"
      "runs        qc: a control with its runs\n"
      "reach       qc: a run that did not pass, and the results that it speaks "
      "against\n\n" BY_NAME },
    { "lot", command_lot, "kits, controls and tubes: receive, open, recall, list",
      "phial lot receive|open|mark|item|list|show --as LOGIN [--data DIR] [--json]\n\n"
      "receive   scanned (its bar code), or item, lot and expires; count, shipment\n"
      "open      lot_id, opened_on and reason when it was not today\n"
      "mark      lot_id, kind (recalled, quarantine, usable, depleted, void), reason; the "
      "controls\n"
      "          of a recalled lot are void\n"
      "item      name, kind (kit, control, tube), test (each), maker, gtin, days, storage\n"
      "list      nothing: every item with its lots, and which of them may be used\n"
      "show      lot_id: a lot, and the results that it made\n\n" BY_NAME },
    { "custody", command_custody, "show, verify, export the chain of custody",
      "phial custody show ACCESSION [--data DIR] [--json]\n"
      "phial custody verify [--key FILE] [--allow-unsealed] [--data DIR] [--json]\n"
      "phial custody export [ACCESSION] [--from DATE] [--to DATE] [--data DIR]\n\n"
      "verify names the first broken row if anybody touched the database (exit 1), and says how\n"
      "far the seal reaches. --key names a copy of custody.pub that was kept elsewhere.\n" },
    { "pack", command_pack, "the inspector's pack: one page and its tables",
      "phial pack --from DAY --to DAY --out FOLDER --as LOGIN [--names] [--data DIR]\n\n"
      "Makes the new folder with index.html, which opens offline, and a CSV file for each table:\n"
      "results, quality control, lots, temperatures, people, send-outs and what else an inspector\n"
      "asks for, of the days from DAY (2026-01-01) to DAY, both included. The chain of custody is\n"
      "verified. Patients' names are covered from auditors; --names asks for them, with `reason:\n"
      "...` on standard input, which is on record.\n\n" BY_NAME },
    { "user", command_user, "people and their PINs",
      "phial user add|pin|change|badge|no-badge|list|first [--as LOGIN] [--data DIR] [--json]\n\n"
      "add       login, name, role, new_pin\n"
      "pin       login, new_pin (and pin, for your own)\n"
      "change    login, role (one or more), active (1 or 0), reason, name\n"
      "badge     login, reason: prints what the badge's bar code says\n"
      "no-badge  login, reason\n"
      "list      nothing\n"
      "first     nothing: prints how to sign in while nobody is administrator\n\n"
      "While nothing serves the folder, `phial user add` without --as makes the first\n"
      "administrator.\n\n" BY_NAME },
    { "check", command_check, "whether the configuration is right",
      "phial check [--data DIR]\n\n"
      "Reads DIR/phial.conf and every profile that it names. Exit 1 with file and line when\n"
      "something is wrong.\n" },
    { "doctor", command_doctor, "ports, permissions, printers, clock, disk",
      "phial doctor [--data DIR] [--lines]\n\n"
      "Looks at what Phial needs and says of each whether it is there; of each serial port and "
      "USB\n"
      "device, what it may be and what to write into phial.conf. Exit 1 when something is wrong.\n"
      "--lines   open each port that nobody uses, to see whether the cable is right; this raises\n"
      "          its DTR line for a moment, which makes some instruments start anew\n" },
    { "backup", command_backup, "an encrypted copy of the data folder while Phial runs",
      "phial backup key FILE [--data DIR]\n"
      "phial backup FILE [--data DIR]\n"
      "phial backup verify FILE --key KEYFILE [--data DIR]\n\n"
      "key       once: makes the key. FILE, its secret half, opens every backup from then on, and\n"
      "          nothing else does: take it off the machine, onto a stick and onto paper.\n"
      "backup    writes FILE with the database, the seal and its keys, the PINs and the settings,\n"
      "          then reads it back, restores it for a try and verifies it.\n"
      "verify    the same look at a backup that was made before.\n" },
    { "restore", command_restore, "make a data folder out of a backup",
      "phial restore FILE --key KEYFILE [--data DIR]\n\n"
      "DIR must not hold a database. Accession numbers that may have been issued after the backup\n"
      "are skipped, and custody says so.\n" },
    { "tls", command_tls, "the page's own certificate",
      "phial tls make [NAME...] [--again] [--data DIR]\n"
      "phial tls show [--data DIR]\n\n"
      "make   a key and a certificate that vouches for itself, in DIR/tls, for these names and\n"
      "       addresses (without any: this machine's name and addresses). The page uses it when "
      "it\n"
      "       listens beyond this machine and phial.conf names no other.\n"
      "show   what it is good for, until when, and its fingerprint, to compare with the "
      "browser's\n" },
    { "child-instrument", command_child_instrument, NULL, NULL },
    { "child-ekg", command_child_ekg, NULL, NULL },
    { "child-label", command_child_label, NULL, NULL },
    { "child-scanner", command_child_scanner, NULL, NULL },
    { "child-exchange", command_child_exchange, NULL, NULL },
    { "child-cups", command_child_cups, NULL, NULL },
    { "child-pack", command_child_pack, NULL, NULL },
    { "child-web", command_child_web, NULL, NULL },
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void print_usage(FILE *out)
{
    (void)fputs("phial COMMAND ... (phial COMMAND --help says more)\n\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (commands[i].summary)
            (void)fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
}

int main(int argc, char **argv)
{
    const struct command *command;

    (void)prctl(PR_SET_NAME, "phial"); /* children are started as /proc/self/exe */
    if (argc < 2) {
        print_usage(stderr);
        return COMMAND_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_usage(stdout);
        return COMMAND_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("phial " PHIAL_VERSION);
        return COMMAND_DONE;
    }
    command = find_command(argv[1]);
    if (!command) {
        (void)fprintf(stderr, "phial: There is no command \"%s\". `phial --help` lists them.\n",
                      argv[1]);
        return COMMAND_USAGE;
    }
    if (argc > 2 && command->help && strcmp(argv[2], "--help") == 0) {
        (void)fputs(command->help, stdout);
        return COMMAND_DONE;
    }
    return command->run(argc - 1, argv + 1);
}
