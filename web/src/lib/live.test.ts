import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Frame, LiveConnection, liveUrl } from './live';

const EVENT = 'evt_01kamyz7p4e4gtxg4rv9jd5q7a';

class FakeSocket extends EventTarget {
  readyState = 0;
  sent: unknown[] = [];

  constructor(readonly url: string) {
    super();
  }

  send(text: string) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  accept() {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  lose() {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }

  frame(frame: object) {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
  }
}

function connection(ticket: string | null = null) {
  const sockets: FakeSocket[] = [];
  const live = new LiveConnection({
    url: () => 'ws://host.example/live',
    ticket: () => Promise.resolve(ticket),
    open: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    random: () => 1,
  });
  return { live, sockets, last: () => sockets.at(-1) as FakeSocket };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('LiveConnection', () => {
  it('connects for the first subscription and delivers its frames', async () => {
    const { live, last } = connection('secret');
    const frames: Frame[] = [];
    live.subscribe(EVENT, 'counts', (frame) => frames.push(frame));
    await settle();
    expect(last().url).toBe('ws://host.example/live?ticket=secret');
    last().accept();
    expect(last().sent).toEqual([{ action: 'subscribe', eventId: EVENT }]);
    last().frame({ type: 'count', eventId: EVENT, registered: 3 });
    last().frame({ type: 'count', eventId: 'evt_other', registered: 4 });
    last().frame({ type: 'check-in', eventId: EVENT });
    expect(frames).toEqual([{ type: 'count', eventId: EVENT, registered: 3 }]);
    expect(live.lastFrameAt).toBe(Date.now());
  });

  it('sends no more actions in a second than the server allows', async () => {
    const { live, last } = connection();
    for (let number = 0; number < 20; number += 1) live.subscribe(`evt_${number}`, 'counts', () => {});
    await settle();
    last().accept();
    const sent: number[] = [last().sent.length];
    for (let second = 0; second < 3; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      sent.push(last().sent.length);
    }
    expect(sent).toEqual([8, 8, 16, 20]);
    expect(new Set(last().sent.map((action) => JSON.stringify(action))).size).toBe(20);
  });

  it('distinguishes the topics of one event', async () => {
    const { live, last } = connection();
    const counts = vi.fn();
    const door = vi.fn();
    live.subscribe(EVENT, 'counts', counts);
    live.subscribe(EVENT, 'door', door);
    await settle();
    last().accept();
    last().frame({ type: 'snapshot', eventId: EVENT, topic: 'door' });
    expect([counts.mock.calls.length, door.mock.calls.length]).toEqual([0, 1]);
    last().frame({ type: 'event', eventId: EVENT, status: 'cancelled', changed: [] });
    expect([counts.mock.calls.length, door.mock.calls.length]).toEqual([1, 2]);
  });

  it('reconnects after a growing wait, and subscribes again', async () => {
    const { live, sockets, last } = connection();
    live.subscribe(EVENT, 'counts', () => {});
    await settle();
    for (const wait of [1_000, 2_000, 4_000]) {
      const count = sockets.length;
      last().lose();
      expect(live.state).toBe('waiting');
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(sockets.length).toBe(count);
      await vi.advanceTimersByTimeAsync(1);
      expect(sockets.length).toBe(count + 1);
    }
    last().accept();
    expect(last().sent).toEqual([{ action: 'subscribe', eventId: EVENT }]);
    last().frame({ type: 'count', eventId: EVENT });
    last().lose();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sockets.length).toBe(5);
  });

  it('closes a connection that does not answer a ping', async () => {
    const { live, last } = connection();
    live.subscribe(EVENT, 'counts', () => {});
    await settle();
    last().accept();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(last().sent.at(-1)).toEqual({ action: 'ping' });
    last().frame({ type: 'pong' });
    await vi.advanceTimersByTimeAsync(25_000);
    expect(live.state).toBe('open');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(live.state).toBe('waiting');
  });

  it('closes when the last subscription ends', async () => {
    const { live, sockets, last } = connection();
    const end = live.subscribe(EVENT, 'counts', () => {});
    const second = live.subscribe(EVENT, 'counts', () => {});
    await settle();
    last().accept();
    end();
    end();
    expect(live.state).toBe('open');
    second();
    expect(live.state).toBe('idle');
    expect(last().sent.at(-1)).toEqual({ action: 'unsubscribe', eventId: EVENT });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sockets.length).toBe(1);
  });

  it('ignores messages that are not frames', async () => {
    const { live, last } = connection();
    const listener = vi.fn();
    live.subscribe(EVENT, 'counts', listener);
    await settle();
    last().accept();
    last().dispatchEvent(new MessageEvent('message', { data: '{' }));
    last().frame({ type: 'novelty' });
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('liveUrl', () => {
  const url = (page: string, named: string) => {
    vi.stubGlobal('location', new URL(page));
    vi.stubGlobal('document', { querySelector: () => ({ content: named }) });
    return liveUrl();
  };

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is the address in the page, or else on the page’s own host', () => {
    expect(url('http://host.example/app', 'ws://live.example/live')).toBe('ws://live.example/live');
    expect(url('http://host.example/app', '__LIVE_URL__')).toBe('ws://host.example/live');
    expect(url('https://host.example/app', '')).toBe('wss://host.example/live');
  });

  it('uses TLS if the page does', () => {
    expect(url('https://host.example/app', 'ws://host.example/live')).toBe('wss://host.example/live');
    expect(url('https://host.example/app', 'wss://live.example/live')).toBe('wss://live.example/live');
  });
});
