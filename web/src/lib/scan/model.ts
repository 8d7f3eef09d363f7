import type { Schemas } from '../api/client';

/** A door as the server last described it. */
export interface KeptDoor {
  eventId: string;
  title: string;
  venue: string;
  timezone: string;
  startsAt: string;
  /** Number of people with a seat, as of the last look. */
  registered: number;
  /** Public keys in base64url. */
  keys: string[];
  doorsOpenAt: string;
  endsAt: string;
  /** An event that was cancelled once stays cancelled. */
  cancelled: boolean;
  /** Time up to which the list of revoked tickets is complete. */
  asOf: string;
  cursor: string | null;
  /** Milliseconds by which this device's clock was behind the server's at most, at the last look. */
  clockOffset?: number;
}

/** When, where and by which device somebody came in. */
export interface Admission {
  code: string;
  at: string | null;
  gate: string | null;
  deviceId: string | null;
  /** The scan of this device that let the person in; `null` if another device did, or the server at once. */
  scanId: string | null;
  /** The scan of another device that let the person in, as the log names it. */
  loggedScanId?: string;
  /** Further scans of this device that let the same person in, such as a check-in whose answer was lost. */
  alsoScanIds?: string[];
  /** Whether the server has it. */
  confirmed: boolean;
  /** When the server answered to this device's scan: undos before that did not take it back. */
  settledAt?: string;
}

/** A scan that let somebody in, kept until the server has it. */
export interface KeptScan {
  scanId: string;
  eventId: string;
  /** Text as scanned or typed. */
  ticket: string;
  scannedAt: string;
  gate: string | null;
  deviceId: string;
  code: string;
  /** Whether it was sent, perhaps without an answer. */
  attempted: boolean;
  /** Why the server does not take it; it is kept then, and not sent again by itself. */
  rejected: string | null;
}

/** An admission that is to be taken back. */
export interface KeptUndo {
  eventId: string;
  code: string;
  /** Scans of this device that let the person in; none if the server admitted a typed code. */
  scanIds: string[];
  /** Time of the admission. */
  at: string | null;
  requestedAt: string;
  /** Whether it was sent, perhaps without an answer. */
  attempted: boolean;
  /** Whether the server has done it. */
  done?: boolean;
}

/** What the server's answer to a kept scan shows that somebody should look into. */
export interface Finding {
  id: string;
  eventId: string;
  code: string;
  scannedAt: string;
  /** The gate at which the scan was made. */
  gate: string | null;
  kind: 'used-elsewhere' | 'ended' | 'wrongly-let-in';
  /** With `used-elsewhere`: the admissions at other devices. */
  others: { at: string | null; gate: string | null; deviceId: string | null }[];
  /** With `ended`: since when; with `wrongly-let-in`: nothing. */
  at: string | null;
  /** With `wrongly-let-in`: the server's reason or result; with `ended`: the cause. */
  reason: string | null;
}

export type SyncedScan = Schemas['SyncedScan'];
export type CheckIn = Schemas['CheckIn'];
export type LoggedScan = Schemas['LoggedScan'];

/** Why a text is no good ticket. */
export type BadReason = 'unknown' | 'forged' | 'expired-key';

/** Verdict on a scan, given by this device or by the server. */
export type Verdict =
  | { kind: 'admitted'; code: string; at: string; confirmed: boolean; scanId: string | null; name: string | null; ended: boolean }
  | { kind: 'already'; code: string | null; admission: Omit<Admission, 'code'>; name: string | null }
  | { kind: 'other-event' }
  | { kind: 'void'; code: string | null; cancelled: boolean }
  | { kind: 'too-early'; opensAt: string | null }
  | { kind: 'over'; endedAt: string | null }
  | { kind: 'bad'; reason: BadReason }
  /** A typed code, about which only the server knows more: it is asked now. */
  | { kind: 'asking'; code: string }
  /** A typed code that nobody can check now: a person decides. */
  | { kind: 'undecided'; code: string }
  | { kind: 'not-recorded' }
  | { kind: 'refused'; detail: string };
