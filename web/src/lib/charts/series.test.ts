import { describe, expect, it } from 'vitest';
import { AdmissionLog, cumulative, hourly, perMinute, tableRows } from './series';

const hour = (text: string, registered: number, admitted = 0) => ({ hour: `2029-05-01T${text}:00:00.000Z`, registered, admitted });

describe('hourly', () => {
  it('includes the hours in which nothing happened', () => {
    const { x, values, hours } = hourly([hour('10', 3), hour('13', 2), hour('14', 0, 9)], 'registered');
    expect(values).toEqual([3, 0, 0, 2]);
    expect(x[1]! - x[0]!).toBe(3_600);
    expect(hours).toBe(1);
    expect(hourly([hour('14', 0, 9)], 'admitted').values).toEqual([9]);
    expect(hourly([], 'registered').x).toEqual([]);
  });

  it('joins hours if there are too many, and keeps the sum', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      hour: new Date(Date.UTC(2029, 0, 1) + index * 3_600_000).toISOString(),
      registered: 1,
      admitted: 0,
    }));
    const { x, values, hours } = hourly(many, 'registered');
    expect(x.length).toBeLessThanOrEqual(168);
    expect(hours).toBe(6);
    expect(cumulative(values).at(-1)).toBe(1_000);
  });
});

describe('perMinute', () => {
  const now = Date.parse('2029-05-01T20:05:30Z');

  it('counts by gate, in the window', () => {
    const series = perMinute(
      [
        { at: '2029-05-01T20:05:10Z', gate: 'West' },
        { at: '2029-05-01T20:05:20Z', gate: 'West' },
        { at: '2029-05-01T20:03:59Z', gate: 'East' },
        { at: '2029-05-01T19:00:00Z', gate: 'East' },
      ],
      now,
      3,
    );
    expect(series.names).toEqual(['East', 'West']);
    expect(series.values).toEqual([
      [1, 0, 0],
      [0, 0, 2],
    ]);
    expect(tableRows(series).map((row) => row.values)).toEqual([
      [0, 2],
      [1, 0],
    ]);
  });
});

describe('AdmissionLog', () => {
  it('counts an admission once, whether from a frame or from the log', () => {
    const log = new AdmissionLog();
    log.add({ at: '2029-05-01T20:05:10Z', result: 'admitted', code: 'A', gate: 'West' }, '–');
    log.add({ at: '2029-05-01T20:05:10.000Z', result: 'admitted', code: 'A', gate: 'West' }, '–');
    log.add({ at: '2029-05-01T20:05:11Z', result: 'void', code: 'B' }, '–');
    log.add({ at: '2029-05-01T20:05:12Z', result: 'admitted', code: 'C' }, '–');
    expect(log.all.map(({ gate }) => gate)).toEqual(['West', '–']);
  });
});
