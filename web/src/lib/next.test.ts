import { describe, expect, it } from 'vitest';
import { enterAddress, eventIdOf, eventOfInvitation, eventOfPage, safeNext } from './next';

describe('safeNext', () => {
  it('keeps pages of this origin', () => {
    for (const page of ['/app', '/app/tickets?x=1', '/scan', '/events/evt_1']) expect(safeNext(page)).toBe(page);
  });

  it('refuses everything else', () => {
    for (const page of [null, '', '//evil.example', '/\\evil.example', 'https://evil.example/app', '/apple', '/app/sign-in', '/app/ x', 'javascript:alert(1)']) {
      expect(safeNext(page)).toBe('/app');
    }
  });
});

describe('eventIdOf', () => {
  it('accepts ids only', () => {
    expect(eventIdOf('evt_01kamyz7p4e4gtxg4rv9jd5q7a')).toBe('evt_01kamyz7p4e4gtxg4rv9jd5q7a');
    expect(eventIdOf('evt_../../x')).toBeNull();
    expect(eventIdOf(null)).toBeNull();
  });
});

describe('enterAddress', () => {
  const id = 'evt_01kamyz7p4e4gtxg4rv9jd5q7a';
  const url = (path: string) => new URL(path, 'https://example.org');

  it('leads from a registration to the form for account and seat', () => {
    expect(eventOfPage(`/app/events/${id}/register`)).toBe(id);
    expect(eventOfPage('/app/events/evt_x/register')).toBeNull();
    expect(enterAddress(url(`/app/events/${id}/register`))).toBe(`/app/sign-up?event=${id}`);
    expect(enterAddress(url(`/app/events/${id}/register`), 'sign-in')).toBe(`/app/sign-in?event=${id}`);
  });

  it('leads from an invitation to the form for an account, and back', () => {
    expect(eventOfInvitation(`/app/join/${id}`)).toBe(id);
    expect(eventOfInvitation('/app/join/evt_x')).toBeNull();
    expect(enterAddress(url(`/app/join/${id}`))).toBe(`/app/sign-up?next=%2Fapp%2Fjoin%2F${id}`);
    expect(enterAddress(url(`/app/join/${id}`), 'sign-in')).toBe(`/app/sign-in?next=%2Fapp%2Fjoin%2F${id}`);
  });

  it('leads from any other page to the sign-in page, and back', () => {
    expect(enterAddress(url('/app/tickets?x=1'))).toBe('/app/sign-in?next=%2Fapp%2Ftickets%3Fx%3D1');
  });
});
