// The laboratory's report of an order as PDF: printing is on record, and marks nothing as reviewed.
import { h } from './dom.js';

// A button that opens the report of what is shown in a window of its own; nothing for an EKG.
export function reportLink(data) {
  if (data.ekg || !data.results?.length) return null;
  return h(
    'a',
    {
      class: 'btn',
      href: `/report/${encodeURIComponent(data.order)}.pdf`,
      target: '_blank',
      rel: 'noopener',
      title: 'Opens the report as PDF. That you took it is on record; it signs nothing.',
    },
    'Print report',
  );
}
