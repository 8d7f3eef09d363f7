import { start } from './serve';

/** Starts one server for all specs; workers find it by the environment. `EM_CONNECT_PAGES` names one that runs already. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  if (process.env['EM_CONNECT_PAGES'] !== undefined) return async () => {};
  const deployment = await start();
  process.env['EM_CONNECT_PAGES'] = deployment.url;
  process.env['EM_CONNECT_PAGES_DATA'] = deployment.data;
  process.env['EM_CONNECT_PAGES_PASSWORD'] = deployment.password;
  return deployment.stop;
}
