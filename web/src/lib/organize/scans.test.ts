import { expect, it } from 'vitest';
import { scanQuery, UNNAMED } from './scans';

it('asks the server only for what was chosen', () => {
  const at = Date.parse('2027-05-01T20:00:00Z');
  const nothing = { result: '', gate: '', deviceId: '', since: '' } as const;
  expect(scanQuery(nothing, at)).toEqual({});
  expect(scanQuery({ ...nothing, gate: 'North', result: 'void' }, at)).toEqual({ gate: 'North', result: 'void' });
  expect(scanQuery({ ...nothing, gate: UNNAMED, deviceId: 'd' }, at)).toEqual({ gate: '', deviceId: 'd' });
  expect(scanQuery({ ...nothing, since: '10' }, at)).toEqual({ from: '2027-05-01T19:50:00.000Z' });
});
