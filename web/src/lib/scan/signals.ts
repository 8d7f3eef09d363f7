/** The class of a verdict, which decides the colour, shape, tone and vibration. */
export type Signal = 'ok' | 'pending' | 'warn' | 'stop' | 'ask';

/**
 * The notes of each signal: frequency in hertz, start and length in seconds. The five signals differ in pitch, rhythm
 * and direction.
 */
const NOTES: Record<Signal, readonly (readonly [number, number, number])[]> = {
  ok: [
    [784, 0, 0.09],
    [1175, 0.09, 0.16],
  ],
  pending: [[784, 0, 0.16]],
  warn: [
    [440, 0, 0.12],
    [440, 0.2, 0.12],
  ],
  stop: [
    [233, 0, 0.22],
    [175, 0.22, 0.38],
  ],
  ask: [[587, 0, 0.07]],
};

const VIBRATIONS: Record<Signal, number[]> = {
  ok: [60],
  pending: [60],
  warn: [120, 80, 120],
  stop: [400],
  ask: [30],
};

let context: AudioContext | null = null;

/** Enables sounds. Browsers allow sounds only after a touch, a click or a key. */
export function unlockSound(): void {
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume();
  } catch {
    // A device without sound still shows the verdict and vibrates.
  }
}

/** Plays the sound of a verdict, and vibrates. */
export function signal(kind: Signal, sound: boolean): void {
  navigator.vibrate?.(VIBRATIONS[kind]);
  if (!sound || context === null || context.state !== 'running') return;
  const start = context.currentTime + 0.01;
  for (const [frequency, offset, length] of NOTES[kind]) {
    const oscillator = context.createOscillator();
    const volume = context.createGain();
    oscillator.type = kind === 'stop' ? 'sawtooth' : 'triangle';
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0, start + offset);
    volume.gain.linearRampToValueAtTime(0.5, start + offset + 0.01);
    volume.gain.setValueAtTime(0.5, start + offset + length - 0.02);
    volume.gain.linearRampToValueAtTime(0, start + offset + length);
    oscillator.connect(volume).connect(context.destination);
    oscillator.start(start + offset);
    oscillator.stop(start + offset + length);
  }
}
