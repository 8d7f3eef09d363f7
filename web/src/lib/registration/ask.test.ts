import { afterEach, describe, expect, it, vi } from 'vitest';

vi.mock('../session', () => ({ session: { token: async () => null, state: 'signed-out' } }));

const { look } = await import('./ask');

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('look', () => {
  it('bypasses the browser’s cache, so that its answer contains the server’s time', async () => {
    const seen: [path: string, cache: string][] = [];
    vi.stubGlobal('fetch', async (request: Request) => {
      seen.push([new URL(request.url).pathname, request.cache]);
      return Response.json({});
    });
    await look('evt_1', new AbortController().signal);
    expect(seen.sort()).toEqual([
      ['/v1/events/evt_1', 'no-store'],
      ['/v1/events/evt_1/registrations/me', 'no-store'],
    ]);
  });
});
