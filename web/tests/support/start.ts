import { clearPictures } from './pictures';
import { start } from './serve';

/**
 * Starts one server for all specs, and stores its origin in the environment for the workers. If `EM_CONNECT_PAGES` is
 * set, uses the server that already runs there.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  clearPictures();
  if (process.env['EM_CONNECT_PAGES'] !== undefined) return async () => {};
  const deployment = await start();
  process.env['EM_CONNECT_PAGES'] = deployment.url;
  process.env['EM_CONNECT_PAGES_DATA'] = deployment.data;
  process.env['EM_CONNECT_PAGES_PASSWORD'] = deployment.password;
  return deployment.stop;
}
