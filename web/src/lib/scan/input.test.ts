import { describe, expect, it } from 'vitest';
import { Mute } from './mute';
import { Wedge } from './wedge';

function type(wedge: Wedge, text: string, gap: number, from = 1_000) {
  return [...text, 'Enter'].map((key, index) => wedge.press(key, from + index * gap));
}

describe('Wedge', () => {
  it('reads a burst that ends with Enter', () => {
    const strokes = type(new Wedge(), ' 60O01F.GCEKX', 8);
    expect(strokes.at(-1)).toEqual({ scan: ' 60O01F.GCEKX', swallow: true });
    expect(strokes.slice(1).every(({ swallow }) => swallow)).toBe(true);
    expect(strokes[0]?.swallow).toBe(false);
  });

  it('ignores the keys of a person', () => {
    expect(type(new Wedge(), 'ABCDEFGHJKMN', 150).some(({ scan, swallow }) => scan !== null || swallow)).toBe(false);
    expect(type(new Wedge(), 'abc', 8).at(-1)).toEqual({ scan: null, swallow: false });
  });

  it('loses no character when the device is busy for a moment', () => {
    const wedge = new Wedge();
    wedge.press('*', 0);
    for (const [index, key] of [...'70O8L+:LPMK'].entries()) wedge.press(key, 190 + index * 5);
    expect(wedge.press('Enter', 250).scan).toBe('*70O8L+:LPMK');
  });

  it('begins a new burst after a pause, and ignores Shift', () => {
    const wedge = new Wedge();
    wedge.press('x', 0);
    for (const [index, key] of ['A', 'Shift', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].entries()) wedge.press(key, 1_000 + index * 5);
    expect(wedge.press('Enter', 1_050).scan).toBe('ABCDEFGH');
    expect(wedge.press('Enter', 1_055).scan).toBeNull();
  });
});

describe('Mute', () => {
  it('accepts the same code again three seconds after it was last seen', () => {
    const mute = new Mute();
    expect(mute.admits('a', 0)).toBe(true);
    expect(mute.admits('a', 2_900)).toBe(false);
    // The code stays in front of the camera.
    expect(mute.admits('a', 5_000)).toBe(false);
    expect(mute.admits('a', 8_000)).toBe(true);
  });

  it('never mutes another code', () => {
    const mute = new Mute();
    expect(mute.admits('a', 0)).toBe(true);
    expect(mute.admits('b', 10)).toBe(true);
    mute.clear();
    expect(mute.admits('b', 20)).toBe(true);
  });

  it('judges two codes in one picture once each', () => {
    const mute = new Mute();
    const judged: string[] = [];
    for (let now = 0; now < 9_000; now += 100) {
      for (const text of ['a', 'b']) if (mute.admits(text, now)) judged.push(text);
    }
    expect(judged).toEqual(['a', 'b']);
    expect(mute.admits('a', 12_000)).toBe(true);
  });

  it('still works after a clock was set back', () => {
    const mute = new Mute();
    mute.admits('a', 100_000);
    expect(mute.admits('a', 5)).toBe(true);
  });
});
