import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { headersOf, upload } from './upload';

/** The browser's request. The test reports its progress and answers it. */
class FakeCall extends EventTarget {
  static last: FakeCall;
  readonly upload = new EventTarget();
  readonly headers = new Map<string, string>();
  opened: string[] = [];
  body: Blob | null = null;
  status = 0;
  response: Blob | null = null;
  constructor() {
    super();
    FakeCall.last = this;
  }
  open(...opened: string[]): void {
    this.opened = opened;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers.set(name, value);
  }
  send(body: Blob): void {
    this.body = body;
  }
  abort(): void {
    this.dispatchEvent(new Event('abort'));
  }
  getAllResponseHeaders(): string {
    return 'content-type: application/json\r\netag: "1:2"\r\n';
  }
  progress(loaded: number): void {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { lengthComputable: true, loaded, total: 4 }));
  }
}

const request = (signal?: AbortSignal) =>
  new Request('http://localhost/v1/picture', {
    method: 'PUT',
    headers: { authorization: 'Bearer a', 'content-type': 'image/png' },
    body: 'four',
    ...(signal === undefined ? {} : { signal }),
  });

async function begun(): Promise<FakeCall> {
  await vi.waitFor(() => expect(FakeCall.last.body).not.toBeNull());
  return FakeCall.last;
}

beforeEach(() => {
  FakeCall.last = new FakeCall();
  vi.stubGlobal('XMLHttpRequest', FakeCall);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('upload', () => {
  it('sends the request, and reports how much was sent', async () => {
    const shares: number[] = [];
    const answer = upload(request(), (share) => shares.push(share));
    const call = await begun();
    expect(call.opened).toEqual(['PUT', 'http://localhost/v1/picture']);
    expect(call.headers.get('authorization')).toBe('Bearer a');
    expect(call.headers.get('content-type')).toBe('image/png');
    expect(await call.body?.text()).toBe('four');
    call.progress(1);
    call.progress(4);
    call.status = 422;
    call.response = new Blob(['{"status":422}']);
    call.dispatchEvent(new Event('load'));
    const response = await answer;
    expect(shares).toEqual([0.25, 1]);
    expect(response.status).toBe(422);
    expect(response.headers.get('etag')).toBe('"1:2"');
    expect(await response.json()).toEqual({ status: 422 });
  });

  it('rejects like fetch if no answer comes', async () => {
    const answer = upload(request(), () => {});
    (await begun()).dispatchEvent(new Event('error'));
    await expect(answer).rejects.toBeInstanceOf(TypeError);
  });

  it('ends when its signal aborts', async () => {
    const controller = new AbortController();
    const answer = upload(request(controller.signal), () => {});
    await begun();
    controller.abort();
    await expect(answer).rejects.toHaveProperty('name', 'AbortError');
  });
});

describe('headersOf', () => {
  it('keeps colons in values', () => {
    expect(headersOf('date: 10:00\r\n\r\n').get('date')).toBe('10:00');
  });
});
