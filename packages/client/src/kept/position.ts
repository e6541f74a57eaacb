import { type Data, numberFrom } from "../json.ts";

/** The place of a message in a kept channel. Store both parts together: a sequence number means nothing in another epoch. */
export interface Position {
  readonly epoch: string;
  /** Counts up from 1 without gaps. */
  readonly seq: number;
}

/** undefined if it is not a position: the channel is not kept. */
export function positionFrom({ epoch, seq }: Data): Position | undefined {
  const number = numberFrom(seq);
  return typeof epoch === "string" && number !== undefined ? { epoch, seq: number } : undefined;
}
