import { t } from './i18n/index.svelte';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/**
 * Returns the error that the browser's validation finds in a control, in the page's language; `null` if it finds none.
 */
export function controlError(control: Control): string | null {
  const { validity } = control;
  if (validity.valid) return null;
  if (validity.valueMissing) return t('common.fieldRequired');
  if (validity.typeMismatch && control.type === 'email') return t('common.fieldEmail');
  if (validity.tooShort) return t('common.fieldTooShort', { count: (control as HTMLInputElement).minLength });
  if (validity.tooLong) return t('common.fieldTooLong', { count: (control as HTMLInputElement).maxLength });
  if (validity.rangeUnderflow || validity.rangeOverflow || validity.stepMismatch || validity.badInput) {
    const { min, max } = control as HTMLInputElement;
    if (min !== '' && max !== '') return t('common.fieldNumber', { min: Number(min), max: Number(max) });
  }
  return t('common.fieldInvalid');
}

/**
 * Returns the errors of a form's controls by name, before the form is sent. Moves focus to the first invalid control.
 * The form has `novalidate`, so that the errors appear next to the fields and not in the browser's own bubbles.
 */
export function formErrors(form: HTMLFormElement): Record<string, string> {
  const errors: Record<string, string> = {};
  let first: Control | undefined;
  for (const control of form.elements) {
    if (
      !(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement) ||
      control.name === ''
    ) {
      continue;
    }
    const error = controlError(control);
    if (error !== null) {
      errors[control.name] ??= error;
      first ??= control;
    }
  }
  first?.focus();
  return errors;
}

/** Moves focus to the first control for which the server found an error. Returns whether there is one. */
export function focusFirst(form: HTMLFormElement, errors: Record<string, string>): boolean {
  for (const control of form.elements) {
    if (control instanceof HTMLElement && 'name' in control && Object.hasOwn(errors, String(control.name))) {
      control.focus();
      return true;
    }
  }
  return false;
}

/** Returns the value of a text field of a form. */
export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
