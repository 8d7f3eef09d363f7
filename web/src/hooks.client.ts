import { mailed } from '$lib/mailed.svelte';

// This file runs before Kit reads the address. Otherwise, Kit would write the address with the code into the history again.
mailed.take(location, (address) => history.replaceState(history.state, '', address));
