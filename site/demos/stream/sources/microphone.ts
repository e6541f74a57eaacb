import type { Sink, Source } from "./source.ts";

/** Middle frequencies of the octave bands, Hz (IEC 61260). */
const BANDS = [63, 125, 250, 500, 1_000, 2_000, 4_000, 8_000] as const;
const TICK = 20;
/** Samples of a spectrum: 12 Hz between two lines at 48 kHz, which the lowest band needs. */
const SAMPLES = 4_096;
/** Lowest level that is shown, dB. */
const SILENCE = -120;

const nameOf = (frequency: number): string => (frequency < 1_000 ? `${frequency} Hz` : `${frequency / 1_000} kHz`);

/** Level of each octave in dB, where 0 is a sine at full scale. `lines` are levels of equally spaced frequencies from 0 on. */
export function bandLevels(lines: Float32Array, spacing: number): number[] {
  return BANDS.map((middle) => {
    const [from, to] = [Math.ceil(middle / Math.SQRT2 / spacing), Math.floor((middle * Math.SQRT2) / spacing)];
    let power = 0;
    for (let line = from; line <= to && line < lines.length; line++) power += 10 ** ((lines[line] ?? SILENCE) / 10);
    return Math.max(SILENCE, 10 * Math.log10(power));
  });
}

/** The spectrum of the microphone: how loud each octave is. Sound never leaves this page. */
export class MicrophoneSource implements Source {
  readonly kind = "microphone";
  readonly about = {
    title: "Microphone spectrum",
    units: Object.fromEntries(BANDS.map((frequency) => [nameOf(frequency), "dB"])),
  };
  #stop: (() => void) | undefined;

  async start(sink: Sink): Promise<void> {
    const stream = await this.#open();
    const audio = new AudioContext();
    const analyser = new AnalyserNode(audio, { fftSize: SAMPLES, smoothingTimeConstant: 0 });
    audio.createMediaStreamSource(stream).connect(analyser);
    await audio.resume();
    const lines = new Float32Array(analyser.frequencyBinCount);
    for (const frequency of BANDS) sink.series(nameOf(frequency));
    const timer = setInterval(() => {
      analyser.getFloatFrequencyData(lines);
      sink.push(sink.now(), bandLevels(lines, audio.sampleRate / SAMPLES));
    }, TICK);
    this.#stop = () => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      void audio.close();
    };
  }

  stop(): void {
    this.#stop?.();
  }

  async #open(): Promise<MediaStream> {
    if (!navigator.mediaDevices)
      throw new Error("Browsers give the microphone only to pages of https:// or localhost. Start the relay with TLS.");
    try {
      return await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
    } catch (error) {
      const isDenied = error instanceof DOMException && error.name === "NotAllowedError";
      throw new Error(
        isDenied
          ? "The browser does not allow the microphone. Allow it in the settings of this page, then try again."
          : "No microphone was found. Connect one, then try again.",
      );
    }
  }
}
