/** The meaning of a message, which decides its colour and shape. */
export type Tone = 'ok' | 'warn' | 'stop' | 'info';

export interface Toast {
  id: number;
  tone: Tone;
  text: string;
}

let next = 1;
let toasts = $state.raw<readonly Toast[]>([]);

/** Returns the messages that are visible now. */
export function shown(): readonly Toast[] {
  return toasts;
}

/**
 * Shows a message. An error message stays until the person dismisses it. Any other message disappears after some
 * seconds.
 */
export function toast(text: string, tone: Tone = 'ok'): void {
  const id = next++;
  toasts = [...toasts.slice(-2), { id, tone, text }];
  if (tone !== 'stop') setTimeout(() => dismiss(id), 6_000);
}

export function dismiss(id: number): void {
  toasts = toasts.filter((toast) => toast.id !== id);
}
