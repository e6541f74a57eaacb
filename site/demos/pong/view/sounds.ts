import type { Happening } from "../rules/timeline.ts";

/** One sound of a synthesizer. */
export interface Tone {
  /** Hz at the beginning, and at the end. */
  readonly frequency: number;
  readonly to?: number;
  /** ms. */
  readonly length: number;
  readonly wave: OscillatorType;
  /** 0 to 1. */
  readonly volume: number;
  /** ms to wait. */
  readonly after?: number;
}

const A3 = 220;
const SEMITONE = 2 ** (1 / 12);
/** The pitch rises with each strike of a rally, for two octaves. */
const HIGHEST = 24;

const pitch = (semitones: number): number => A3 * SEMITONE ** Math.min(HIGHEST, semitones);

/** The sounds of what happens on the court; the pitch of a rally rises with its strikes. */
export function tonesOf(happening: Happening): readonly Tone[] {
  switch (happening.kind) {
    case "serve":
      return [{ frequency: pitch(0), length: 90, wave: "triangle", volume: 0.5 }];
    case "strike": {
      const frequency = pitch(happening.strikes - 1);
      const tone: Tone = { frequency, to: frequency * 1.02, length: 90, wave: "triangle", volume: 0.55 };
      if (!happening.power) return [tone];
      return [tone, { frequency: 130, to: 45, length: 220, wave: "sine", volume: 0.9 }];
    }
    case "wall":
      return [{ frequency: 880, to: 760, length: 24, wave: "sine", volume: 0.16 }];
    case "point":
      return [
        { frequency: 392, length: 130, wave: "sawtooth", volume: 0.22 },
        { frequency: 262, length: 260, wave: "sawtooth", volume: 0.22, after: 130 },
      ];
    case "over":
      return [0, 4, 7, 12].map((step, index) => ({
        ...{ frequency: pitch(step), length: index === 3 ? 420 : 120 },
        ...{ wave: "triangle" as const, volume: 0.5, after: 420 + index * 120 },
      }));
    case "let":
      return [];
  }
}
