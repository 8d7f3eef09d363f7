import { describe, expect, it } from 'vitest';
import { instantOf, isZone, localTime, meaningOf, offsetAt, zones } from './zone';

const iso = (at: number) => new Date(at).toISOString();

describe('meaningOf', () => {
  it.each([
    ['2029-05-01T20:00', 'Europe/Vienna', '2029-05-01T18:00:00.000Z'],
    ['2029-01-01T20:00', 'Europe/Vienna', '2029-01-01T19:00:00.000Z'],
    ['2029-05-01T20:00', 'UTC', '2029-05-01T20:00:00.000Z'],
    ['2029-05-01T00:30', 'Asia/Kathmandu', '2029-04-30T18:45:00.000Z'],
    ['2029-12-31T23:30', 'America/St_Johns', '2030-01-01T03:00:00.000Z'],
    ['2029-01-01T00:00', 'Pacific/Kiritimati', '2028-12-31T10:00:00.000Z'],
  ])('reads %s in %s', (local, zone, at) => {
    expect(instantOf(local, zone)).toBe(at);
    expect(localTime(at, zone)).toBe(local);
  });

  it('finds that a time does not exist when clocks go forward', () => {
    expect(meaningOf('2027-03-28T02:30', 'Europe/Vienna')).toEqual({ kind: 'never' });
    expect(instantOf('2027-03-28T02:30', 'Europe/Vienna')).toBeNull();
    expect(instantOf('2027-03-28T01:59', 'Europe/Vienna')).toBe('2027-03-28T00:59:00.000Z');
    expect(instantOf('2027-03-28T03:00', 'Europe/Vienna')).toBe('2027-03-28T01:00:00.000Z');
    expect(meaningOf('2027-03-14T02:15', 'America/New_York')).toEqual({ kind: 'never' });
  });

  it('finds that a time occurs twice when clocks go back', () => {
    const meaning = meaningOf('2027-10-31T02:30', 'Europe/Vienna');
    expect(meaning).toEqual({
      kind: 'twice',
      first: Date.parse('2027-10-31T00:30:00Z'),
      second: Date.parse('2027-10-31T01:30:00Z'),
    });
    expect(instantOf('2027-10-31T02:30', 'Europe/Vienna')).toBe('2027-10-31T00:30:00.000Z');
    expect(instantOf('2027-10-31T02:30', 'Europe/Vienna', true)).toBe('2027-10-31T01:30:00.000Z');
    expect(instantOf('2027-10-31T03:00', 'Europe/Vienna', true)).toBe('2027-10-31T02:00:00.000Z');
  });

  it('handles changes of half an hour and a skipped day', () => {
    expect(meaningOf('2027-04-04T01:45', 'Australia/Lord_Howe').kind).toBe('twice');
    expect(meaningOf('2027-10-03T02:15', 'Australia/Lord_Howe').kind).toBe('never');
    expect(meaningOf('2011-12-30T12:00', 'Pacific/Apia')).toEqual({ kind: 'never' });
  });

  it('refuses texts that are not times or zones', () => {
    for (const local of ['', '2029-05-01', '2029-13-01T00:00', 'tomorrow']) {
      expect(meaningOf(local, 'UTC')).toEqual({ kind: 'unreadable' });
    }
    expect(meaningOf('2029-05-01T20:00', 'Mars/Olympus')).toEqual({ kind: 'unreadable' });
    expect(isZone('Mars/Olympus')).toBe(false);
  });

  it('converts every hour around changes of the clock to local time and back', () => {
    for (const zone of ['Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Tehran']) {
      for (const start of ['2027-03-10', '2027-03-27', '2027-10-30', '2027-11-06', '2027-04-03']) {
        for (let hour = 0; hour < 96; hour += 0.5) {
          const at = Date.parse(`${start}T00:00:00Z`) + hour * 3_600_000;
          const meaning = meaningOf(localTime(at, zone), zone);
          const moments = meaning.kind === 'once' ? [meaning.at] : meaning.kind === 'twice' ? [meaning.first, meaning.second] : [];
          expect(moments.map(iso)).toContain(iso(at));
        }
      }
    }
  });
});

describe('offsetAt', () => {
  it('ignores milliseconds', () => {
    expect(offsetAt(Date.parse('2026-11-30T06:08:12.190Z'), 'Europe/Vienna')).toBe(3_600_000);
    expect(localTime('2026-11-30T06:08:12.190Z', 'Europe/Lisbon')).toBe('2026-11-30T06:08');
  });
});

describe('zones', () => {
  it('offers the person’s own zone first, and each zone once', () => {
    const all = zones('Europe/Vienna', 'Europe/Lisbon');
    expect(all.slice(0, 3)).toEqual(['Europe/Vienna', 'Europe/Lisbon', 'UTC']);
    expect(new Set(all).size).toBe(all.length);
    expect(zones('UTC', '')[0]).toBe('UTC');
  });
});
