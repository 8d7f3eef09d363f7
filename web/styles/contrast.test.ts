import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');

function colours(part: string): Record<string, string> {
  return Object.fromEntries([...part.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]));
}

/** Returns the relative luminance of a colour, as WCAG 2 defines it. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const MEANINGS = ['accent', 'live', 'ok', 'warn', 'stop'];
const GROUNDS = ['ground', 'surface'];

/**
 * Pairs of colours with their minimum contrast: 4.5:1 for text, and 3:1 for borders of controls and for the focus ring.
 */
const PAIRS: [string, string, number][] = [
  ...['ink', 'ink-muted', ...MEANINGS.map((name) => `${name}-ink`)].flatMap((ink) =>
    GROUNDS.map((ground): [string, string, number] => [ink, ground, 4.5]),
  ),
  ...MEANINGS.map((name): [string, string, number] => [`${name}-ink`, `${name}-soft`, 4.5]),
  ...MEANINGS.map((name): [string, string, number] => ['ink', `${name}-soft`, 4.5]),
  ...MEANINGS.map((name): [string, string, number] => [`on-${name}`, name, 4.5]),
  ['on-accent', 'accent-hover', 4.5],
  ['ink-muted', 'surface-sunken', 4.5],
  ...['line-strong', 'focus'].flatMap((line) => GROUNDS.map((ground): [string, string, number] => [line, ground, 3])),
];

const bright = colours(light);
describe.each([
  ['light', bright],
  ['dark', { ...bright, ...colours(dark) }],
])('%s', (_, palette) => {
  it.each(PAIRS)('%s on %s is at least %d:1', (ink, ground, least) => {
    expect(contrast(palette[ink] ?? '', palette[ground] ?? '')).toBeGreaterThanOrEqual(least);
  });
});
