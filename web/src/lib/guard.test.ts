import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const session = vi.hoisted(() => ({ state: 'restoring', ready: Promise.resolve() as Promise<unknown> }));
vi.mock('./session', () => ({ session }));

const { requireSession } = await import('./guard');

const TICKETS = new URL('http://host.example/app/tickets');

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('requireSession', () => {
  /** Returns the milliseconds until the page may be shown, up to ten seconds. */
  async function waited(hasOwnData: boolean): Promise<number> {
    let shownAt = Infinity;
    const start = Date.now();
    void requireSession(TICKETS, async () => hasOwnData).then(() => (shownAt = Date.now() - start));
    await vi.advanceTimersByTimeAsync(10_000);
    return shownAt;
  }

  it('shows the kept data after two seconds if the server does not answer', async () => {
    session.state = 'restoring';
    session.ready = new Promise(() => {});
    expect(await waited(true)).toBe(2_000);
    expect(await waited(false)).toBe(Infinity);
  });

  it('does not wait when the session is known', async () => {
    session.state = 'signed-in';
    session.ready = Promise.resolve();
    expect(await waited(true)).toBe(0);
  });

  it('redirects people who are not signed in to the sign-in page', async () => {
    session.state = 'restoring';
    session.ready = Promise.resolve().then(() => (session.state = 'signed-out'));
    await expect(requireSession(TICKETS, async () => true)).rejects.toMatchObject({ status: 307, location: '/app/sign-in?next=%2Fapp%2Ftickets' });
  });
});
