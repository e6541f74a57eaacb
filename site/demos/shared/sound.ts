import { type ReadonlySignal, signal } from "@preact/signals";
import { readPreference, storePreference } from "./app/preferences.ts";

/** A tone that glides from one pitch to another while it fades. */
export interface Tone {
  /** Hertz. */
  readonly from: number;
  /** Hertz at the end. Default: the same. */
  readonly to?: number;
  /** Milliseconds. Default 120. */
  readonly length?: number;
  /** 0 to 1. Default 0.3. */
  readonly volume?: number;
  /** Default "triangle". */
  readonly wave?: OscillatorType;
  /** Milliseconds until it begins. Default 0. */
  readonly delay?: number;
}

const KEY = "sound";
/** An exponential fade cannot end at zero. */
const SILENT = 0.0001;
/** Tones at once; a game that goes wild must not become painful. */
const MOST = 12;

const isOn = signal(readPreference(KEY) === "on");
let context: AudioContext | undefined;
let playing = 0;

/** Browsers allow sound only after the user has done something on the page. */
function runningContext(): AudioContext | undefined {
  if (typeof AudioContext === "undefined") return undefined;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
  return context;
}

function playTone(
  audio: AudioContext,
  { from, to = from, length = 120, volume = 0.3, wave = "triangle", delay = 0 }: Tone,
) {
  if (playing >= MOST) return;
  const start = audio.currentTime + delay / 1_000;
  const end = start + length / 1_000;
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = wave;
  oscillator.frequency.setValueAtTime(Math.max(1, from), start);
  oscillator.frequency.exponentialRampToValueAtTime(Math.max(1, to), end);
  gain.gain.setValueAtTime(Math.min(1, volume), start);
  gain.gain.exponentialRampToValueAtTime(SILENT, end);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.onended = () => {
    playing--;
  };
  playing++;
  oscillator.start(start);
  oscillator.stop(end);
}

/** Generated sounds, off until somebody switches them on. */
export const sound = {
  /** Whether sounds are played. */
  isOn: isOn as ReadonlySignal<boolean>,
  set(on: boolean): void {
    isOn.value = on;
    storePreference(KEY, on ? "on" : undefined);
    if (on) sound.play({ from: 520, to: 780, length: 140 });
  },
  /** Plays tones, if sounds are on. */
  play(...tones: readonly Tone[]): void {
    if (!isOn.peek() || document.hidden) return;
    const audio = runningContext();
    if (audio) for (const tone of tones) playTone(audio, tone);
  },
};
