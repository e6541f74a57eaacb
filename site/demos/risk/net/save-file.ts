import * as v from "valibot";
import { type Ledger, replay } from "./ledger.ts";
import { entrySchema, hashSchema, LONGEST } from "./schemas.ts";

/** A game as a file: its moves, and the hash after each of them, so that two files can be compared and a changed one is noticed. */

const FORMAT = "world-conquest/1";

const fileSchema = v.object({
  format: v.literal(FORMAT),
  moves: v.pipe(v.array(v.object({ ...entrySchema.entries, hash: hashSchema })), v.minLength(1), v.maxLength(LONGEST)),
});

export const toFile = (ledger: Ledger): string =>
  `${JSON.stringify({ format: FORMAT, moves: ledger.steps.map(({ entry, hash }) => ({ ...entry, hash })) }, null, 1)}\n`;

/** Reads a file by playing it. Returns what is wrong with it. */
export function fromFile(text: string): Ledger | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "This file is not a saved game.";
  }
  const checked = v.safeParse(fileSchema, value, { abortEarly: true });
  if (!checked.success) return "This file is not a saved game.";
  const { moves } = checked.output;
  const ledger = replay(moves.map(({ by, move }) => ({ by, move })));
  if (typeof ledger === "string") return `The file has been changed: ${ledger}.`;
  const wrong = moves.findIndex(({ hash }, index) => ledger.steps[index]?.hash !== hash);
  return wrong < 0 ? ledger : `The file has been changed: move ${wrong + 1} leads to another state.`;
}
