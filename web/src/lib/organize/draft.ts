import type { components } from '../api/schema';
import { instantOf, localTime, meaningOf } from './zone';

type Event = components['schemas']['Event'];
type CreateEvent = components['schemas']['CreateEvent'];
type UpdateEvent = components['schemas']['UpdateEvent'];

/** Fields of the form that are times. */
export const TIMES = ['startsAt', 'endsAt', 'registrationOpensAt', 'registrationClosesAt', 'doorsOpenAt'] as const;
export type TimeField = (typeof TIMES)[number];

/** All fields of the form, in the form's order. */
export const FIELDS = [
  'title',
  'description',
  'venue',
  'timezone',
  'startsAt',
  'endsAt',
  'doorsOpenAt',
  'capacity',
  'registrationOpensAt',
  'registrationClosesAt',
  'category',
  'tags',
] as const;
export type FieldName = (typeof FIELDS)[number];

/** An event as its form shows it: texts, and local times in the event's zone. */
export type Draft = Record<FieldName, string> & {
  /** Fields whose local time occurs twice on its day, and for which the second occurrence is meant. */
  later: TimeField[];
};

/** Time between the opening of the doors and the start, if the organizer does not choose another one. */
const DOORS_BEFORE = 12 * 3_600_000;

export function emptyDraft(timezone: string): Draft {
  const draft = Object.fromEntries(FIELDS.map((field) => [field, ''])) as Record<FieldName, string>;
  return { ...draft, timezone, later: [] };
}

/** Returns the form of an event. */
export function draftOf(event: Event): Draft {
  const zone = event.timezone;
  const later: TimeField[] = [];
  const local = (field: TimeField): string => {
    const iso = event[field];
    if (iso === null) return '';
    const text = localTime(iso, zone);
    const meaning = meaningOf(text, zone);
    if (meaning.kind === 'twice' && Date.parse(iso) >= meaning.second) later.push(field);
    return text;
  };
  const ownDoors = Date.parse(event.startsAt) - Date.parse(event.doorsOpenAt) !== DOORS_BEFORE;
  return {
    title: event.title,
    description: event.description,
    venue: event.venue,
    timezone: zone,
    startsAt: local('startsAt'),
    endsAt: local('endsAt'),
    doorsOpenAt: ownDoors ? local('doorsOpenAt') : '',
    capacity: String(event.capacity),
    registrationOpensAt: local('registrationOpensAt'),
    registrationClosesAt: local('registrationClosesAt'),
    category: event.category ?? '',
    tags: event.tags.join(', '),
    later,
  };
}

/** Returns the tags in a field, which commas, semicolons or line breaks separate. Each tag occurs once. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(/[,،;\n]/).map((tag) => tag.trim()).filter((tag) => tag !== ''))];
}

/**
 * Returns whether a field has the same meaning in both forms. Two times are the same only if they are in the same zone.
 */
export function sameField(field: FieldName, a: Draft, b: Draft): boolean {
  if (field === 'tags') return tagsOf(a.tags).join() === tagsOf(b.tags).join();
  if (isTime(field)) {
    if (a[field] === '' || b[field] === '') return a[field] === b[field];
    return a[field] === b[field] && a.timezone === b.timezone && a.later.includes(field) === b.later.includes(field);
  }
  return a[field].trim() === b[field].trim();
}

export function isTime(field: FieldName): field is TimeField {
  return (TIMES as readonly string[]).includes(field);
}

/** Returns the fields that differ. */
export function differences(a: Draft, b: Draft): FieldName[] {
  return FIELDS.filter((field) => !sameField(field, a, b));
}

/**
 * A mistake that the form finds before the server gets the request. The browser's validation finds empty and overlong
 * fields.
 */
export type Fault = 'never' | 'unreadable' | 'end-before-start' | 'opens-after-closes' | 'closes-after-end' | 'doors-after-end';

export function faultsOf(draft: Draft): Partial<Record<TimeField, Fault>> {
  const faults: Partial<Record<TimeField, Fault>> = {};
  const at: Partial<Record<TimeField, number>> = {};
  for (const field of TIMES) {
    if (draft[field] === '') continue;
    const meaning = meaningOf(draft[field], draft.timezone);
    if (meaning.kind === 'never' || meaning.kind === 'unreadable') faults[field] = meaning.kind;
    else at[field] = Date.parse(instantOf(draft[field], draft.timezone, draft.later.includes(field)) ?? '');
  }
  const { startsAt, endsAt, registrationOpensAt: opens, registrationClosesAt: closes = startsAt, doorsOpenAt: doors } = at;
  if (startsAt !== undefined && endsAt !== undefined && endsAt <= startsAt) faults.endsAt ??= 'end-before-start';
  if (opens !== undefined && closes !== undefined && opens >= closes) faults.registrationOpensAt ??= 'opens-after-closes';
  if (at.registrationClosesAt !== undefined && endsAt !== undefined && at.registrationClosesAt > endsAt) {
    faults.registrationClosesAt ??= 'closes-after-end';
  }
  if (doors !== undefined && endsAt !== undefined && doors >= endsAt) faults.doorsOpenAt ??= 'doors-after-end';
  return faults;
}

function instant(draft: Draft, field: TimeField): string | null {
  return draft[field] === '' ? null : instantOf(draft[field], draft.timezone, draft.later.includes(field));
}

/** Returns the request for a new event. */
export function creationOf(draft: Draft): CreateEvent {
  return {
    title: draft.title.trim(),
    description: draft.description,
    venue: draft.venue.trim(),
    timezone: draft.timezone,
    startsAt: instant(draft, 'startsAt') ?? '',
    endsAt: instant(draft, 'endsAt') ?? '',
    doorsOpenAt: instant(draft, 'doorsOpenAt'),
    capacity: Number(draft.capacity),
    registrationOpensAt: instant(draft, 'registrationOpensAt'),
    registrationClosesAt: instant(draft, 'registrationClosesAt'),
    category: draft.category.trim() === '' ? null : draft.category.trim(),
    tags: tagsOf(draft.tags),
  };
}

/**
 * Returns the request that changes an event into the form's content. The request contains only the changed fields, so
 * an untouched time keeps its seconds.
 */
export function changesOf(event: Event, draft: Draft): UpdateEvent {
  const before = draftOf(event);
  const whole = creationOf(draft);
  const changes: UpdateEvent = {};
  for (const field of differences(before, draft)) Object.assign(changes, { [field]: whole[field] });
  return changes;
}

/** Returns the form for a copy of an event. The form has no times, because the old dates do not fit the copy. */
export function copyOf(event: Event): Draft {
  return { ...draftOf(event), startsAt: '', endsAt: '', doorsOpenAt: '', registrationOpensAt: '', registrationClosesAt: '', later: [] };
}

export interface Merged {
  draft: Draft;
  /** Fields that only the others changed. The form takes the others' values. */
  taken: FieldName[];
  /** Fields that both sides changed differently. The form keeps this person's values until this person decides. */
  both: FieldName[];
}

/** Merges a form with an event that somebody else has changed since `base`. */
export function mergeDraft(base: Draft, mine: Draft, theirs: Draft): Merged {
  const merged: Draft = { ...mine, later: [...mine.later] };
  const taken: FieldName[] = [];
  const both: FieldName[] = [];
  for (const field of FIELDS) {
    // A change of the zone alone does not count as a change of every time.
    const same = (a: Draft, b: Draft) =>
      isTime(field) ? a[field] === b[field] && a.later.includes(field) === b.later.includes(field) : sameField(field, a, b);
    if (same(base, theirs) || same(mine, theirs)) continue;
    if (same(base, mine)) {
      taken.push(field);
      adopt(merged, theirs, field);
    } else {
      both.push(field);
    }
  }
  return { draft: merged, taken, both };
}

/** Copies a field from another form. */
export function adopt(draft: Draft, from: Draft, field: FieldName): void {
  draft[field] = from[field];
  if (!isTime(field)) return;
  draft.later = draft.later.filter((other) => other !== field);
  if (from.later.includes(field)) draft.later.push(field);
}

/** Returns the number of people who move up from the waitlist when the capacity grows. */
export function promoted(event: Pick<Event, 'capacity' | 'registered' | 'waitlisted'>, capacity: number): number {
  if (!Number.isInteger(capacity) || capacity <= event.capacity) return 0;
  return Math.min(event.waitlisted, capacity - Math.max(event.registered, 0));
}

/** A form that this device keeps, together with the event as it was when the person began. */
export interface Kept {
  draft: Draft;
  base: Draft;
}

/** Returns the kept form in a text, or `null` if the text has another format. */
export function readKept(text: string | null): Kept | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<Kept> | null;
    return isDraft(value?.draft) && isDraft(value?.base) ? { draft: value.draft, base: value.base } : null;
  } catch {
    return null;
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return FIELDS.every((field) => typeof fields[field] === 'string') && Array.isArray(fields['later']);
}
