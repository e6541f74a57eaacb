import type { Tone } from "../../shared/sound.ts";
import type { Happening } from "../rules/timeline.ts";

const A3 = 220;
const SEMITONE = 2 ** (1 / 12);
/** The pitch rises with each strike of a rally, for two octaves. */
const HIGHEST = 24;

const pitch = (semitones: number): number => A3 * SEMITONE ** Math.min(HIGHEST, semitones);

/** The sounds of what happens on the court; the pitch of a rally rises with its strikes. */
export function tonesOf(happening: Happening): readonly Tone[] {
  switch (happening.kind) {
    case "serve":
      return [{ from: pitch(0), length: 90, wave: "triangle", volume: 0.3 }];
    case "strike": {
      const from = pitch(happening.strikes - 1);
      const tone: Tone = { from, to: from * 1.02, length: 90, wave: "triangle", volume: 0.34 };
      if (!happening.power) return [tone];
      return [tone, { from: 130, to: 45, length: 220, wave: "sine", volume: 0.5 }];
    }
    case "wall":
      return [{ from: 880, to: 760, length: 24, wave: "sine", volume: 0.1 }];
    case "point":
      return [
        { from: 392, length: 130, wave: "sawtooth", volume: 0.14 },
        { from: 262, length: 260, wave: "sawtooth", volume: 0.14, delay: 130 },
      ];
    case "over":
      return [0, 4, 7, 12].map((step, index) => ({
        ...{ from: pitch(step), length: index === 3 ? 420 : 120 },
        ...{ wave: "triangle" as const, volume: 0.3, delay: 420 + index * 120 },
      }));
    case "let":
      return [];
  }
}
