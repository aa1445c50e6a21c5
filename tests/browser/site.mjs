// A site of its own for one test: a data folder, people, an analyzer's port, and the daemon serving it.
// Everybody and everything in it is invented.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hear, needlesOf, patientsOf, phiScan, scanProcesses } from '../support/phi_scan.mjs';
import { freePort } from '../support/ports.mjs';

export const people = {
  ada: { name: 'Ada Invented', role: 'administrator', pin: '314159' },
  maria: { name: 'Maria Invented', role: 'medical-assistant', pin: '271828' },
  lena: { name: 'Lena Invented', role: 'lab-lead', pin: '141421' },
  'dr.kay': { name: 'Dr. Kay Invented', role: 'provider', pin: '161803' },
};
// Whom a test brings along: before its site is started, they are added with everybody else.
const others = {
  dora: { name: 'Dora Invented', role: 'director', pin: '577215' },
  omar: { name: 'Omar Invented', role: 'auditor', pin: '577215' },
  fay: { name: 'Fay Invented', role: 'front-desk', pin: '662607' },
  nina: { name: 'Nina Invented', role: 'medical-assistant', pin: '662607' },
  lou: { name: 'Lou Invented', role: 'lab-lead', pin: '602214' },
};
export function bring(...logins) {
  for (const login of logins) people[login] = others[login];
}
const limits = 'EXAMPLE adult limits';
// What a report says of the place; a test may give another (settings.lab).
export const laboratory = 'address = 12 Invented Street, Springfield, NY 10001\nclia = 99D0000000\ndirector = Dr. Kay Invented';
export const instrument = 'Bench';

// The day at the site, so many days ahead: by the calendar, since not every day has 24 hours.
export function siteDay(ahead = 0) {
  const today = new Date().toLocaleDateString('en-CA', { timeZone: 'America/New_York' });
  return new Date(Date.parse(today) + ahead * 86400000).toISOString().slice(0, 10);
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Waits until `look` gives something that is true, and gives it back.
export async function until(look, what, ms = 15000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}`);
    await pause(50);
  }
}

// A person's session past the page: what any program with a token could send.
export class Caller {
  constructor(url) {
    this.url = url;
    this.cookie = '';
  }

  async ask(name, body = {}, headers = {}) {
    const response = await fetch(`${this.url}api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Phial': '1', Cookie: this.cookie, ...headers },
      body: JSON.stringify(body),
    });
    const cookie = response.headers.get('set-cookie');
    if (cookie) this.cookie = cookie.split(';')[0];
    const answer = await response.json();
    if (!response.ok) hear('refusals', name, answer.sentence);
    return { status: response.status, headers: response.headers, ...answer };
  }

  async must(name, body = {}) {
    const answer = await this.ask(name, body);
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.sentence}`);
    return answer;
  }

  async signIn(login) {
    return this.must('sign_in', { login, pin: people[login].pin, workstation: 'test' });
  }
}

export class Site {
  static async start(phial, settings = {}) {
    const site = new Site();
    site.phial = phial;
    site.runs = 0;
    site.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'phial-browser-'));
    site.data = path.join(site.folder, 'data');
    site.temporary = path.join(site.folder, 'tmp');
    site.patientFiles = [path.join(site.data, 'labels'), path.join(site.folder, 'stick-')]; // there to hold patients' data
    fs.mkdirSync(site.temporary);
    site.port = await freePort();
    site.analyzer = await freePort();
    site.url = `${settings.tls ? 'https' : 'http'}://127.0.0.1:${site.port}/`;
    fs.mkdirSync(path.join(site.data, 'labels'), { recursive: true, mode: 0o700 });
    fs.writeFileSync(path.join(site.data, 'phial.conf'), site.#conf(settings));
    site.#addFirst();
    await site.serve();
    await site.#addPeople(settings.sign ?? true);
    return site;
  }

  #conf({ idleLock = 900, tls = null, more = '', lab = laboratory }) {
    const secure = tls ? `\ncertificate = ${tls.certificate}\nkey = ${tls.key}` : '';
    return [
      `[site]\nname = Invented Clinic\nzone = America/New_York\nidle_lock = ${idleLock}\ndemo = yes\n${lab}`,
      `[web]\nlisten = 127.0.0.1:${this.port}${secure}`,
      `[instrument ${instrument}]\nprofile = abbott-afinion-2\nport = tcp-listen:127.0.0.1:${this.analyzer}`,
      `[printer Labels]\nkind = file\nport = ${this.data}/labels\nstock = 2x1\n`,
      more,
    ].join('\n\n');
  }

  run(args, input = '') {
    return spawnSync(this.phial, [...args, '--data', this.data], { input, encoding: 'utf8', timeout: 60000 });
  }

  #addFirst() {
    const { name, pin } = people.ada;
    const done = this.run(['user', 'add'], `login: ada\nname: ${name}\nnew_pin: ${pin}\n`);
    if (done.status !== 0) throw new Error(`phial user add: ${done.stdout}${done.stderr}`);
  }

  async serve() {
    this.log = fs.openSync(path.join(this.folder, 'log'), 'a');
    this.core = spawn(this.phial, ['serve', '--data', this.data], {
      stdio: ['ignore', this.log, this.log],
      env: { ...process.env, TMPDIR: this.temporary },
    });
    await until(() => this.#answers(), 'the daemon to serve');
  }

  async #answers() {
    try {
      return (await fetch(this.url)).ok;
    } catch {
      return false;
    }
  }

  // The sessions of these people.
  callers(...logins) {
    return Promise.all(logins.map((login) => this.caller(login)));
  }

  async caller(login) {
    const caller = new Caller(this.url);
    await caller.signIn(login);
    return caller;
  }

  async #addPeople(sign) {
    const ada = await this.caller('ada');
    for (const [login, { name, role, pin }] of Object.entries(people))
      if (login !== 'ada') await ada.must('user_add', { login, name, role, new_pin: pin });
    const kay = await this.caller('dr.kay');
    if (sign) await kay.must('approve', { reference_set: limits, pin: people['dr.kay'].pin });
    await kay.must('sign_out');
  }

  // An order, collected, labelled and scanned back by program: its number and accession.
  async collected(caller, patient, test = 'HbA1c') {
    const birth = { birth_date: '1970-05-06', sex: 'F', provider: 'dr.kay' };
    const { order } = await caller.must('order_enter', { ...birth, ...patient, test });
    await caller.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
    const { accession } = await caller.must('collect', { order, specimen_type: 'whole blood' });
    await caller.must('label_print', { accession });
    await caller.must('label_verify', { accession, scanned: accession });
    return { order, accession };
  }

  // The analyzer measures a specimen and sends it over its link.
  simulate(specimen, values = 'normal', test = '4548-4', more = []) {
    const args = ['simulate', 'abbott-afinion-2', '--to', `tcp:127.0.0.1:${this.analyzer}`];
    return new Promise((done, failed) => {
      const child = spawn(
        this.phial,
        [...args, '--specimen', specimen, '--test', test, '--values', values, '--run', String((this.runs += 1)), ...more],
        {
          stdio: ['ignore', this.log, this.log],
        },
      );
      child.on('exit', (status) => (status === 0 ? done() : failed(new Error(`phial simulate: ${status}; the site said last:\n${this.#lastSaid()}`))));
    });
  }

  #lastSaid() {
    return fs.readFileSync(path.join(this.folder, 'log'), 'utf8').split('\n').slice(-30).join('\n');
  }

  // The process that serves the page, and the processor time it has taken, in hundredths of a second.
  childWeb() {
    const children = fs.readFileSync(`/proc/${this.core.pid}/task/${this.core.pid}/children`, 'utf8').trim().split(' ');
    return children.find((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('child-web'));
  }

  ticks(pid) {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  }

  stop(signal = 'SIGTERM') {
    if (!this.core || this.core.exitCode !== null) return Promise.resolve();
    const ended = new Promise((done) => this.core.once('exit', done));
    this.core.kill(signal);
    return ended;
  }

  // What no test may leave behind: a patient in a log, a URL, a refusal or a temporary file.
  async #scan() {
    const database = path.join(this.data, 'phial.db');
    const running = this.core && this.core.exitCode === null && this.core.signalCode === null;
    const processes = running ? scanProcesses(this.core.pid, needlesOf(patientsOf(database))) : [];
    await this.stop();
    phiScan({ folder: this.folder, database, mine: this.patientFiles, processes });
  }

  async end(keep = false) {
    await this.#scan();
    if (keep) console.log(`kept: ${this.folder}`);
    else fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
