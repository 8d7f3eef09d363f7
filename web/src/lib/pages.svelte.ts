/** One page of a list of the API. */
export interface Page<Item> {
  items: Item[];
  nextCursor?: string | null;
}

/**
 * A list that loads page by page.
 *
 * `const list = new Pages((cursor) => data(api.GET('/v1/me/events', { params: { query: { ...cursor } } })))`;
 * `cursor` is empty for the first page.
 */
export class Pages<Item> {
  items = $state.raw<Item[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  /** Whether the next page is loading. The earlier items stay visible. */
  more = $state(false);
  /** Whether other items are loading that will replace the present ones. */
  replacing = $state(false);
  error = $state.raw<unknown>(null);
  #next = $state<string | null>(null);
  #run = 0;
  readonly #load: (cursor: { cursor?: string }) => Promise<Page<Item>>;

  constructor(load: (cursor: { cursor?: string }) => Promise<Page<Item>>) {
    this.#load = load;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get empty(): boolean {
    return this.state === 'ready' && this.items.length === 0;
  }

  /** Loads the list from its start. The earlier items disappear at once. */
  async reload(): Promise<void> {
    this.state = 'loading';
    await this.#begin();
  }

  /** Loads the list from its start. The earlier items stay visible until the new ones are there. */
  async replace(): Promise<void> {
    if (this.state !== 'ready') return this.reload();
    this.replacing = true;
    await this.#begin();
  }

  async #begin(): Promise<void> {
    this.#next = null;
    await this.#page({}, () => []);
  }

  /** Loads the next page. */
  async loadMore(): Promise<void> {
    if (this.#next === null || this.more) return;
    this.more = true;
    await this.#page({ cursor: this.#next }, () => this.items);
  }

  async #page(cursor: { cursor?: string }, before: () => Item[]): Promise<void> {
    // If the list was reloaded in the meantime, an answer for the earlier load is dropped.
    const run = ++this.#run;
    try {
      const page = await this.#load(cursor);
      if (run !== this.#run) return;
      this.items = [...before(), ...page.items];
      this.#next = page.nextCursor ?? null;
      this.error = null;
      this.state = 'ready';
    } catch (error) {
      if (run !== this.#run) return;
      this.error = error;
      if (cursor.cursor === undefined) this.state = 'failed';
    } finally {
      if (run === this.#run) {
        this.more = false;
        this.replacing = false;
      }
    }
  }
}
