import { dev } from '$app/environment';

/** Registers the service worker, which keeps the app's own files so that it starts without a connection. */
export async function registerWorker(): Promise<void> {
  if (dev || !('serviceWorker' in navigator)) return;
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
  } catch {
    // Without a worker the app needs a connection, and works otherwise.
  }
}
