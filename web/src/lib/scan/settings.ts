/** The choices for a door on this device. The choices name no person, and are not part of a session. */
export interface Settings {
  /** Name of the door; empty if the door has no name. */
  gate: string;
  sound: boolean;
  /** Whether the door uses the camera. */
  camera: boolean;
  /** The chosen camera; empty for the rear camera. */
  cameraId: string;
}

const KEY = 'em-connect.scan';
const DEVICE = 'em-connect.scan.device';
const DEFAULTS: Settings = { gate: '', sound: true, camera: false, cameraId: '' };

export function readSettings(): Settings {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const read = { ...DEFAULTS, ...(typeof stored === 'object' ? stored : {}) };
    return {
      gate: String(read.gate).slice(0, 50),
      sound: read.sound === true,
      camera: read.camera === true,
      cameraId: String(read.cameraId),
    };
  } catch {
    return { ...DEFAULTS };
  }
}

export function keepSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Without storage, the choices last until the page is closed.
  }
}

let device: string | null = null;

/** Returns whether a door was ever opened on this device. */
export function wasDoor(): boolean {
  try {
    return localStorage.getItem(DEVICE) !== null;
  } catch {
    return false;
  }
}

/** Returns the name of this device in records of scans. */
export function deviceId(): string {
  if (device !== null) return device;
  try {
    device = localStorage.getItem(DEVICE);
    if (device === null) {
      device = `web-${crypto.randomUUID().slice(0, 8)}`;
      localStorage.setItem(DEVICE, device);
    }
  } catch {
    device ??= `web-${crypto.randomUUID().slice(0, 8)}`;
  }
  return device;
}
