import { loadMessages } from '$lib/i18n/index.svelte';
import { session } from '$lib/session';
import { forgetTickets } from '$lib/tickets/forget';

// All addresses share one shell file, so no page is rendered on a server or at build time.
export const ssr = false;
export const prerender = false;

let started = false;

export async function load() {
  if (!started) {
    started = true;
    session.onChange(() => {
      if (session.state === 'signed-out') forgetTickets();
    });
    void session.start();
  }
  await loadMessages('common');
}
