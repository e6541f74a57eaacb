import { Capture, captureOf, captureSettings, type Instrument, Settings } from "@achex/instruments";
import recorder from "./recorder-worklet.ts?worker";
import { Recording } from "./recording.ts";

const MAX_POINTS = 10_000;
const CHANNELS = 2;
/** Full scale of the sound is called 1 V: nobody knows the voltage of a microphone behind a sound card. */
const FULL_SCALE = 1;
/** What suits speech and music. */
const START = { timebase: 2e-3, points: 2_000, "range-1": 0.1, "range-2": 0.1, "trigger-hysteresis": 0.2 };

export interface Microphone {
  readonly recording: Recording;
  close(): void;
}

/** Asks for the microphone, without what browsers do for calls. Rejects if there is none, or it is not allowed. */
export async function openMicrophone(): Promise<Microphone> {
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: CHANNELS };
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const context = new AudioContext();
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
    void context.close().catch(() => {});
  };
  try {
    await context.audioWorklet.addModule(recorder);
    await context.resume();
    const node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
    const recording = new Recording(context.sampleRate);
    node.port.onmessage = ({ data }: MessageEvent<readonly Float32Array[]>) => recording.add(data);
    context.createMediaStreamSource(stream).connect(node);
    return { recording, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A microphone as an instrument, which can stay in its page or join the relay like any other. */
export function microphoneInstrument(recording: Recording, id: string, changed: () => void): Instrument {
  // Two captures before now must be known: one that waits for its trigger, and what is before the trigger.
  const longest = Number((recording.span / 20).toPrecision(1));
  const settings = new Settings(captureSettings({ timebase: [1e-4, longest], range: FULL_SCALE }), { changed });
  settings.change(START);
  const capture = new Capture((channel, seconds) => FULL_SCALE * recording.valueAt(channel, seconds));
  return {
    description: {
      ...{
        id,
        kind: "microphone",
        title: "Microphone",
        maker: "This page",
        model: "Web Audio",
        serial: id,
        firmware: "1.0",
      },
      ...{ calibrated: "2026-01-01", due: "2027-01-01" },
    },
    settings,
    interval: 1_000,
    quantities: {},
    actions: {},
    scpi: [],
    advance() {},
    read: () => ({ values: {}, status: [] }),
    capture: {
      channels: CHANNELS,
      points: MAX_POINTS,
      take() {
        if (settings.isOn("run")) {
          const waveform = capture.take(captureOf(settings), recording.now);
          if (waveform?.state === "single") settings.force("run", false);
          return waveform;
        }
        capture.disarm();
        return undefined;
      },
    },
  };
}
