import type { Change, Settlement } from './door-store';
import type { Admission, CheckIn, Finding, KeptScan, LoggedScan, SyncedScan, Verdict } from './model';

/**
 * Returns the changes that follow from the server's answer to a kept scan: the ticket's admission, and a finding for
 * staff.
 */
export function settlementOf(scan: KeptScan, result: SyncedScan, answeredAt: string): Settlement {
  const base = { scanId: scan.scanId, code: scan.code };
  const finding = (kind: Finding['kind'], rest: Partial<Finding> = {}): Finding => ({
    id: scan.scanId,
    eventId: scan.eventId,
    code: scan.code,
    scannedAt: scan.scannedAt,
    gate: scan.gate,
    kind,
    others: [],
    at: null,
    reason: null,
    ...rest,
  });
  if (result.result !== 'admitted' && result.result !== 'already-admitted') {
    const revoke = result.result === 'void';
    return { ...base, admission: null, revoke, finding: finding('wrongly-let-in', { reason: result.reason ?? result.result }) };
  }

  const own = isOwn(scan, result);
  const conflicts = result.conflicts ?? [];
  // A check-in whose answer was lost is another scan of this device, so an undo must undo it too.
  const alsoScanIds = conflicts.filter(({ deviceId }) => deviceId === scan.deviceId).map(({ scanId }) => scanId);
  const admission: Admission = {
    code: scan.code,
    at: result.admittedAt ?? scan.scannedAt,
    gate: result.gate ?? null,
    deviceId: result.deviceId ?? null,
    scanId: own ? scan.scanId : null,
    ...(own && alsoScanIds.length > 0 ? { alsoScanIds } : {}),
    confirmed: true,
    ...(own ? { settledAt: answeredAt } : {}),
  };
  let others = conflicts.map(({ scannedAt, gate, deviceId }) => ({ at: scannedAt, gate, deviceId }));
  if (result.result === 'already-admitted' && others.length === 0) {
    others = [{ at: admission.at ?? scan.scannedAt, gate: admission.gate, deviceId: admission.deviceId }];
  }
  // This device admits a ticket once, so another scan by it is a check-in whose answer was lost.
  others = others.filter(({ deviceId }) => deviceId !== scan.deviceId);
  // An admission has one finding. If the ticket was also used twice, the list of conflicts shows this.
  if (result.ended !== undefined) {
    const { at, cause } = result.ended;
    return { ...base, admission, revoke: true, finding: finding('ended', { at, reason: cause, others }) };
  }
  return { ...base, admission, revoke: false, finding: others.length > 0 ? finding('used-elsewhere', { others }) : null };
}

/** Returns whether the admission in the server's answer is by the device that made the scan. */
function isOwn(scan: KeptScan, result: SyncedScan): boolean {
  return result.result === 'admitted' || result.deviceId === undefined || result.deviceId === scan.deviceId;
}

/** Returns the server's verdict on a kept scan, which replaces the verdict that was shown before. */
export function verdictOfSync(scan: KeptScan, result: SyncedScan): Verdict {
  const name = result.ticket?.holderName ?? null;
  if (result.result === 'admitted' || (result.result === 'already-admitted' && isOwn(scan, result))) {
    return {
      kind: 'admitted',
      code: scan.code,
      at: result.admittedAt ?? scan.scannedAt,
      confirmed: true,
      scanId: scan.scanId,
      name,
      ended: result.ended !== undefined,
    };
  }
  return verdictOfRefusal(result);
}

/**
 * Returns the server's verdict on a typed code. `askedAt` is the time of this device's first request, if an answer was
 * lost.
 */
export function verdictOfCheckIn(answer: CheckIn, own: { deviceId: string; askedAt: number | null; code: string; now: string }): Verdict {
  const name = answer.ticket?.holderName ?? null;
  const admitted: Verdict = {
    kind: 'admitted',
    code: answer.ticket?.code ?? own.code,
    at: answer.admittedAt ?? own.now,
    confirmed: true,
    scanId: null,
    name,
    ended: false,
  };
  if (answer.result === 'admitted') return admitted;
  // The server processed the first request although its answer was lost, so this is the same person.
  if (
    answer.result === 'already-admitted' &&
    own.askedAt !== null &&
    answer.deviceId === own.deviceId &&
    answer.admittedAt !== undefined &&
    Math.abs(Date.parse(answer.admittedAt) - own.askedAt) < LOST_ANSWER_MS
  ) {
    return admitted;
  }
  return verdictOfRefusal(answer);
}

const LOST_ANSWER_MS = 120_000;

function verdictOfRefusal(answer: CheckIn): Verdict {
  const code = answer.ticket?.code ?? null;
  switch (answer.result) {
    case 'admitted':
    case 'already-admitted': {
      const { admittedAt, gate, deviceId } = answer;
      return {
        kind: 'already',
        code,
        admission: { at: admittedAt ?? null, gate: gate ?? null, deviceId: deviceId ?? null, scanId: null, confirmed: true },
        name: answer.ticket?.holderName ?? null,
      };
    }
    case 'void':
      return { kind: 'void', code, cancelled: false };
    case 'wrong-event':
      return { kind: 'other-event' };
    case 'invalid':
    case 'undone':
      switch (answer.reason) {
        case 'too-early':
          return { kind: 'too-early', opensAt: null };
        case 'over':
          return { kind: 'over', endedAt: null };
        case 'forged':
        case 'expired-key':
        case 'unknown':
          return { kind: 'bad', reason: answer.reason };
        default:
          return { kind: 'refused', detail: answer.reason ?? answer.result };
      }
    default:
      // A result that only a newer server has counts as a refusal.
      return { kind: 'refused', detail: String(answer.result) };
  }
}

/** Returns the log's entry of a ticket's valid admission, if there is one. */
export function admissionIn(entries: readonly LoggedScan[], code: string): LoggedScan | null {
  const ofTicket = entries.filter((entry) => entry.code === code);
  const undoneAt = ofTicket.filter(({ result }) => result === 'undone').reduce((latest, { at }) => (at > latest ? at : latest), '');
  const standing = ofTicket.filter(({ at, result }) => result === 'admitted' && at > undoneAt);
  return standing.sort((a, b) => (a.at < b.at ? -1 : 1))[0] ?? null;
}

/**
 * Returns the admissions and undos among entries of the door's log, sorted by time. The entries may be in any order.
 */
export function changesOf(entries: readonly LoggedScan[]): Change[] {
  return entries
    .filter(({ code, result }) => code !== null && (result === 'admitted' || result === 'undone'))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ scanId, code, at, gate, deviceId, result, undoneScanId = null }) =>
      result === 'undone'
        ? { kind: 'undone', code: code as string, at, scanId: undoneScanId }
        : {
            kind: 'admitted',
            scanId,
            admission: { code: code as string, at, gate, deviceId, scanId: null, confirmed: true },
          },
    );
}
