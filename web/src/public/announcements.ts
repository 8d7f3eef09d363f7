import { find, make } from './dom';
import type { Announcement } from './source';
import { moment } from './dates';
import { t } from './texts';

/** The list of a page's announcements, with the newest first. */
export class Announcements {
  readonly #list: HTMLElement | null;

  constructor(
    private readonly root: HTMLElement,
    private readonly zone: string,
  ) {
    this.#list = find(root, '[data-announcements]');
  }

  get present(): boolean {
    return this.#list !== null;
  }

  /** Adds an announcement at the top of the list. Returns whether the announcement is new. */
  add({ id, message, createdAt }: Announcement): boolean {
    const list = this.#list;
    if (list === null || [...list.children].some((item) => (item as HTMLElement).dataset['announcement'] === id)) return false;
    const time = make('time', '', this.#moment(createdAt));
    time.dateTime = createdAt;
    const text = make('div', 'prose');
    text.dir = 'auto';
    // Only the server renders the organizer's Markdown, when the page is loaded. Until then, the text is shown as it
    // was written.
    for (const paragraph of message.split(/\n{2,}/)) text.append(make('p', 'as-written', paragraph.trim()));
    const item = make(
      'li',
      'announcement is-new',
      make('p', 'small muted', time, ' ', make('span', 'badge is-live', t('scriptNew'))),
      text,
    );
    item.dataset['announcement'] = id;
    list.prepend(item);
    const none = find(this.root, '[data-no-announcements]');
    if (none !== null) none.hidden = true;
    return true;
  }

  #moment(iso: string): string {
    try {
      return moment(new Date(iso), null, this.zone);
    } catch {
      return moment(new Date(iso), null, 'UTC');
    }
  }
}
