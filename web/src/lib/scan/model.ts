import type { Schemas } from '../api/client';

/** A door, from the server's last description of it. */
export interface KeptDoor {
  eventId: string;
  title: string;
  venue: string;
  timezone: string;
  startsAt: string;
  /** Number of people with a seat, at the last update. */
  registered: number;
  /** Public keys in base64url. */
  keys: string[];
  doorsOpenAt: string;
  endsAt: string;
  /** Whether the event was cancelled. A cancelled event stays cancelled. */
  cancelled: boolean;
  /** Time up to which the list of revoked tickets is complete. */
  asOf: string;
  cursor: string | null;
  /**
   * Largest number of milliseconds by which this device's clock can have been behind the server's, at the last update.
   */
  clockOffset?: number;
}

/** A guest: the code of the ticket, and the name. */
export type NamedGuest = readonly [code: string, name: string];

/** The names of an event's guests, from the last complete reading. The device deletes them after the event. */
export interface KeptNames {
  eventId: string;
  /** Time of the reading by this device's clock, in milliseconds since 1970. */
  readAt: number;
  endsAt: string;
  guests: NamedGuest[];
}

/** The time, the gate and the device of an admission. */
export interface Admission {
  code: string;
  at: string | null;
  gate: string | null;
  deviceId: string | null;
  /**
   * The scan of this device that admitted the person; `null` if another device did, or if the server admitted a typed
   * code.
   */
  scanId: string | null;
  /** The scan of another device that admitted the person, by its id in the log. */
  loggedScanId?: string;
  /** Further scans of this device that admitted the same person, such as a check-in whose answer was lost. */
  alsoScanIds?: string[];
  /** Whether the server has the admission. */
  confirmed: boolean;
  /** The time of the server's answer to this device's scan. An earlier undo did not remove the admission. */
  settledAt?: string;
}

/** A scan that admitted a person. The device keeps the scan until the server has it. */
export interface KeptScan {
  scanId: string;
  eventId: string;
  /** The text as it was scanned or typed. */
  ticket: string;
  scannedAt: string;
  gate: string | null;
  deviceId: string;
  code: string;
  /** Whether the scan was sent, even if no answer came. */
  attempted: boolean;
  /**
   * The reason why the server rejected the scan; `null` if it did not. A rejected scan stays on the device, and is sent
   * again only if the person requests it.
   */
  rejected: string | null;
}

/** The undo of an admission. */
export interface KeptUndo {
  eventId: string;
  code: string;
  /** The scans of this device that admitted the person. The list is empty if the server admitted a typed code. */
  scanIds: string[];
  /** Time of the admission. */
  at: string | null;
  requestedAt: string;
  /** Whether the undo was sent, even if no answer came. */
  attempted: boolean;
  /** Whether the server has done the undo. */
  done?: boolean;
}

/** A problem in the server's answer to a kept scan that staff should look into. */
export interface Finding {
  id: string;
  eventId: string;
  code: string;
  scannedAt: string;
  /** The gate at which the scan was made. */
  gate: string | null;
  kind: 'used-elsewhere' | 'ended' | 'wrongly-let-in';
  /** The admissions at other devices. Empty with `wrongly-let-in`. */
  others: { at: string | null; gate: string | null; deviceId: string | null }[];
  /** With `ended`: the time at which the ticket became invalid. Otherwise `null`. */
  at: string | null;
  /** With `wrongly-let-in`: the server's reason or result. With `ended`: the cause. Otherwise `null`. */
  reason: string | null;
}

export type SyncedScan = Schemas['SyncedScan'];
export type CheckIn = Schemas['CheckIn'];
export type LoggedScan = Schemas['LoggedScan'];

/** The reason why a text is not a valid ticket. */
export type BadReason = 'unknown' | 'forged' | 'expired-key';

/** The verdict on a scan, from this device or from the server. */
export type Verdict =
  | { kind: 'admitted'; code: string; at: string; confirmed: boolean; scanId: string | null; name: string | null; ended: boolean }
  | { kind: 'already'; code: string | null; admission: Omit<Admission, 'code'>; name: string | null }
  | { kind: 'other-event' }
  | { kind: 'void'; code: string | null; cancelled: boolean }
  | { kind: 'too-early'; opensAt: string | null }
  | { kind: 'over'; endedAt: string | null }
  | { kind: 'bad'; reason: BadReason }
  /** A typed code. The server is checking it now, because only the server can. */
  | { kind: 'asking'; code: string }
  /** A typed code that cannot be checked now, so a person decides. */
  | { kind: 'undecided'; code: string }
  | { kind: 'not-recorded' }
  | { kind: 'refused'; detail: string };
