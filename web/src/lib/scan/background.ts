import { wasDoor } from './settings';

/**
 * Sends the scans that this device keeps, from any page. A device that never was a door loads no code for this. Returns
 * a function that stops the sending.
 */
export function sendInBackground(): () => void {
  if (!wasDoor()) return () => {};
  let stopped = false;
  let stop = () => {};
  import('./sending').then(
    ({ startSending }) => {
      if (!stopped) stop = startSending();
    },
    // If the import fails, a page that opens later sends the scans.
    () => {},
  );
  return () => {
    stopped = true;
    stop();
  };
}
