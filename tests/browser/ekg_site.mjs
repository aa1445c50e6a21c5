// A site with carts: synthetic EKG files, sticks that are imported, and orders by program.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Site, until } from './site.mjs';

export const stick = 'import'; // the instrument that `phial import` brings files to
export const cart = 'Cart';

const zone = 'America/New_York';

// A time as a cart of this site writes it, `minutes` ago.
export function cartTime(minutes = 0) {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return parts.format(new Date(Date.now() - minutes * 60000)).replace(' ', 'T');
}

export async function startEkgSite(phial) {
  const folder = fs.mkdtempSync('/tmp/phial-cart-');
  const site = await Site.start(phial, {
    more: `[instrument ${cart}]\nprofile = ekg-files\nport = folder:${folder}\n`,
  });
  site.cartFolder = folder;
  // How often somebody looked at a tracing, by the database itself.
  site.views = (tracing) => {
    const sql = `SELECT count(*) FROM view WHERE what = 'tracing' AND key = '${tracing}'`;
    return Number(spawnSync('sqlite3', [`${site.data}/phial.db`, sql], { encoding: 'utf8' }).stdout);
  };
  return site;
}

export async function endEkgSite(site, keep = false) {
  await site?.end(keep);
  if (site && !keep) fs.rmSync(site.cartFolder, { recursive: true, force: true });
}

// A file as a cart would write it: `says` is what make_ecg takes.
export function makeFile(maker, format, file, says) {
  const args = Object.entries(says).flatMap(([key, value]) => [value].flat().map((each) => `${key}=${each}`));
  const done = spawnSync(maker, [format, file, ...args], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`make_ecg: ${done.stderr}`);
}

// The carts' stick: a folder of files, brought in as `phial import` does.
export function importStick(site, maker, files) {
  const folder = fs.mkdtempSync(path.join(site.folder, 'stick-'));
  files.forEach(([format, says], i) => {
    const file = path.join(folder, `ecg${i}.${format === 'pdf' ? 'pdf' : format === 'scp-ecg' ? 'scp' : 'xml'}`);
    if (format === 'bytes') fs.writeFileSync(file, says);
    else makeFile(maker, format, file, says);
  });
  const done = site.run(['import', folder]);
  if (done.status !== 0) throw new Error(`phial import: ${done.stdout}${done.stderr}`);
  return folder;
}

export async function ekgOrder(caller, patient, more = {}) {
  const { order } = await caller.must('order_enter', {
    birth_date: '1958-07-19',
    sex: 'F',
    provider: 'dr.kay',
    test: 'EKG',
    ...patient,
    ...more,
  });
  return order;
}

export const ekgs = async (caller) => (await caller.must('view', { what: 'ekgs', limit: 200 })).data;
export const ekg = async (caller, key) => (await caller.must('view', { what: 'ekg', key })).data;

// The file that waits and that `fits`.
export const waits = (caller, fits, what) =>
  until(async () => (await ekgs(caller)).waiting.find(fits), what ?? 'a file that waits');

// A picture past the page: its bytes and headers.
export async function picture(caller, url, headers = {}) {
  const response = await fetch(caller.url + url.replace(/^\//, ''), { headers: { Cookie: caller.cookie, ...headers } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}

export function pdfText(bytes) {
  const done = spawnSync('pdftotext', ['-layout', '-', '-'], { input: bytes, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`pdftotext: ${done.stderr}`);
  return done.stdout;
}
