import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '../session';
import { forgetTickets } from './forget';
import { renewEntries } from './load';
import { readWallet } from './wallet';

const person = (id: string) => ({ id, email: `${id}@example.org`, name: id, role: 'user', emailVerified: true, createdAt: '2029-05-01T18:00:00.000Z' });
const registration = { event: { id: 'evt_1' }, status: 'confirmed', waitlistPosition: null, ticketCode: null };

/** A callback that runs before a list is returned. */
let beforeList: () => void;

async function signIn(id: string): Promise<void> {
  await session.login({ email: id, password: 'a password' });
}

beforeEach(async () => {
  forgetTickets();
  beforeList = () => {};
  vi.stubGlobal('fetch', async (request: Request | string, init?: RequestInit) => {
    const url = new URL(request instanceof Request ? request.url : request, 'http://localhost');
    if (url.pathname === '/v1/auth/browser/login') {
      const { email } = JSON.parse(String(init?.body)) as { email: string };
      return Response.json({ user: person(email), accessToken: email, tokenType: 'Bearer', expiresIn: 900 });
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
    beforeList();
    return Response.json({ items: url.pathname.endsWith('registrations') ? [registration] : [], nextCursor: null });
  });
  await signIn('usr_a');
});

afterEach(() => {
  vi.unstubAllGlobals();
  session.ended();
});

describe('renewEntries', () => {
  it('keeps the entries of the account that is signed in', async () => {
    const read = await renewEntries();
    expect(read?.entries.map(({ event }) => event.id)).toEqual(['evt_1']);
    expect((await readWallet('usr_a'))?.entries).toEqual(read?.entries);
  });

  it('drops lists that were read while the account changed', async () => {
    let switched: Promise<void> | null = null;
    beforeList = () => void (switched ??= signIn('usr_b'));
    expect(await renewEntries()).toBeNull();
    await switched;
    expect(session.user?.id).toBe('usr_b');
    expect(await readWallet(null)).toBeNull();
  });

  it('drops lists that were read while another account was signed in', async () => {
    let switched: Promise<void> | null = null;
    beforeList = () => void (switched ??= signIn('usr_b').then(() => signIn('usr_a')));
    expect(await renewEntries()).toBeNull();
    await switched;
    expect(session.user?.id).toBe('usr_a');
    expect(await readWallet(null)).toBeNull();
  });

  it('stores nothing after signing out', async () => {
    beforeList = () => {
      beforeList = () => {};
      session.ended();
      forgetTickets();
    };
    expect(await renewEntries()).toBeNull();
    expect(await readWallet(null)).toBeNull();
  });
});
