import { loadDecoder } from './decoder';

export type CameraState = 'off' | 'starting' | 'on' | 'denied' | 'missing' | 'busy' | 'decoder';

interface TorchTrack {
  torch?: boolean;
}

/** Pause between two pictures. A code is read within two or three pictures, and the phone stays cool. */
const PAUSE_MS = 90;

/** The camera as a reader of codes. */
export class Camera {
  status = $state<CameraState>('off');
  choices = $state.raw<{ id: string; label: string }[]>([]);
  hasTorch = $state(false);
  torch = $state(false);

  #stream: MediaStream | null = null;
  #video: HTMLVideoElement | null = null;
  #wanted = false;
  #run = 0;

  constructor(
    private readonly chosen: () => string,
    private readonly read: (text: string) => void,
  ) {}

  /** Shows the camera's picture in an element, and reads codes in it until `stop`. */
  async start(video: HTMLVideoElement): Promise<void> {
    this.#wanted = true;
    this.#video = video;
    await this.#begin();
  }

  stop(): void {
    this.#wanted = false;
    this.#end();
    this.status = 'off';
  }

  /** Restarts with another camera. */
  async restart(): Promise<void> {
    if (this.#wanted) await this.#begin();
  }

  /**
   * Reacts to a change of visibility. A hidden page releases the camera, and a visible page starts it again if the
   * system took it.
   */
  visibilityChanged(): void {
    if (!this.#wanted) return;
    if (document.visibilityState === 'hidden') {
      this.#end();
      this.status = 'starting';
    } else if (this.#stream === null) {
      void this.#begin();
    }
  }

  async setTorch(on: boolean): Promise<void> {
    const track = this.#stream?.getVideoTracks()[0];
    try {
      await track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
      this.torch = on;
    } catch {
      this.hasTorch = false;
    }
  }

  async #begin(): Promise<void> {
    this.#end();
    const run = this.#run;
    const current = () => run === this.#run && this.#wanted;
    this.status = 'starting';
    try {
      const decoding = loadDecoder();
      decoding.catch(() => {});
      const stream = await openStream(this.chosen());
      if (!current() || this.#video === null) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.#stream = stream;
      const video = this.#video;
      video.srcObject = stream;
      await video.play().catch(() => {});
      const track = stream.getVideoTracks()[0];
      this.hasTorch = (track?.getCapabilities?.() as TorchTrack | undefined)?.torch === true;
      track?.addEventListener('ended', () => {
        // If the system takes the camera while the page is visible, for example for a call, the camera restarts after a
        // second.
        if (!current()) return;
        this.#end();
        if (document.visibilityState === 'visible') setTimeout(() => this.#wanted && this.#stream === null && void this.#begin(), 1_000);
      });
      void this.#list();
      let decode: Awaited<typeof decoding>;
      try {
        decode = await decoding;
      } catch {
        if (current()) {
          this.#end();
          this.status = 'decoder';
        }
        return;
      }
      if (!current()) return;
      this.status = 'on';
      while (current()) {
        if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
          // If a picture cannot be decoded, it counts as a picture without a code.
          const texts = await decode(video).catch(() => []);
          if (!current()) return;
          for (const text of texts) this.read(text);
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    } catch (error) {
      if (run !== this.#run) return;
      this.#end();
      this.status = failureOf(error);
    }
  }

  async #list(): Promise<void> {
    // The browser returns the names of cameras only after the person has allowed the camera.
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    this.choices = devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  #end(): void {
    this.#run += 1;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.torch = false;
    this.hasTorch = false;
    if (this.#video !== null) this.#video.srcObject = null;
  }
}

async function openStream(chosen: string): Promise<MediaStream> {
  if (navigator.mediaDevices === undefined) throw new DOMException('', 'NotFoundError');
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  if (chosen !== '') {
    try {
      return await navigator.mediaDevices.getUserMedia({ video: { deviceId: { exact: chosen }, ...size } });
    } catch (error) {
      // If the chosen camera was unplugged, or its id has changed, any rear camera is used.
      if (!(error instanceof DOMException) || (error.name !== 'OverconstrainedError' && error.name !== 'NotFoundError')) throw error;
    }
  }
  return navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: 'environment' }, ...size } });
}

function failureOf(error: unknown): CameraState {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'missing';
}
