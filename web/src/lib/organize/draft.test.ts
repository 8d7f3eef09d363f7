import { describe, expect, it } from 'vitest';
import type { components } from '../api/schema';
import {
  adopt,
  changesOf,
  copyOf,
  creationOf,
  differences,
  draftOf,
  emptyDraft,
  faultsOf,
  mergeDraft,
  promoted,
  readKept,
  tagsOf,
} from './draft';

const EVENT: components['schemas']['Event'] = {
  id: 'evt_01kamyz7p4e4gtxg4rv9jd5q7a',
  title: 'Rust evening',
  description: 'An evening.',
  venue: 'Town hall',
  startsAt: '2029-05-01T18:00:12.190Z',
  endsAt: '2029-05-01T21:00:12.190Z',
  timezone: 'Europe/Vienna',
  capacity: 100,
  category: null,
  picture: null,
  tags: ['rust', 'vienna'],
  status: 'published',
  registrationOpensAt: null,
  registrationClosesAt: null,
  doorsOpenAt: '2029-05-01T06:00:12.190Z',
  organizer: { id: 'usr_01kamyz7p4e4gtxg4rv9jd5q7a', name: 'Grace' },
  registered: 100,
  remaining: 0,
  waitlisted: 7,
  visitorAction: { action: 'waitlist', reason: null },
  version: 2,
  createdAt: '2028-05-01T18:00:00.000Z',
  updatedAt: '2028-05-01T18:00:00.000Z',
};

describe('draftOf and changesOf', () => {
  it('shows times in the zone of the event, and default doors as no choice', () => {
    const draft = draftOf(EVENT);
    expect(draft.startsAt).toBe('2029-05-01T20:00');
    expect(draft.doorsOpenAt).toBe('');
    expect(draftOf({ ...EVENT, doorsOpenAt: '2029-05-01T16:00:00.000Z' }).doorsOpenAt).toBe('2029-05-01T18:00');
  });

  it('does not change a field that the person did not edit, not even its seconds', () => {
    expect(changesOf(EVENT, draftOf(EVENT))).toEqual({});
    expect(changesOf(EVENT, { ...draftOf(EVENT), title: ' Rust night ' })).toEqual({ title: 'Rust night' });
  });

  it('moves all times with the zone', () => {
    const changes = changesOf(EVENT, { ...draftOf(EVENT), timezone: 'Europe/Lisbon' });
    expect(changes).toEqual({
      timezone: 'Europe/Lisbon',
      startsAt: '2029-05-01T19:00:00.000Z',
      endsAt: '2029-05-01T22:00:00.000Z',
    });
  });

  it('removes optional values', () => {
    const event = { ...EVENT, category: 'meetup', registrationClosesAt: '2029-05-01T10:00:00.000Z' };
    expect(changesOf(event, { ...draftOf(event), category: '', registrationClosesAt: '', tags: '' })).toEqual({
      category: null,
      registrationClosesAt: null,
      tags: [],
    });
  });

  it('keeps the second of two equal times', () => {
    const event = { ...EVENT, startsAt: '2027-10-31T01:30:00.000Z', endsAt: '2027-10-31T03:00:00.000Z', doorsOpenAt: '2027-10-31T00:00:00.000Z' };
    const draft = draftOf(event);
    expect(draft.later).toEqual(['startsAt']);
    expect(changesOf(event, draft)).toEqual({});
    expect(changesOf(event, { ...draft, later: [] })).toEqual({ startsAt: '2027-10-31T00:30:00.000Z' });
  });

  it('makes a request for a new event', () => {
    const draft = { ...emptyDraft('Europe/Vienna'), title: 'A', venue: 'B', startsAt: '2029-05-01T20:00', endsAt: '2029-05-01T22:00', capacity: '10' };
    expect(creationOf(draft)).toMatchObject({ startsAt: '2029-05-01T18:00:00.000Z', capacity: 10, doorsOpenAt: null, tags: [], category: null });
  });

  it('copies everything but the dates', () => {
    expect(copyOf(EVENT)).toMatchObject({ title: 'Rust evening', startsAt: '', endsAt: '', tags: 'rust, vienna' });
  });
});

describe('faultsOf', () => {
  const base = { ...emptyDraft('Europe/Vienna'), startsAt: '2027-03-27T20:00', endsAt: '2027-03-28T04:00' };

  it('finds times that do not exist or contradict each other', () => {
    expect(faultsOf(base)).toEqual({});
    expect(faultsOf({ ...base, endsAt: '2027-03-28T02:30' })).toEqual({ endsAt: 'never' });
    expect(faultsOf({ ...base, endsAt: '2027-03-27T20:00' })).toEqual({ endsAt: 'end-before-start' });
    expect(faultsOf({ ...base, registrationOpensAt: '2027-03-27T20:00' })).toEqual({ registrationOpensAt: 'opens-after-closes' });
    expect(faultsOf({ ...base, registrationClosesAt: '2027-03-28T05:00' })).toEqual({ registrationClosesAt: 'closes-after-end' });
    expect(faultsOf({ ...base, doorsOpenAt: '2027-03-28T05:00' })).toEqual({ doorsOpenAt: 'doors-after-end' });
  });
});

describe('mergeDraft', () => {
  const base = draftOf(EVENT);

  it('takes the others’ changes, and keeps this person’s changes', () => {
    const mine = { ...base, title: 'Mine' };
    const merged = mergeDraft(base, mine, { ...base, venue: 'Elsewhere' });
    expect(merged).toMatchObject({ taken: ['venue'], both: [], draft: { title: 'Mine', venue: 'Elsewhere' } });
  });

  it('leaves fields that both changed to the person', () => {
    const theirs = { ...base, title: 'Theirs', capacity: '120' };
    const merged = mergeDraft(base, { ...base, title: 'Mine' }, theirs);
    expect(merged).toMatchObject({ taken: ['capacity'], both: ['title'], draft: { title: 'Mine', capacity: '120' } });
    adopt(merged.draft, theirs, 'title');
    expect(differences(merged.draft, theirs)).toEqual([]);
  });

  it('reports no conflict for equal changes', () => {
    expect(mergeDraft(base, { ...base, title: 'Same' }, { ...base, title: 'Same' })).toMatchObject({ taken: [], both: [] });
  });

  it('takes a zone without its times', () => {
    const merged = mergeDraft(base, base, { ...base, timezone: 'Europe/Lisbon' });
    expect(merged.taken).toEqual(['timezone']);
  });
});

describe('promoted', () => {
  it('counts the people who move up', () => {
    expect(promoted(EVENT, 103)).toBe(3);
    expect(promoted(EVENT, 200)).toBe(7);
    expect(promoted(EVENT, 100)).toBe(0);
    expect(promoted(EVENT, 90)).toBe(0);
    expect(promoted(EVENT, Number.NaN)).toBe(0);
  });
});

describe('tagsOf and readKept', () => {
  it('splits tags', () => {
    expect(tagsOf(' rust, vienna ,, rust؛، web')).toEqual(['rust', 'vienna', 'rust؛', 'web']);
  });

  it('reads only drafts of its own format', () => {
    const kept = { draft: emptyDraft('UTC'), base: emptyDraft('UTC') };
    expect(readKept(JSON.stringify(kept))).toEqual(kept);
    for (const text of [null, '', 'null', '{}', '{"draft":{}}', '[1]']) expect(readKept(text)).toBeNull();
  });
});
