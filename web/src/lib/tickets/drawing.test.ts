import { afterEach, beforeEach, expect, it, vi } from 'vitest';

/** The browser's observer. The test says which elements are near the viewport. */
class FakeObserver {
  static all: FakeObserver[] = [];
  readonly watched = new Set<Element>();
  constructor(private readonly callback: (entries: { target: Element; isIntersecting: boolean }[]) => void) {
    FakeObserver.all.push(this);
  }
  observe(element: Element): void {
    this.watched.add(element);
  }
  unobserve(element: Element): void {
    this.watched.delete(element);
  }
  static see(...near: Element[]): void {
    for (const observer of FakeObserver.all) {
      observer.callback([...observer.watched].map((target) => ({ target, isIntersecting: near.includes(target) })));
    }
  }
}

let idle: (() => void)[];
let print: () => void;
let drawn: string[];
let drawNearViewport: (typeof import('./drawing'))['drawNearViewport'];

/** Returns boxes whose codes are to be drawn, each with the function that cancels it. */
function boxes(...names: string[]): { box: Element; cancel: () => void }[] {
  return names.map((name) => {
    const box = { name } as unknown as Element;
    return { box, cancel: drawNearViewport(box, () => drawn.push(name)) };
  });
}

const nextTask = () => idle.shift()?.();

beforeEach(async () => {
  idle = [];
  drawn = [];
  FakeObserver.all = [];
  vi.stubGlobal('IntersectionObserver', FakeObserver);
  vi.stubGlobal('requestIdleCallback', (work: () => void) => idle.push(work));
  vi.stubGlobal('addEventListener', (type: string, listener: () => void) => {
    if (type === 'beforeprint') print = listener;
  });
  vi.resetModules();
  ({ drawNearViewport } = await import('./drawing'));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it('draws the codes near the viewport, one for each task', () => {
  const [first, second] = boxes('first', 'second', 'third');
  FakeObserver.see();
  expect(idle).toHaveLength(0);
  FakeObserver.see(first!.box, second!.box);
  expect(drawn).toEqual([]);
  nextTask();
  expect(drawn).toEqual(['first']);
  nextTask();
  expect(drawn).toEqual(['first', 'second']);
  expect(idle).toHaveLength(0);
});

it('draws all codes before the page is printed, and none twice', () => {
  const [first] = boxes('first', 'second', 'third');
  FakeObserver.see(first!.box);
  print();
  expect(drawn).toEqual(['first', 'second', 'third']);
  nextTask();
  expect(drawn).toHaveLength(3);
});

it('does not draw a code that was cancelled', () => {
  const [first, second, third] = boxes('first', 'second', 'third');
  third!.cancel();
  FakeObserver.see(first!.box, second!.box);
  second!.cancel();
  while (idle.length > 0) nextTask();
  print();
  expect(drawn).toEqual(['first']);
});
