/** The series of a chart over time: `x` in seconds since 1970, and one list of values for each name. */
export interface Series {
  x: number[];
  names: string[];
  values: number[][];
}

const HOUR = 3_600;
const MINUTE = 60;
/** The most bars that a person can distinguish. If there are more hours, each bar stands for a longer time. */
const MAX_BARS = 168;

export interface Hour {
  hour: string;
  registered: number;
  admitted: number;
}

/**
 * Returns one of the two numbers for each hour, including the hours in which nothing happened. If there are many hours,
 * they are joined to longer spans.
 */
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

/** Returns the sum of all values up to each point. */
export function cumulative(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}

export interface Admission {
  at: string;
  gate: string;
}

/**
 * Returns the admissions of each minute at each gate, for the last `minutes` before `now` (in milliseconds). The gates
 * are sorted by name.
 */
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

/** Returns the points at which something happened for a table, with the newest first. */
export function tableRows({ x, values }: Pick<Series, 'x' | 'values'>): { at: number; values: number[] }[] {
  return x
    .map((at, index) => ({ at, values: values.map((row) => row[index] ?? 0) }))
    .filter((row) => row.values.some((value) => value !== 0))
    .reverse();
}

/**
 * A log of admissions that live frames extend. Duplicates are dropped, because a frame may come twice, and the server's
 * log may contain it too.
 */
export class AdmissionLog {
  #known = new Map<string, Admission>();

  add(scan: { at: string; result: string; code?: string | null; gate?: string | null }, unnamed: string): void {
    // Two entries are the same scan if they have the same ticket and time.
    const key = `${scan.code ?? ''} ${Date.parse(scan.at)}`;
    if (scan.result === 'admitted') this.#known.set(key, { at: scan.at, gate: scan.gate ?? unnamed });
  }

  get all(): Admission[] {
    return [...this.#known.values()];
  }
}
