/** Meaning of a message; it decides colour and shape. */
export type Tone = 'ok' | 'warn' | 'stop' | 'info';

export interface Toast {
  id: number;
  tone: Tone;
  text: string;
}

let next = 1;
let toasts = $state.raw<readonly Toast[]>([]);

/** Messages that are shown now. */
export function shown(): readonly Toast[] {
  return toasts;
}

/** Shows a message. One about an error stays until it is dismissed; others go after some seconds. */
export function toast(text: string, tone: Tone = 'ok'): void {
  const id = next++;
  toasts = [...toasts.slice(-2), { id, tone, text }];
  if (tone !== 'stop') setTimeout(() => dismiss(id), 6_000);
}

export function dismiss(id: number): void {
  toasts = toasts.filter((toast) => toast.id !== id);
}
