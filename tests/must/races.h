/*
 * What must never be among the facts, whoever was first: each query counts what contradicts, and
 * gives 0. Shared by the races within one process and those over real sockets.
 */
#ifndef PHIAL_TESTS_MUST_RACES_H
#define PHIAL_TESTS_MUST_RACES_H

#include <stddef.h>

static const char *const races_never[] = {
    /* two signatures of one version; one beside another is a second person's, and says so */
    "SELECT count(*) FROM (SELECT 1 FROM review WHERE kind = 'signed' AND meaning <> 'COSIGNED' "
    "GROUP BY orders, version "
    "HAVING count(*) > 1)",
    /* a result with two successors, or one without its correction */
    "SELECT count(*) FROM (SELECT 1 FROM result WHERE replaces IS NOT NULL GROUP BY replaces "
    "HAVING count(*) > 1)",
    "SELECT count(*) FROM result r WHERE r.replaces IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
    "correction c WHERE c.result_old = r.replaces AND c.result_new = r.id)",
    "SELECT count(*) FROM correction c JOIN result o ON o.id = c.result_old JOIN result n ON "
    "n.id = c.result_new WHERE n.replaces IS NOT o.id OR n.orders <> o.orders OR n.version <> "
    "o.version + 1",
    /* a review without its event */
    "SELECT count(*) FROM review v WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.orders = "
    "v.orders AND e.at = v.at AND e.type = iif(v.kind = 'signed', 'signed', 'returned'))",
    /* a tube that was drawn twice */
    "SELECT count(*) FROM (SELECT 1 FROM specimen s WHERE NOT EXISTS (SELECT 1 FROM aliquot a "
    "WHERE "
    "a.specimen = s.id) GROUP BY orders HAVING count(*) > 1)",
    /* a step that does not begin where the one before ended */
    "SELECT count(*) FROM (SELECT e.state_from, lag(e.state_to, 1, 'none') OVER (PARTITION BY "
    "e.specimen ORDER BY e.id) AS before FROM event e WHERE e.specimen IS NOT NULL) WHERE "
    "state_from <> before",
    /* a second person who was the first; a decision of two that nobody carried out */
    "SELECT count(*) FROM proposal_end e JOIN proposal p ON p.id = e.proposal WHERE e.kind = "
    "'confirmed' AND e.person = p.person",
    "SELECT count(*) FROM proposal p JOIN proposal_end e ON e.proposal = p.id AND e.kind = "
    "'confirmed' WHERE p.kind = 'undo' AND NOT EXISTS (SELECT 1 FROM correction c JOIN result r ON "
    "r.id = c.result_old WHERE r.message = p.message AND c.kind = 'patient')",
    "SELECT count(*) FROM (SELECT 1 FROM proposal_end GROUP BY proposal HAVING count(*) > 1)",
    /* a message that was decided twice, or whose results count on two orders */
    "SELECT count(*) FROM (SELECT 1 FROM resolution GROUP BY message HAVING count(*) > 1)",
    "SELECT count(*) FROM (SELECT 1 FROM result r WHERE r.status NOT IN ('W', 'X') AND NOT EXISTS "
    "(SELECT 1 FROM result n WHERE n.replaces = r.id) GROUP BY r.message HAVING count(DISTINCT "
    "r.orders) > 1)",
    /* a patient who was merged into two, or into each other */
    "SELECT count(*) FROM (SELECT 1 FROM merge_standing GROUP BY merged HAVING count(*) > 1)",
    "SELECT count(*) FROM merge_standing a JOIN merge_standing b ON a.kept = b.merged AND a.merged "
    "= b.kept",
    "SELECT count(*) FROM (SELECT 1 FROM patient_unmerge GROUP BY merge HAVING count(*) > 1)",
    /* two labels with one number */
    "SELECT count(*) FROM (SELECT 1 FROM label_print GROUP BY specimen, copy HAVING count(*) > 1)",
    /* a control that was struck out, placed or looked back from twice */
    "SELECT count(*) FROM (SELECT 1 FROM qc_void GROUP BY run HAVING count(*) > 1)",
    "SELECT count(*) FROM (SELECT 1 FROM qc_look_back GROUP BY run, result HAVING count(*) > 1)",
    "SELECT count(*) FROM (SELECT 1 FROM (SELECT message FROM qc_run WHERE message IS NOT NULL "
    "UNION "
    "ALL SELECT message FROM qc_dismissal) GROUP BY message HAVING count(*) > 1)",
    /* a lot of which something is said after it was struck out */
    "SELECT count(*) FROM lot_mark v JOIN lot_mark m ON m.lot = v.lot AND m.id > v.id WHERE v.kind "
    "= 'void'",
    /* a task or a cover that was answered twice */
    "SELECT count(*) FROM (SELECT 1 FROM task_step WHERE kind IN ('done', 'not-needed') GROUP BY "
    "task HAVING count(*) > 1)",
};

enum { RACES_NEVER = sizeof races_never / sizeof races_never[0] };

#endif
