import { clock } from '../lib/clock';
import { setText } from './dom';
import { pageTime } from './page-time';
import type { Numbers } from './source';
import { number } from './texts';

const NAMES = ['remaining', 'capacity', 'registered', 'waitlisted'] as const;

/** The numbers of one event, in all places of its part of the page. */
export class Seats {
  #asOf: number;
  #numbers: Numbers | null = null;

  constructor(private readonly root: HTMLElement) {
    this.#asOf = pageTime() ?? clock.now();
  }

  /** Whether this part of the page shows numbers. */
  get present(): boolean {
    return this.root.querySelector('[data-remaining]') !== null;
  }

  get numbers(): Numbers | null {
    return this.#numbers;
  }

  /** The server's time to which the numbers belong. */
  get asOf(): number {
    return this.#asOf;
  }

  /** Number of free seats, from the last numbers or else from the server's markup. */
  get remaining(): number | null {
    if (this.#numbers !== null) return this.#numbers.remaining;
    const meter = this.root.querySelector<HTMLProgressElement>('progress.seats-meter');
    return meter === null ? null : meter.max - meter.value;
  }

  /** Shows numbers, unless this method has shown newer ones. Returns whether the numbers differ from the last call. */
  show(numbers: Numbers, asOf: number): boolean {
    if (asOf < this.#asOf && this.#numbers !== null) return false;
    const before = this.#numbers;
    this.#numbers = numbers;
    this.#asOf = asOf;
    for (const name of NAMES) {
      for (const place of this.root.querySelectorAll(`[data-${name}]`)) setText(place, number(numbers[name]));
    }
    for (const meter of this.root.querySelectorAll<HTMLProgressElement>('progress.seats-meter')) {
      meter.max = Math.max(1, numbers.capacity);
      meter.value = numbers.capacity - numbers.remaining;
    }
    return before === null || NAMES.some((name) => before[name] !== numbers[name]);
  }
}
