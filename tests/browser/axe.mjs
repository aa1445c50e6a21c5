// WCAG 2.2 AA by axe-core, on what a page shows at this moment.
//
// axe judges what is in the document: open what is folded and fill the list first. It cannot judge everything of
// WCAG (the keyboard, the order of focus): the tests that drive a screen do that.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const axeSource = fs.readFileSync(axeFile, 'utf8');
const standard = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

// Every violation: where it is first, and a line: the rule, what it says, and the first nodes it found. `rules`: only
// these.
export async function axeFindings(page, rules = null) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const violations = await page.evaluate(
    async (runOnly) => (await window.axe.run(document, { runOnly, resultTypes: ['violations'] })).violations,
    rules ? { type: 'rule', values: rules } : { type: 'tag', values: standard },
  );
  return violations.map(({ id, help, nodes }) => {
    const where = nodes.slice(0, 3).map((node) => {
      const told = [...node.any, ...node.all, ...node.none].map((check) => check.message)[0] ?? '';
      return `${node.target.join(' ')} ${node.html.slice(0, 160)} (${told})`;
    });
    return { target: nodes[0].target.join(' '), text: `${id}: ${help}; ${nodes.length} of it: ${where.join(' | ')}` };
  });
}

// `what`: the screen's name, for the message of a failure.
export async function axeClean(page, what, rules = null) {
  const findings = await axeFindings(page, rules);
  assert.equal(findings.length, 0, `axe-core finds on ${what}:\n${findings.map(({ text }) => text).join('\n')}`);
}
