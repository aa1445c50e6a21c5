// What roles are called, and what a badge's bar code begins with.

export const roles = [
  ['medical-assistant', 'Medical assistant'],
  ['lab-lead', 'Lab lead'],
  ['provider', 'Provider'],
  ['director', 'Laboratory director'],
  ['front-desk', 'Front desk'],
  ['auditor', 'Auditor'],
  ['administrator', 'Administrator'],
];

export const roleName = (id) => (roles.find(([role]) => role === id)?.[1] ?? id).toLowerCase();

export const isBadge = (text) => /^ID-[0-9A-Z]{6,20}$/.test(text);
