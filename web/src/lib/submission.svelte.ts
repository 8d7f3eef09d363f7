import { type Problem, toProblem } from './api/problem';
import { fieldTexts } from './api/text';
import { focusFirst, formErrors } from './form';

/** Texts of what is wrong, by the names of the fields. */
export type FieldErrors = Record<string, string>;

/** What a form does with its values. It throws if they are refused. */
export type FormWork = (fields: FormData, form: HTMLFormElement) => Promise<void>;

/** A form on its way to the server: what is wrong with it, and whether an answer is awaited. */
export class Submission {
  errors = $state.raw<FieldErrors>({});
  /** Why the form was refused, if no field is the cause; `null` otherwise. */
  failure = $state.raw<unknown>(null);
  busy = $state(false);

  /** `errorsOf` gives the errors of fields for a problem that does not name them itself. */
  constructor(private readonly errorsOf: (problem: Problem, error: unknown) => FieldErrors | null = () => null) {}

  clear(): void {
    this.errors = {};
    this.failure = null;
  }

  /** Checks the form, and does its work unless the work is under way. Focus goes to the first wrong field. */
  async submit(event: SubmitEvent, work: FormWork): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    this.failure = null;
    this.errors = formErrors(form);
    if (this.busy || Object.keys(this.errors).length > 0) return;
    this.busy = true;
    try {
      await work(new FormData(form), form);
    } catch (error) {
      const problem = toProblem(error);
      this.errors = this.errorsOf(problem, error) ?? fieldTexts(problem);
      if (!focusFirst(form, this.errors)) this.failure = error;
    } finally {
      this.busy = false;
    }
  }
}
