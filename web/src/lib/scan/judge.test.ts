import { describe, expect, it } from 'vitest';
import { judge, type Known } from './judge';
import type { Admission, KeptDoor } from './model';
import { importKeys } from './token';

const KEY = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex').toString('base64url');
const TOKEN =
  'J6036WT8SREH+$B:0J%P9+5QQB0.NJC0B9B5HBNJ.LEBB000V50KSD+YEH20E4R:GSN1QWJ4K7BM%9NQI8VS.9OJTD1IO00A*946-I:EAP+I3Y2FQOWUL%ZB3FKF%5VLS.W7DZMZ+RYZ157G.*G4H8J1DB HM:V30';
const CODE = 'YAC5-PZQT-V4JS';
const keys = await importKeys([KEY]);
const OPEN = Date.parse('2027-05-01T18:00:00Z');

const door: KeptDoor = {
  eventId: 'evt_01h455vb4pex5vsknk084sn02q',
  title: '',
  venue: '',
  timezone: 'UTC',
  startsAt: '2027-05-01T18:00:00Z',
  registered: 8,
  keys: [KEY],
  doorsOpenAt: '2027-05-01T06:00:00Z',
  endsAt: '2027-05-01T22:00:00Z',
  cancelled: false,
  asOf: '2027-05-01T05:00:00Z',
  cursor: null,
};
const admission: Admission = { code: CODE, at: '2027-05-01T17:54:00Z', gate: 'B', deviceId: 'd', scanId: null, confirmed: true };

function known(change: Partial<KeptDoor> = {}, lists: { revoked?: boolean; admission?: Admission } = {}): Known {
  return {
    door: { ...door, ...change },
    keys,
    isRevoked: async () => lists.revoked ?? false,
    admission: async () => lists.admission ?? null,
  };
}

describe('judge', () => {
  it.each([
    ['a good ticket', TOKEN, known(), OPEN, { kind: 'good', code: CODE, ticket: TOKEN }],
    ['no ticket', 'hello', known(), OPEN, { kind: 'bad', reason: 'unknown' }],
    ['another issuer', TOKEN, { ...known(), keys: [] }, OPEN, { kind: 'bad', reason: 'expired-key' }],
    ['a forgery', `${TOKEN.slice(0, 158)}000`, known(), OPEN, { kind: 'bad', reason: 'forged' }],
    ['another event', TOKEN, known({ eventId: 'evt_01m2v7r3k9fqa8xt5w6zc4hj0e' }), OPEN, { kind: 'other-event' }],
    ['a cancelled event', TOKEN, known({ cancelled: true }), OPEN, { kind: 'void', code: CODE, cancelled: true }],
    ['a revoked ticket', TOKEN, known({}, { revoked: true }), OPEN, { kind: 'void', code: CODE, cancelled: false }],
    ['a used ticket', TOKEN, known({}, { admission }), OPEN, { kind: 'already', code: CODE, admission, name: null }],
    ['a typed code', 'yac5pzqtv4js', known(), OPEN, { kind: 'unchecked', code: CODE }],
    ['a used code', CODE, known({}, { admission }), OPEN, { kind: 'already', code: CODE, admission, name: null }],
    ['a revoked code', CODE, known({}, { revoked: true }), OPEN, { kind: 'void', code: CODE, cancelled: false }],
  ])('%s', async (_, text, from, now, expected) => {
    expect(await judge(text, from, now)).toEqual(expected);
  });

  it('compares times as whole seconds, with the event’s present times', async () => {
    const opens = Date.parse(door.doorsOpenAt);
    const ends = Date.parse(door.endsAt);
    expect((await judge(TOKEN, known(), opens - 1)).kind).toBe('too-early');
    expect((await judge(TOKEN, known(), opens)).kind).toBe('good');
    expect((await judge(TOKEN, known({ doorsOpenAt: '2027-05-01T06:00:00.900Z' }), opens)).kind).toBe('good');
    expect((await judge(TOKEN, known(), ends - 1)).kind).toBe('good');
    expect((await judge(TOKEN, known(), ends)).kind).toBe('over');
    expect((await judge(TOKEN, known({ endsAt: '2027-05-01T23:00:00Z' }), ends)).kind).toBe('good');
  });

  it('refuses a revoked ticket as revoked, even if it was used', async () => {
    expect((await judge(TOKEN, known({}, { revoked: true, admission }), OPEN)).kind).toBe('void');
  });
});
