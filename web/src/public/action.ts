import type { ClosedReason, Situation, Trouble, Wish } from '../lib/registration/machine';
import { Countdown } from './countdown';
import { find, make, setText } from './dom';
import type { Offer } from './offer';
import { duration, t, type TextKey } from './texts';

type Tone = 'ok' | 'warn' | 'info' | 'plain' | 'stop';
const TONES = ['is-ok', 'is-warn', 'is-info', 'is-plain', 'is-stop'];

const CLOSED: Record<ClosedReason, [badge: TextKey, tone: Tone, sentence: TextKey]> = {
  'not-open-yet': ['badgeNotOpenYet', 'info', 'actionNotOpenYet'],
  closed: ['badgeClosed', 'plain', 'actionClosed'],
  started: ['badgeStarted', 'plain', 'actionStarted'],
  cancelled: ['badgeCancelled', 'stop', 'actionCancelled'],
  completed: ['badgeCompleted', 'plain', 'actionCompleted'],
};
const OPEN: Record<Wish, [badge: TextKey, tone: Tone, sentence: TextKey, label: TextKey]> = {
  register: ['badgeRegister', 'ok', 'actionCanRegister', 'actionRegister'],
  waitlist: ['badgeWaitlist', 'warn', 'actionCanWait', 'actionWaitlist'],
};
const TROUBLES: Record<Trouble, TextKey> = { lost: 'scriptLost', busy: 'scriptBusy', early: 'scriptEarly' };

/** The block with the action that is open to a visitor, and its one button. On a card, the block is only the badge. */
export class ActionBlock {
  readonly #badge: HTMLElement | null;
  readonly #sentence: HTMLElement | null;
  readonly link: HTMLAnchorElement | null;
  readonly #registerHref: string;
  readonly #note: HTMLElement | null;
  #countdown: Countdown | null = null;
  #shown: string;

  constructor(readonly root: HTMLElement) {
    this.#badge = root.matches('[data-badge]') ? root : find(root, '[data-badge]');
    this.#sentence = find(root, '[data-sentence]');
    this.link = root.querySelector<HTMLAnchorElement>('a[data-register]');
    this.#registerHref = this.link?.getAttribute('href') ?? '';
    this.#shown = `${root.dataset['action'] ?? ''} ${root.dataset['reason'] ?? ''}`;
    this.#note = find(root, '[data-closes]');
  }

  /** Shows the offer for all visitors. Returns the new sentence, or `null` if the offer has not changed. */
  offer(offer: Offer): string | null {
    const reason = offer.action === 'nothing' ? offer.reason : '';
    const key = `${offer.action} ${reason}`;
    if (key === this.#shown) return null;
    this.#shown = key;
    this.root.dataset['action'] = offer.action;
    this.root.dataset['reason'] = reason;
    if (offer.action === 'nothing') {
      const [badge, tone, sentence] = CLOSED[offer.reason];
      this.#say(badge, tone, sentence);
      this.#button(null);
    } else {
      const [badge, tone, sentence, label] = OPEN[offer.action];
      this.#say(badge, tone, sentence);
      this.#button(label);
    }
    if (this.#note !== null) this.#note.hidden = offer.action === 'nothing';
    return this.#sentence?.textContent ?? null;
  }

  /** Shows the time until registration opens. `null` removes the countdown. */
  countDown(leftMs: number | null): void {
    if (leftMs === null) {
      this.#countdown?.element.parentElement?.remove();
      this.#countdown = null;
      return;
    }
    if (this.#sentence === null) return;
    if (this.#countdown === null) {
      this.#countdown = new Countdown();
      const frame = make(
        'div',
        'countdown-frame',
        make('p', 'countdown-title', t('scriptOpensIn')),
        this.#countdown.element,
        make('p', 'small muted', t('scriptNoReload')),
      );
      this.#sentence.after(frame);
    }
    this.#countdown.show(leftMs);
  }

  /** Shows the situation after a press. Returns the text for a screen reader. */
  situation(situation: Situation, pausedUntil: number): string | null {
    this.#shown = situation.phase;
    switch (situation.phase) {
      case 'asking':
      case 'pausing': {
        const { trouble } = situation;
        const left = situation.phase === 'pausing' ? pausedUntil - Date.now() : 0;
        const parts = [t(trouble === null ? 'scriptAsking' : 'scriptAskingAgain')];
        if (trouble !== null) parts.unshift(t(TROUBLES[trouble]));
        const [badge, tone, , label] = OPEN[situation.wish];
        this.#say(badge, tone, parts.join(' '));
        this.#button(label, true);
        // A screen reader does not read the seconds, because they change constantly.
        if (left >= 1_000) this.#append(t('scriptNextAttempt', { time: duration(left) }));
        return parts.join(' ');
      }
      case 'seat':
        return this.#done('scriptSeatBadge', 'ok', `${t('scriptSeat')} ${t('scriptSeatText')}`, 'scriptToTicket');
      case 'waiting': {
        const { position } = situation;
        const first = position === null ? t('scriptWaiting') : t('scriptPosition', { position });
        return this.#done('badgeWaitlist', 'warn', `${first} ${t('scriptWaitingText')}`, 'scriptToTickets');
      }
      case 'ready': {
        const [badge, tone, sentence, label] = OPEN[situation.offer];
        const note = situation.note === 'sold-out' ? 'scriptSoldOut' : situation.note === 'seats-free' ? 'scriptSeatsFree' : sentence;
        this.root.dataset['action'] = situation.offer;
        this.#say(badge, tone, note);
        this.#button(label);
        return t(note);
      }
      case 'closed': {
        const [badge, tone, sentence] = CLOSED[situation.reason];
        this.root.dataset['action'] = 'nothing';
        this.root.dataset['reason'] = situation.reason;
        this.#say(badge, tone, sentence);
        this.#button(null);
        return t(sentence);
      }
      case 'unanswered':
        this.#say('badgeRegister', 'warn', 'scriptUnanswered');
        this.#button('scriptAskAgain');
        return t('scriptUnanswered');
      case 'unverified':
        this.#say('badgeRegister', 'warn', 'scriptUnverified');
        this.#button('scriptConfirm');
        return t('scriptUnverified');
      case 'refused':
        this.#say('badgeRegister', 'stop', 'scriptRefused');
        this.#button('scriptAskAgain');
        return t('scriptRefused');
      case 'missing':
        this.#say('badgeClosed', 'plain', 'scriptMissing');
        this.#button(null);
        return t('scriptMissing');
      default:
        return null;
    }
  }

  #done(badge: TextKey, tone: Tone, sentence: string, label: TextKey): string {
    this.#say(badge, tone, sentence);
    this.#button(label);
    this.link?.setAttribute('href', '/app/tickets');
    return sentence;
  }

  #say(badge: TextKey, tone: Tone, sentence: TextKey | string): void {
    setText(this.#badge, t(badge));
    this.#badge?.classList.remove(...TONES);
    this.#badge?.classList.add(`is-${tone}`);
    setText(this.#sentence, t(sentence as TextKey) || sentence);
  }

  #append(text: string): void {
    this.#sentence?.append(' ', make('span', 'nowrap', text));
  }

  #button(label: TextKey | null, busy = false): void {
    const { link } = this;
    if (link === null) return;
    link.hidden = label === null;
    if (label !== null) setText(link, t(label));
    link.setAttribute('href', this.#registerHref);
    if (busy) link.setAttribute('aria-busy', 'true');
    else link.removeAttribute('aria-busy');
  }
}
