import { describe, expect, it } from 'vitest';
import { nextCursor } from './attendees';

describe('nextCursor', () => {
  it('reads the cursor of the next page', () => {
    expect(nextCursor('</v1/events/evt_1/attendees.csv?cursor=ab%2Bc&limit=5>; rel="next"')).toBe('ab+c');
    expect(nextCursor('<https://host.example/x>; rel="prev", <https://host.example/x?cursor=d>; rel=next')).toBe('d');
    expect(nextCursor(null)).toBeNull();
    expect(nextCursor('<x>; rel="prev"')).toBeNull();
  });
});
