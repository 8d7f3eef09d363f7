import { clock } from '../lib/clock';
import type { ClosedReason, Situation, Wish } from '../lib/registration/machine';
import { ActionBlock } from './action';
import type { Announcer } from './announcer';
import { Announcements } from './announcements';
import { find, make, setText } from './dom';
import { type Facts, nextChange, type Offer, offerAt } from './offer';
import { Press } from './press';
import { Seats } from './seats';
import { type Event, live, type Numbers, Source } from './source';
import { age, number, t } from './texts';

const SHOWN = new Set([
  'title', 'description', 'venue', 'category', 'tags', 'organizer', 'startsAt', 'endsAt', 'timezone', 'doorsOpenAt',
]);
/** Longest delay of a timer, in milliseconds. A timer with a longer delay would run at once. */
const LONGEST_MS = 2 ** 31 - 1;

const timeOf = (iso: string | null | undefined) => (iso ? Date.parse(iso) : null);

/** An event on a page: its own page, its embedded card, or a card in a list. */
export class EventPart {
  readonly #id: string;
  readonly #facts: Facts;
  readonly #seats: Seats;
  readonly #block: ActionBlock;
  readonly #announcements: Announcements;
  readonly #press: Press | null;
  #source: Source | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly root: HTMLElement,
    block: HTMLElement,
    private readonly announcer: Announcer,
  ) {
    this.#id = root.dataset['event'] ?? '';
    this.#seats = new Seats(root);
    this.#block = new ActionBlock(block);
    this.#announcements = new Announcements(root, root.dataset['zone'] ?? '');
    const { status, opensAt, closesAt, action, reason } = block.dataset;
    this.#facts = {
      status: status ?? 'published',
      startsAt: timeOf(root.querySelector('time')?.dateTime),
      opensAt: timeOf(opensAt),
      closesAt: timeOf(closesAt),
      remaining: this.#seats.remaining,
      said: {
        action: action === 'register' || action === 'waitlist' ? action : 'nothing',
        reason: reason ? (reason as ClosedReason) : null,
      },
    };
    const own = this.#isPage && this.#block.link !== null;
    this.#press = own ? new Press(this.#id, (situation) => this.#pressed(situation)) : null;
    if (own) this.#listen(this.#block.link as HTMLAnchorElement);
  }

  /** Whether this is the event's own page. A visitor registers there, and only that page announces changes. */
  get #isPage(): boolean {
    return this.#announcements.present;
  }

  /** Whether the content of this part can change. */
  get changes(): boolean {
    return this.#facts.status === 'published' && this.#seats.present;
  }

  start(): void {
    if (this.#source !== null) return;
    this.#source = new Source(
      this.#id,
      {
        numbers: (numbers, asOf) => this.#numbers(numbers, asOf),
        announcement: (announcement) => {
          if (this.#announcements.add(announcement)) {
            this.announcer.event(t('scriptAnnounced', { text: announcement.message }));
          }
        },
        changed: (fields, status) => this.#changed(fields, status),
        event: (event) => this.#event(event),
        gone: () => this.#source?.stop(),
      },
      this.#isPage,
    );
    if (this.#needsTime) void this.#source.read();
    this.tick();
  }

  /**
   * Whether this part needs an answer of the API, which tells the server's exact time. A page from a cache contains only
   * the time of its making. A countdown always needs the exact time, and other offers need it if no time is known.
   */
  get #needsTime(): boolean {
    const { opensAt, closesAt } = this.#facts;
    if (!clock.known) return opensAt !== null || (this.#isPage && closesAt !== null);
    return opensAt !== null && opensAt > clock.now() - 60_000;
  }

  stop(): void {
    this.#source?.stop();
    this.#source = null;
    clearTimeout(this.#timer);
  }

  /** Updates the parts that depend on the clock. */
  tick(): void {
    this.#showOffer();
    this.#showAge();
    const situation = this.#press?.situation;
    if (situation?.phase === 'pausing') this.#block.situation(situation, this.#press?.pausedUntil ?? 0);
  }

  get #offer(): Offer {
    return offerAt(this.#facts, clock.now());
  }

  #showOffer(): void {
    const now = clock.now();
    const offer = this.#offer;
    // After a press, the visitor's own situation replaces the offer for all visitors.
    const phase = this.#press?.situation?.phase;
    if (phase === undefined || phase === 'loading' || (offer.action === 'nothing' && phase === 'ready')) {
      const sentence = this.#block.offer(offer);
      if (sentence !== null && this.#isPage) this.announcer.event(sentence);
    }
    const { opensAt } = this.#facts;
    const before = offer.action === 'nothing' && offer.reason === 'not-open-yet' && opensAt !== null;
    this.#block.countDown(before && this.#isPage ? opensAt - now : null);
    clearTimeout(this.#timer);
    const next = nextChange(this.#facts, now);
    if (next !== null) this.#timer = setTimeout(() => this.#showOffer(), Math.min(next - now + 5, LONGEST_MS));
  }

  #showAge(): void {
    const place = find(this.root, '[data-live-state]');
    if (place === null || this.#source === null) return;
    const { fresh } = this.#source;
    const isOld = !fresh && (live.state === 'waiting' || clock.now() - this.#seats.asOf > 8_000);
    place.classList.add('live-state');
    place.dataset['liveState'] = fresh ? 'live' : isOld ? 'old' : 'connecting';
    // Each frame, including the answer to a ping, proves that the numbers are still current.
    const sign = live.lastFrameAt ?? Date.now();
    if (fresh) setText(place, t('scriptLive', { age: age(Date.now() - sign) }));
    else if (isOld) setText(place, t('scriptNotLive', { age: age(clock.now() - this.#seats.asOf) }));
    else setText(place, t('scriptConnecting'));
  }

  #numbers(numbers: Numbers, asOf: number): void {
    if (!this.#seats.show(numbers, asOf)) return;
    this.#facts.remaining = numbers.remaining;
    this.#status(numbers.status);
    if (this.#isPage) {
      const { remaining, capacity } = numbers;
      this.announcer.number(t('countsLeft', { remaining: number(remaining), capacity: number(capacity) }));
    }
    this.tick();
  }

  #status(status: string): void {
    if (status === this.#facts.status) return;
    this.#facts.status = status;
    this.#block.root.dataset['status'] = status;
    this.#press?.refresh();
  }

  #changed(fields: readonly string[], status: string): void {
    this.#status(status);
    this.tick();
    if (fields.some((field) => field.startsWith('registration') || field === 'startsAt')) this.#source?.readSoon(2_000);
    if (this.#isPage && fields.some((field) => SHOWN.has(field))) this.#sayChanged();
  }

  #event(event: Event): void {
    const { visitorAction } = event;
    Object.assign(this.#facts, {
      status: event.status,
      startsAt: timeOf(event.startsAt),
      opensAt: timeOf(event.registrationOpensAt),
      closesAt: timeOf(event.registrationClosesAt ?? event.startsAt),
      said: { action: visitorAction.action as Wish | 'nothing', reason: visitorAction.reason ?? null },
    } satisfies Partial<Facts>);
    this.#press?.know(event);
    this.tick();
  }

  /**
   * Shows once that the page is outdated. The page must be reloaded, because only the server can convert the
   * organizer's texts to markup.
   */
  #sayChanged(): void {
    if (find(this.root, '[data-changed]') !== null) return;
    const link = make('a', '', t('scriptReload'));
    link.href = location.href;
    const notice = make('p', 'changed-notice is-info', make('span', '', t('scriptChanged')), ' ', link);
    notice.dataset['changed'] = '';
    this.root.prepend(notice);
    this.announcer.event(t('scriptChanged'));
  }

  #listen(link: HTMLAnchorElement): void {
    const warm = () => this.#press?.warm();
    link.addEventListener('pointerenter', warm, { once: true });
    link.addEventListener('click', (event) => {
      const offer = this.#press?.situation?.phase === 'ready' ? this.#readyOffer() : this.#offer;
      const phase = this.#press?.situation?.phase;
      // A click with a modifier key opens another tab, and the link of a result leads to the result.
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      if (phase === 'seat' || phase === 'waiting' || phase === 'unverified') return;
      event.preventDefault();
      if (offer.action === 'nothing' && phase === undefined) return;
      void this.#go(link, offer.action === 'waitlist' ? 'waitlist' : 'register');
    });
  }

  #readyOffer(): Offer {
    const situation = this.#press?.situation;
    return situation?.phase === 'ready' ? { action: situation.offer } : this.#offer;
  }

  async #go(link: HTMLAnchorElement, wish: Wish): Promise<void> {
    link.setAttribute('aria-busy', 'true');
    const done = await this.#press?.press(wish).catch(() => false);
    // Without a session, or if the session is unknown, the app continues with the registration.
    if (done === false) location.assign(link.href);
  }

  #pressed(situation: Situation): void {
    const said = this.#block.situation(situation, this.#press?.pausedUntil ?? 0);
    if (said !== null) this.announcer.event(said);
    if (situation.phase === 'loading') this.tick();
  }
}
