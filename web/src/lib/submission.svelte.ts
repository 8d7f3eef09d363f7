import { type Problem, toProblem } from './api/problem';
import { fieldTexts } from './api/text';
import { focusFirst, formErrors } from './form';

/** Texts of errors, by the names of the fields. */
export type FieldErrors = Record<string, string>;

/** The function that submits a form's values. The function throws if the values are refused. */
export type FormWork = (fields: FormData, form: HTMLFormElement) => Promise<void>;

/** The submission of a form: its errors, and whether it waits for an answer. */
export class Submission {
  errors = $state.raw<FieldErrors>({});
  /** The failure of the submission, if no field is the cause; `null` otherwise. */
  failure = $state.raw<unknown>(null);
  busy = $state(false);

  /** `errorsOf` returns the errors of fields for a problem that does not name the fields itself. */
  constructor(private readonly errorsOf: (problem: Problem, error: unknown) => FieldErrors | null = () => null) {}

  clear(): void {
    this.errors = {};
    this.failure = null;
  }

  /** Checks the form, and runs `work` unless it is already running. Moves focus to the first invalid field. */
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
