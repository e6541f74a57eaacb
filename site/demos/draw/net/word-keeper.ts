import * as v from "valibot";
import { mask as maskSchema, salt as saltSchema, word as wordSchema } from "../rules/guessing.ts";
import { hintOrder, masked } from "../rules/judge.ts";

const secretSchema = v.strictObject({
  board: v.string(),
  word: wordSchema,
  salt: saltSchema,
  /** Letters to show, in this order. */
  hints: v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(40))),
});
export type Secret = v.InferOutput<typeof secretSchema>;

const KEY = "achex-draw-word";

/** The word that I am drawing. It never leaves this tab before the turn is over, and survives a reload. */
export class WordKeeper {
  #secret: Secret | undefined;

  /** The secret of this turn, if it is mine. */
  of(board: string): Secret | undefined {
    this.#secret ??= this.#restore();
    return this.#secret?.board === board ? this.#secret : undefined;
  }

  choose(board: string, word: string): Secret {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const salt = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const secret = { board, word, salt, hints: hintOrder(word, Math.random) };
    this.#secret = secret;
    try {
      sessionStorage.setItem(KEY, JSON.stringify(secret));
    } catch {
      // A reload then ends the turn without a word.
    }
    return secret;
  }

  #restore(): Secret | undefined {
    try {
      const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
      return v.is(secretSchema, stored) ? stored : undefined;
    } catch {
      return undefined;
    }
  }
}

/** The word as others should see it when that share of the time is over: hints are spread evenly. */
export function maskAt({ word, hints }: Secret, share: number): string {
  const shown = hints.filter((_, at) => share >= (at + 1) / (hints.length + 1));
  return v.parse(maskSchema, masked(word, new Set(shown)));
}
