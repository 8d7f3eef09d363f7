import { wasDoor } from './settings';

/** Sends scans that this device keeps, on any page. Loads nothing on a device that never was a door. Returns a function that ends this. */
export function sendInBackground(): () => void {
  if (!wasDoor()) return () => {};
  let stopped = false;
  let stop = () => {};
  import('./sending').then(
    ({ startSending }) => {
      if (!stopped) stop = startSending();
    },
    // A page that opens later sends them.
    () => {},
  );
  return () => {
    stopped = true;
    stop();
  };
}
