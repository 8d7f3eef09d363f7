import { createSubscriber } from 'svelte/reactivity';
import { session as core, type SessionState, type User } from './session';

/** The session for components. Markup or an effect that reads it runs again after a change. */
class ReactiveSession {
  readonly #subscribe = createSubscriber((update) => core.onChange(update));

  get state(): SessionState {
    this.#subscribe();
    return core.state;
  }

  get user(): User | null {
    this.#subscribe();
    return core.user;
  }

  get signedIn(): boolean {
    return this.state === 'signed-in';
  }

  /** Whether the person may run events. */
  get isOrganizer(): boolean {
    const role = this.user?.role;
    return role === 'organizer' || role === 'admin';
  }

  /** Whether the person may operate the deployment. */
  get isAdmin(): boolean {
    return this.user?.role === 'admin';
  }

  get ready(): Promise<void> {
    return core.ready;
  }

  get accountSignal(): AbortSignal {
    return core.accountSignal;
  }

  start = () => core.start();
  token = () => core.token();
  refresh = () => core.refresh();
  login: typeof core.login = (credentials) => core.login(credentials);
  register: typeof core.register = (person) => core.register(person);
  logout = () => core.logout();
  ended = () => core.ended();
  setUser = (user: User) => core.setUser(user);
}

export const session = new ReactiveSession();
