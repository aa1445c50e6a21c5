// Looks for patients where none may be (DESIGN 3.9, 45 CFR 164.312): in logs, on command lines, in URLs, in error
// pages and in files that are neither the database nor what was printed. The patients are the site's own, from its
// database; a name, a number or a birth date of any of them anywhere else is a finding.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

// What browsers and programs asked for, and the refusals they were told, since the last scan.
export const heard = { urls: [], refusals: [] };

export function hear(kind, where, text) {
  heard[kind].push({ where, text: String(text) });
}

export function patientsOf(database) {
  const sql = 'SELECT DISTINCT mrn, family, given, birth_date FROM patient';
  const done = spawnSync('sqlite3', ['-json', `file:${database}?mode=ro`, sql], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`the patients cannot be read: ${done.stderr}`);
  return done.stdout.trim() ? JSON.parse(done.stdout) : [];
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const word = (text) => new RegExp(`(?<![\\p{L}\\p{N}])${escape(text)}(?![\\p{L}\\p{N}])`, 'iu');

// Short numbers and first names alone are anybody's; together with the rest they are found by the rest.
export function needlesOf(patients) {
  const found = new Map();
  const add = (what, text, enough) => {
    if (enough && !found.has(text)) found.set(text, { what, text, pattern: word(text) });
  };
  for (const { mrn, family, given, birth_date: birth } of patients) {
    add('a family name', family, family.length >= 3);
    add('an MRN', mrn, mrn.length >= 5 || /\p{L}/u.test(mrn));
    add('a given name', given, given.length >= 8);
    const [year, month, day] = birth.split('-');
    for (const text of [birth, `${month}/${day}/${year}`, birth.replaceAll('-', '')])
      add('a birth date', text, text.length >= 8);
  }
  return [...found.values()];
}

// In a URL everything is looked at as it was meant, too.
function readings(text) {
  try {
    return [text, decodeURIComponent(text.replaceAll('+', ' '))];
  } catch {
    return [text];
  }
}

export function scanText(where, text, needles) {
  const all = readings(text);
  return needles
    .filter(({ pattern }) => all.some((each) => pattern.test(each)))
    .map(({ what }) => `${where}: ${what} of a patient`);
}

function* filesIn(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(full);
    else if (entry.isFile()) yield full;
  }
}

// Keys and signatures are any bytes at all: what is shorter stands among them by chance.
const byChance = 5;
const isText = (text) => !/[\0-\x08\x0e-\x1f]/.test(text);

// `mine`: paths, or beginnings of them, that are there to hold patients' data.
export function scanFiles(folder, mine, needles) {
  const found = [];
  for (const file of filesIn(folder))
    if (!mine.some((each) => file === each || file.startsWith(each))) {
      const text = fs.readFileSync(file, 'latin1');
      const told = isText(text) ? needles : needles.filter((needle) => needle.text.length >= byChance);
      found.push(...scanText(path.relative(folder, file), text, told.map(asLatin)));
    }
  return found;
}

// A file's bytes are read one by one: so is the text that is looked for.
function asLatin(needle) {
  const text = Buffer.from(needle.text, 'utf8').toString('latin1');
  return text === needle.text ? needle : { ...needle, pattern: new RegExp(escape(text), 'i') };
}

function processesOf(pid) {
  try {
    const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return [pid, ...children.split(' ').filter(Boolean).flatMap((each) => processesOf(Number(each)))];
  } catch {
    return [];
  }
}

// Command lines, surroundings, and files that have no name any more but are still open.
export function scanProcesses(pid, needles) {
  const found = [];
  const look = (where, file) => {
    try {
      found.push(...scanText(where, fs.readFileSync(file, 'latin1'), needles));
    } catch {
      // The process, or its file, has gone.
    }
  };
  for (const each of processesOf(pid)) {
    look(`command line of ${each}`, `/proc/${each}/cmdline`);
    look(`surroundings of ${each}`, `/proc/${each}/environ`);
    for (const fd of fs.existsSync(`/proc/${each}/fd`) ? fs.readdirSync(`/proc/${each}/fd`) : []) {
      let name = '';
      try {
        name = fs.readlinkSync(`/proc/${each}/fd/${fd}`);
      } catch {
        continue;
      }
      if (name.endsWith(' (deleted)') && !name.startsWith('/memfd:')) look(`open file ${name}`, `/proc/${each}/fd/${fd}`);
    }
  }
  return found;
}

// Everything about a site that has just ended (`processes`: what scanProcesses found before). Throws with the list.
export function phiScan({ folder, database, mine = [], processes = [] }) {
  const needles = needlesOf(patientsOf(database));
  const own = [database, `${database}-wal`, `${database}-shm`, ...mine];
  const found = [...processes, ...scanFiles(folder, own, needles)];
  for (const [kind, list] of Object.entries(heard))
    for (const { where, text } of list.splice(0)) found.push(...scanText(`${kind}: ${where}`, text, needles));
  if (found.length) throw new Error(`Patient data where none may be:\n${[...new Set(found)].join('\n')}`);
}
