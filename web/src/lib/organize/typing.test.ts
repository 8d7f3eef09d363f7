import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { searchedText, TypingPause } from './typing';

describe('TypingPause', () => {
  const reported: string[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    reported.length = 0;
  });
  afterEach(() => vi.useRealTimers());
  const pause = (last = '') => new TypingPause(last, (text) => reported.push(text));

  it('reports the text when the person pauses', () => {
    const typing = pause();
    for (const text of ['a', 'ad', 'ada']) {
      typing.typed(text);
      vi.advanceTimersByTime(200);
    }
    expect(reported).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(reported).toEqual(['ada']);
  });

  it('reports at once after Enter, and each text once', () => {
    const typing = pause('ada');
    typing.typed('ada ');
    vi.advanceTimersByTime(300);
    expect(reported).toEqual([]);
    typing.typed('ada l');
    typing.now('ada l');
    vi.advanceTimersByTime(300);
    expect(reported).toEqual(['ada l']);
    typing.now('');
    expect(reported).toEqual(['ada l', '']);
  });

  it('reports nothing after the page was left', () => {
    const typing = pause();
    typing.typed('ada');
    typing.stop();
    vi.advanceTimersByTime(1_000);
    expect(reported).toEqual([]);
  });
});

describe('searchedText', () => {
  it('removes spaces, and is empty if there is nothing to search for', () => {
    expect(searchedText('  Ada \n Lovelace\t')).toBe('Ada Lovelace');
    expect(searchedText('  ')).toBe('');
    expect(searchedText('’')).toBe('');
    expect(searchedText('محمد')).toBe('محمد');
    expect([...searchedText('😀'.repeat(150))]).toHaveLength(100);
  });
});
