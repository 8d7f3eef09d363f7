import { flushSync } from 'svelte';

type Draw = () => void;

/** Distance from the viewport at which a code is drawn, so that it is there when it scrolls into view. */
const MARGIN = '400px';
/** Longest wait for an idle browser, in milliseconds. */
const TIMEOUT_MS = 300;

/**
 * Draws codes when they come near the viewport, each in a task of its own. A phone needs up to 100 ms for a code, so
 * drawing many in one task would block the page.
 */
class DrawingQueue {
  /** The codes that are far from the viewport. */
  readonly #far = new Map<Element, Draw>();
  /** The codes that are near the viewport, in the order in which they came. */
  readonly #near = new Map<Element, Draw>();
  #observer: IntersectionObserver | null = null;
  #isScheduled = false;

  /** Draws the code of a box when the box comes near the viewport. Returns a function that cancels this. */
  add(box: Element, draw: Draw): () => void {
    this.#far.set(box, draw);
    this.#observe().observe(box);
    return () => this.#remove(box);
  }

  #remove(box: Element): void {
    this.#far.delete(box);
    this.#near.delete(box);
    this.#observer?.unobserve(box);
  }

  #observe(): IntersectionObserver {
    if (this.#observer !== null) return this.#observer;
    // Paper shows all codes. The browser prints what the page contains when the listener returns.
    addEventListener('beforeprint', () => {
      this.#drawAll();
      flushSync();
    });
    return (this.#observer = new IntersectionObserver((entries) => this.#see(entries), { rootMargin: MARGIN }));
  }

  #see(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const draw = this.#far.get(target);
      if (!isIntersecting || draw === undefined) continue;
      this.#remove(target);
      this.#near.set(target, draw);
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#near.size === 0) return;
    this.#isScheduled = true;
    whenIdle(() => {
      this.#isScheduled = false;
      for (const [box, draw] of this.#near) {
        this.#near.delete(box);
        draw();
        break;
      }
      this.#schedule();
    });
  }

  #drawAll(): void {
    const all = [...this.#near, ...this.#far];
    for (const [box, draw] of all) {
      this.#remove(box);
      draw();
    }
  }
}

function whenIdle(work: () => void): void {
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: TIMEOUT_MS });
  else setTimeout(work, 0);
}

const queue = new DrawingQueue();

/** Calls `draw` when the box comes near the viewport, or when the page is printed. Returns a function that cancels this. */
export function drawNearViewport(box: Element, draw: Draw): () => void {
  return queue.add(box, draw);
}
