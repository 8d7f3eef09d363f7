import { make, setText } from './dom';
import { digits, unitName } from './texts';

const PARTS = [
  ['day', 86_400, Infinity],
  ['hour', 3_600, 24],
  ['minute', 60, 60],
  ['second', 1, 60],
] as const;

/** A countdown to a moment, in fields. A screen reader does not read it each second. The page announces the end. */
export class Countdown {
  readonly element = make('div', 'countdown');
  readonly #fields = PARTS.map(([unit]) => {
    const value = make('span', 'countdown-value');
    const name = make('span', 'countdown-unit');
    const field = make('span', 'countdown-part', value, ' ', name);
    return { unit, value, name, field };
  });

  constructor() {
    this.element.setAttribute('role', 'timer');
    this.element.setAttribute('aria-live', 'off');
    this.element.append(...this.#fields.map(({ field }) => field));
  }

  show(leftMs: number): void {
    const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
    this.#fields.forEach(({ unit, value, name, field }, index) => {
      const [, size, modulus] = PARTS[index] as (typeof PARTS)[number];
      const count = Math.floor(seconds / size) % modulus;
      field.hidden = unit === 'day' && count === 0;
      setText(value, digits(count));
      setText(name, unitName(unit, count));
    });
  }
}
