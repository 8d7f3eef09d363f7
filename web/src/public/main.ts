// The script of the pages that the server renders. The pages are complete without it. The script keeps them up to date,
// and lets visitors register.
import '../../styles/public.css';
import { Announcer } from './announcer';
import { pageLocale } from './dates';
import { find, make, setText } from './dom';
import { EventPart } from './event';
import { observePage } from './page-time';
import { live } from './source';
import { loadTexts } from './texts';

/** Keeps the events of a page up to date. An event in a list is updated only while it is visible. */
function watchEvents(): void {
  const status = make('p', 'visually-hidden');
  status.setAttribute('role', 'status');
  document.body.append(status);
  const announcer = new Announcer((text) => setText(status, text));

  const parts = new Map<Element, EventPart>();
  for (const root of document.querySelectorAll<HTMLElement>('[data-event]')) {
    const block = find(root, '[data-action]');
    if (block === null) continue;
    const part = new EventPart(root, block, announcer);
    if (!part.changes) continue;
    parts.set(root, part);
    if (root.localName === 'main') part.start();
  }
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) parts.get(target)?.start();
      else parts.get(target)?.stop();
    }
  });
  for (const root of parts.keys()) if (root.localName !== 'main') seen.observe(root);

  const tick = () => {
    if (document.visibilityState === 'visible') for (const part of parts.values()) part.tick();
  };
  setInterval(tick, 1_000);
  document.addEventListener('visibilitychange', tick);
  addEventListener('online', () => live.reconnect());
  // The browser may restore a page from memory. Such a page has missed all changes in the meantime.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
}

observePage();
await loadTexts(pageLocale());
watchEvents();
