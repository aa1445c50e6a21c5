// How dates, names, numbers and ages are written, the same on every screen.

let zone;

export function setZone(name) {
  zone = name || undefined;
}

function part(ms, options) {
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, ...options }).format(new Date(ms));
}

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

export const time = (ms) => (ms ? part(ms, clock) : '');
export const seconds = (ms) => (ms ? part(ms, { ...clock, second: '2-digit' }) : '');
export const day = (ms) => (ms ? part(ms, { year: 'numeric', month: '2-digit', day: '2-digit' }) : '');
export const moment = (ms) => (ms ? `${day(ms)} ${time(ms)}` : '');
export const longDay = (ms) => part(ms, { dateStyle: 'full' });
// Today's time, or the date of another day.
export const when = (ms) => (day(ms) === day(Date.now()) ? time(ms) : moment(ms));

// The site's day as 2026-03-12.
export function isoDay(ms) {
  const [month, date, year] = day(ms).split('/');
  return `${year}-${month}-${date}`;
}

// So many days after an ISO day, by the calendar: not every day has 24 hours.
export function addDays(day, days) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86400000).toISOString().slice(0, 10);
}

// 1958-07-19 as 07/19/1958.
export function birthDate(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
  return found ? `${found[2]}/${found[3]}/${found[1]}` : (text ?? '');
}

export function yearsOld(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
  if (!found) return '';
  const [year, month, date] = found.slice(1).map(Number);
  const [yearNow, monthNow, dateNow] = isoDay(Date.now()).split('-').map(Number);
  const before = monthNow < month || (monthNow === month && dateNow < date);
  return `${yearNow - year - (before ? 1 : 0)} y`;
}

// What a device wrote of a time, 2006-06-20T11:23:52, as 06/20/2006 11:23; anything else as it stands.
export function sentTime(text) {
  const found = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(text ?? '');
  return found ? `${birthDate(found[1])} ${found[2]}` : birthDate(text);
}

// What a device wrote of a name: FAMILY^GIVEN^MIDDLE where it has parts.
export function sentName(text) {
  const [family, ...given] = (text ?? '').split('^');
  return [family, given.filter(Boolean).join(' ')].filter(Boolean).join(', ');
}

export const fullName = (patient) => [patient.family, patient.given].filter(Boolean).join(', ');

// By which number, in a list that `row` was found in: it may have been looked for by an earlier one.
export const mrn = (patient, row = patient) => `MRN ${patient.mrn}${row.formerly ? `, formerly ${row.formerly}` : ''}`;

// 260314000423 as 260314 00042 3.
export function accession(text) {
  if (!/^\d{12}$/.test(text ?? '')) return text ?? '';
  return `${text.slice(0, 6)} ${text.slice(6, 11)} ${text.slice(11)}`;
}

export function age(since, now = Date.now()) {
  const minutes = Math.max(0, Math.floor((now - since) / 60000));
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} d`;
}

// How far a device's clock is off, in the largest unit that tells it.
export function offset(ms) {
  const sign = ms < 0 ? '−' : '+';
  const off = Math.round(Math.abs(ms) / 1000);
  if (off === 0) return '0 s';
  if (off < 120) return `${sign}${off} s`;
  if (off < 7200) return `${sign}${Math.round(off / 60)} min`;
  return `${sign}${Math.round(off / 3600)} h`;
}

// 3.5-5.0 as 3.5–5.0.
export const range = (text) => (text ?? '').replace(/(\d)\s*-\s*(\d)/, '$1–$2');

const decimals = (text) => (text.split('.')[1] ?? '').length;

// The difference of two decimal texts with the decimals they were given in; '' when one is no number.
export function difference(now, before) {
  if (!/^-?\d+(\.\d+)?$/.test(now) || !/^-?\d+(\.\d+)?$/.test(before)) return '';
  return (Number(now) - Number(before)).toFixed(Math.max(decimals(now), decimals(before)));
}

// The start of the site's day, for "today".
export function dayStart(now = Date.now()) {
  const [hour, minute, second] = seconds(now).split(':').map(Number);
  return now - ((hour * 60 + minute) * 60 + second) * 1000 - (now % 1000);
}
