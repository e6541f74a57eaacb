import { addressKeyOf, isJsonObject, type JsonObject } from "@achex/protocol";
import { printable } from "@achex/server/printable";
import { timeText } from "./format.ts";

/** What the page says about a frame of a kept channel: rows of a table, or one sentence. */
export interface KeptView {
  readonly summary: string;
  readonly messages: readonly KeptRow[];
}

export interface KeptRow {
  readonly seq: string;
  /** When it was stored, by the server's clock. */
  readonly time: string;
  readonly from: string;
  readonly payload: string;
}

const ROWS = 200;
const PAYLOAD = 200;

const textOf = (value: unknown): string => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return printable(text.length > PAYLOAD ? `${text.slice(0, PAYLOAD)}…` : text);
};

export const messagesText = (count: number): string => `${count} ${count === 1 ? "message" : "messages"}`;

const isNumber = (value: unknown): value is number => typeof value === "number";

/** `n` messages of which the numbers are `first` to `head`. */
const span = (first: unknown, head: unknown): string =>
  isNumber(first) && isNumber(head) && first <= head ? `holds ${first} to ${head}` : "holds nothing";

const channelOf = ({ hub, bc, name }: JsonObject): string =>
  hub !== undefined ? `hub ${textOf(hub)}` : bc !== undefined ? `broadcast ${textOf(bc)}` : `inbox of ${textOf(name)}`;

/** The sequence number of a received message to a kept channel (PROTOCOL.md R140). */
export const seqOf = ({ $seq, FROM }: JsonObject): number | undefined =>
  isNumber($seq) && FROM !== undefined ? $seq : undefined;

/** `$kept` in a few words (PROTOCOL.md R143, R144). */
export function keptWords(kept: JsonObject): string {
  const { first, head, missed, reset } = kept;
  const gap = reset === true ? ", another epoch" : isNumber(missed) && missed > 0 ? `, ${missed} missed` : "";
  return `kept ${channelOf(kept)}: ${span(first, head)}${gap}`;
}

function rowOf(message: unknown): KeptRow[] {
  if (!isJsonObject(message)) return [];
  const { $seq, $at, FROM, sID: _, $binary, ...rest } = message;
  const address = addressKeyOf(rest)?.[0];
  const payload = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== address));
  const bytes =
    typeof $binary === "string" ? ` and ${Math.floor(($binary.replace(/=+$/, "").length * 3) / 4)} bytes` : "";
  return [
    {
      seq: isNumber($seq) ? String($seq) : "",
      time: isNumber($at) ? timeText($at) : "",
      from: textOf(FROM ?? ""),
      payload: `${textOf(payload)}${bytes}`,
    },
  ];
}

/** A page of history, `$kept`, or the result of a join, for the details of a frame; undefined for others. */
export function keptView(fields: JsonObject): KeptView | undefined {
  if (addressKeyOf(fields)) return undefined;
  const { $kept, $result } = fields;
  if (isJsonObject($kept))
    return { summary: `${capital(keptWords($kept))}. Epoch ${textOf($kept.epoch)}.`, messages: [] };
  if (!isJsonObject($result)) return undefined;
  const { epoch, first, head, messages, more, kept } = $result;
  if (isJsonObject(kept))
    return { summary: `Joined at position ${textOf(kept.seq)} of epoch ${textOf(kept.epoch)}.`, messages: [] };
  if (typeof epoch !== "string" || !Array.isArray(messages)) return undefined;
  const end = more === true ? "There are more in this direction." : "There are no more in this direction.";
  return {
    summary: `${messagesText(messages.length)}. The channel ${span(first, head)}, epoch ${textOf(epoch)}. ${end}`,
    messages: messages.slice(0, ROWS).flatMap(rowOf),
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
