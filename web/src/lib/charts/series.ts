/** Series of a chart over time: `x` in seconds since 1970, one list of values for each name. */
export interface Series {
  x: number[];
  names: string[];
  values: number[][];
}

const HOUR = 3_600;
const MINUTE = 60;
/** More bars than this cannot be told apart; then each stands for a longer time. */
const MAX_BARS = 168;

export interface Hour {
  hour: string;
  registered: number;
  admitted: number;
}

/** A number of each hour, with the hours in between in which nothing happened. Many hours are joined to longer spans. */
export function hourly(hours: readonly Hour[], of: 'registered' | 'admitted'): { x: number[]; values: number[]; hours: number } {
  const known = hours.filter((hour) => hour[of] !== 0).map((hour) => [Math.floor(Date.parse(hour.hour) / 1000), hour[of]] as const);
  if (known.length === 0) return { x: [], values: [], hours: 1 };
  const first = Math.min(...known.map(([at]) => at));
  const last = Math.max(...known.map(([at]) => at));
  const span = Math.max(1, Math.ceil(((last - first) / HOUR + 1) / MAX_BARS));
  const x: number[] = [];
  for (let at = first; at <= last; at += span * HOUR) x.push(at);
  const values = x.map(() => 0);
  for (const [at, count] of known) {
    const index = Math.floor((at - first) / (span * HOUR));
    values[index] = (values[index] ?? 0) + count;
  }
  return { x, values, hours: span };
}

/** Sum up to each point. */
export function cumulative(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}

export interface Admission {
  at: string;
  gate: string;
}

/** Admissions of each minute at each gate, for the last `minutes` before `now` (milliseconds). Gates are in their order of names. */
export function perMinute(admissions: readonly Admission[], now: number, minutes: number): Series {
  const end = Math.floor(now / 1000 / MINUTE) * MINUTE;
  const start = end - (minutes - 1) * MINUTE;
  const x = Array.from({ length: minutes }, (_, index) => start + index * MINUTE);
  const names = [...new Set(admissions.map(({ gate }) => gate))].sort();
  const values = names.map(() => x.map(() => 0));
  for (const { at, gate } of admissions) {
    const index = Math.floor((Date.parse(at) / 1000 - start) / MINUTE);
    const row = values[names.indexOf(gate)];
    if (row !== undefined && index >= 0 && index < minutes) row[index] = (row[index] ?? 0) + 1;
  }
  return { x, names, values };
}

/** Points at which something happened, the newest first, for a table. */
export function tableRows({ x, values }: Pick<Series, 'x' | 'values'>): { at: number; values: number[] }[] {
  return x
    .map((at, index) => ({ at, values: values.map((row) => row[index] ?? 0) }))
    .filter((row) => row.values.some((value) => value !== 0))
    .reverse();
}

/** Log of admissions that grows by frames. A frame may come twice, and the log of the server has it too. */
export class AdmissionLog {
  #known = new Map<string, Admission>();

  add(scan: { at: string; result: string; code?: string | null; gate?: string | null }, unnamed: string): void {
    // A scan is the same if it has the same ticket and moment.
    const key = `${scan.code ?? ''} ${Date.parse(scan.at)}`;
    if (scan.result === 'admitted') this.#known.set(key, { at: scan.at, gate: scan.gate ?? unnamed });
  }

  get all(): Admission[] {
    return [...this.#known.values()];
  }
}
