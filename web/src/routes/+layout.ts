import { loadMessages, startLocale } from '$lib/i18n/index.svelte';
import { session } from '$lib/session';
import { forgetTickets } from '$lib/tickets/forget';

// The shell is one file for all addresses: nothing is rendered ahead or on a server.
export const ssr = false;
export const prerender = false;

let started = false;

export async function load() {
  if (!started) {
    started = true;
    startLocale();
    session.onChange(() => {
      if (session.state === 'signed-out') forgetTickets();
    });
    void session.start();
  }
  await loadMessages('common');
}
