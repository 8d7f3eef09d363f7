import { dev } from '$app/environment';

let registered: Promise<boolean> | null = null;

/**
 * Registers the service worker, which keeps the app's own files so that the app starts without a connection.
 * Only pages that must work without a connection call this function. So a first visit to another page loads only that
 * page's files.
 */
export function registerWorker(): Promise<boolean> {
  registered ??= register();
  return registered;
}

/** Registers the service worker, and makes it keep the files of the door too. */
export async function keepDoor(): Promise<void> {
  if (!(await registerWorker())) return;
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage('keep-door');
}

/**
 * Registers the service worker. Returns whether there is one. Without a worker, the app works but needs a connection.
 */
async function register(): Promise<boolean> {
  if (dev || !('serviceWorker' in navigator)) return false;
  // For Trusted Types, the address of a worker is code. Only this address is allowed.
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
