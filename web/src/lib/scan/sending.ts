import { session } from '../session';
import { doorServer } from './door-server';
import { DoorStore } from './door-store';
import { IdbTables } from './idb-tables';
import { Outbox, type Server, type Settled, type Step } from './outbox';
import { deviceId } from './settings';

/** A message from one page to the other pages of this browser. Another page may show another door, or the same one. */
export interface DoorNews {
  eventId: string;
  settled: Settled[];
}

export const NEWS = 'em-connect.scan';
const LATER_MS = 30_000;

/** Runs one step of an outbox while no other page of this browser runs one. */
export async function stepAlone(eventId: string, outbox: Outbox): Promise<Step> {
  const { locks } = navigator;
  if (locks === undefined) return outbox.step();
  return (await locks.request(`em-connect.scan.send ${eventId}`, async () => ({ step: await outbox.step() }))).step;
}

/** Sends the scans and undos that this device keeps, for all events. */
export class Sender {
  readonly #outboxes = new Map<string, Outbox>();

  constructor(
    private readonly store: DoorStore,
    private readonly server: Server,
    private readonly device: string,
    private readonly tell: (news: DoorNews) => void,
  ) {}

  /**
   * Sends until nothing is left or a call fails. Returns the milliseconds to wait after a failure, or `null` if nothing
   * is left.
   */
  async send(): Promise<number | null> {
    let waitMs: number | null = null;
    for (const eventId of await this.store.eventsToSend()) {
      const outbox = this.#outboxes.get(eventId) ?? new Outbox(this.store, this.server, eventId, this.device);
      this.#outboxes.set(eventId, outbox);
      for (;;) {
        const step = await stepAlone(eventId, outbox);
        if (step.outcome === 'sent') this.tell({ eventId, settled: step.settled });
        // If this account may not send one event's scans, the scans of the other events are still sent.
        if (step.outcome === 'failed') waitMs = Math.min(waitMs ?? Infinity, step.failure?.kind === 'lost' ? step.waitMs : LATER_MS);
        if (step.outcome !== 'sent') break;
      }
    }
    return waitMs;
  }
}

/**
 * Sends kept scans of all events while this page is open and a person is signed in. Returns a function that stops the
 * sending.
 */
export function startSending(): () => void {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(NEWS);
  const sender = new Sender(new DoorStore(new IdbTables()), doorServer, deviceId(), (news) => channel?.postMessage(news));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let stopped = false;
  const send = async () => {
    clearTimeout(timer);
    if (running || stopped || session.state !== 'signed-in') return;
    running = true;
    try {
      const waitMs = await sender.send();
      if (waitMs !== null && !stopped) timer = setTimeout(() => void send(), waitMs);
    } catch {
      // Without storage, there are no kept scans.
    } finally {
      running = false;
    }
  };
  const wake = () => void send();
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  const end = session.onChange(wake);
  wake();
  return () => {
    stopped = true;
    clearTimeout(timer);
    removeEventListener('online', wake);
    document.removeEventListener('visibilitychange', wake);
    end();
    channel?.close();
  };
}
