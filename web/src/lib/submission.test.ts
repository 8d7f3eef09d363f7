import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProblemError, readProblem } from './api/problem';
import { Submission } from './submission.svelte';

class FakeControl {
  focused = false;

  constructor(readonly name: string) {}

  focus() {
    this.focused = true;
  }
}

const refusal = (kind: string, pointer?: string) =>
  new ProblemError(
    readProblem({ type: `/problems/${kind}`, title: '', status: 400, detail: '', ...(pointer === undefined ? {} : { errors: [{ pointer, detail: 'a detail' }] }) }, 400),
  );

let email: FakeControl;

/** Submits a form with one control. */
function send(submission: Submission, work: () => Promise<void>): Promise<void> {
  const event = { preventDefault: () => {}, currentTarget: { elements: [email] } };
  return submission.submit(event as unknown as SubmitEvent, work);
}

beforeEach(() => {
  email = new FakeControl('email');
  vi.stubGlobal('HTMLElement', FakeControl);
  for (const name of ['HTMLInputElement', 'HTMLTextAreaElement', 'HTMLSelectElement']) vi.stubGlobal(name, class {});
  vi.stubGlobal('FormData', class {});
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('Submission', () => {
  it('shows an error at its field, or as a failure if no field matches', async () => {
    const submission = new Submission(({ kind }) => (kind === 'email-taken' ? { email: 'taken' } : null));
    await send(submission, () => Promise.reject(refusal('email-taken')));
    expect([submission.errors, submission.failure, email.focused]).toEqual([{ email: 'taken' }, null, true]);
    await send(submission, () => Promise.reject(refusal('invalid', '/email')));
    expect([submission.errors, submission.failure]).toEqual([{ email: 'a detail' }, null]);
    const failure = refusal('busy');
    await send(submission, () => Promise.reject(failure));
    expect([submission.errors, submission.failure]).toEqual([{}, failure]);
    // The form has no field with this name.
    const foreign = refusal('invalid', '/locale');
    await send(submission, () => Promise.reject(foreign));
    expect(submission.failure).toBe(foreign);
  });

  it('does not run its work twice at the same time', async () => {
    const submission = new Submission();
    let finish = () => {};
    const work = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const first = send(submission, work);
    await send(submission, work);
    expect([work.mock.calls.length, submission.busy]).toEqual([1, true]);
    finish();
    await first;
    expect(submission.busy).toBe(false);
  });
});
