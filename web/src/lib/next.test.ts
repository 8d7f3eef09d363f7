import { describe, expect, it } from 'vitest';
import { eventIdOf, safeNext } from './next';

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
