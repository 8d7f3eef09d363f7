/**
 * Keeps the screen on until `release`. The system ends a lock when the page is hidden, so this class requests a new one
 * later.
 */
export class WakeLock {
  #lock: WakeLockSentinel | null = null;
  #wanted = false;
  readonly #again = () => {
    if (document.visibilityState === 'visible') void this.#take();
  };

  /** Requests the lock. Returns whether the screen stays on. */
  async request(): Promise<boolean> {
    this.#wanted = true;
    document.addEventListener('visibilitychange', this.#again);
    return this.#take();
  }

  release(): void {
    this.#wanted = false;
    document.removeEventListener('visibilitychange', this.#again);
    void this.#lock?.release().catch(() => {});
    this.#lock = null;
  }

  async #take(): Promise<boolean> {
    try {
      const lock = await navigator.wakeLock.request('screen');
      if (!this.#wanted) {
        await lock.release();
        return false;
      }
      this.#lock = lock;
      return true;
    } catch {
      // The browser does not support the lock, or the battery is low.
      return false;
    }
  }
}
