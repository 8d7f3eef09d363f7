import { loadMessages } from '$lib/i18n/index.svelte';

// No guard: the door works without a connection, and asks for a session only when it needs one.
export const load = () => loadMessages('scan');
