import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DoorStore } from './door-store';
import { MemoryTables } from './memory-tables';
import type { NamedGuest } from './model';
import { NameIndex } from './names';

const guests: NamedGuest[] = [
  ['AAAA-AAAA-AAA1', 'Jürgen Müller-Lüdenscheidt'],
  ['AAAA-AAAA-AAA2', 'Siobhán O’Brien'],
  ['AAAA-AAAA-AAA3', 'Łukasz Ñandú'],
  ['AAAA-AAAA-AAA4', 'محمد علي'],
  ['AAAA-AAAA-AAA5', 'Adele Muller'],
];
const names = (typed: string) => new NameIndex(guests).find(typed).guests.map(([, name]) => name);

describe('a search for names', () => {
  it('finds the beginning of each word, without regard to case and accents', () => {
    expect(names('MUELLER')).toEqual(['Jürgen Müller-Lüdenscheidt']);
    expect(names('muller')).toEqual(['Adele Muller', 'Jürgen Müller-Lüdenscheidt']);
    expect(names('luden jur')).toEqual(['Jürgen Müller-Lüdenscheidt']);
    expect(names("o'brien")).toEqual(['Siobhán O’Brien']);
    expect(names('nandu')).toEqual(['Łukasz Ñandú']);
    expect(names('lukasz')).toEqual(['Łukasz Ñandú']);
    expect(names('عل')).toEqual(['محمد علي']);
    expect(names('ller')).toEqual([]);
    expect(names(' ’ ')).toEqual([]);
  });

  it('searches ten thousand guests, who take less than 1.5 MB', () => {
    const letters = 'abcdefghijklmnoprstuvwz';
    let state = 1;
    const draw = (from: string) => {
      state = (state * 48_271) % 2_147_483_647;
      return from.charAt(state % from.length);
    };
    const text = (from: string, length: number) => Array.from({ length }, () => draw(from)).join('');
    const code = () => [4, 4, 4].map((length) => text('0123456789ABCDEFGHJKMNPQRSTVWXYZ', length)).join('-');
    const many = Array.from({ length: 10_000 }, (): NamedGuest => [code(), `${text(letters, 8)} ${text(letters, 9)}`]);
    const kept = JSON.stringify(many);
    expect(kept.length).toBeLessThan(1_500_000);
    expect(gzipSync(kept).length).toBeLessThan(500_000);
    const index = new NameIndex(many);
    expect(index.size).toBe(10_000);
    expect(index.find('a')).toMatchObject({ more: true });
    expect(index.find(many[9_999]?.[1] ?? '').guests).toContainEqual(many[9_999]);
  });
});

it('names leave the device after the event, and with the next reading', async () => {
  const store = new DoorStore(new MemoryTables());
  const kept = { eventId: 'evt_1', readAt: 1, endsAt: '2027-05-01T20:00:00Z', guests };
  await store.keepNames(kept);
  await store.keepNames({ ...kept, guests: guests.slice(1) });
  expect((await store.names('evt_1'))?.guests).toEqual(guests.slice(1));
  await store.forgetOldNames(Date.parse('2027-05-01T19:59:59Z'));
  expect(await store.names('evt_1')).not.toBeNull();
  await store.forgetOldNames(Date.parse('2027-05-01T20:00:00Z'));
  expect(await store.names('evt_1')).toBeNull();
  await store.keepNames(kept);
  await store.forgetNames('evt_1');
  expect(await store.names('evt_1')).toBeNull();
});
