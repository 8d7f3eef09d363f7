import { dev } from '$app/environment';

let registered: Promise<boolean> | null = null;

/**
 * Registers the service worker, which keeps the app's own files so that it starts without a connection.
 * Pages that are needed without one call this, and no others: a first visit loads only what it shows.
 */
export function registerWorker(): Promise<boolean> {
  registered ??= register();
  return registered;
}

/** Registers the service worker, and lets it keep the files of the door too. */
export async function keepDoor(): Promise<void> {
  if (!(await registerWorker())) return;
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage('keep-door');
}

/** Returns whether there is a worker. Without one the app needs a connection, and works otherwise. */
async function register(): Promise<boolean> {
  if (dev || !('serviceWorker' in navigator)) return false;
  // The address of a worker is code to Trusted Types: only this one passes.
  const address = '/service-worker.js';
  const policy = window.trustedTypes?.createPolicy('em-connect', {
    createScriptURL: (url: string) => {
      if (url !== address) throw new TypeError(`no worker of this app: ${url}`);
      return url;
    },
  });
  try {
    await navigator.serviceWorker.register((policy?.createScriptURL(address) ?? address) as unknown as string, {
      scope: '/',
      updateViaCache: 'none',
    });
    return true;
  } catch {
    return false;
  }
}
