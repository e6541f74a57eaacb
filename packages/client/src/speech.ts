import { SUBPROTOCOL } from "@achex/protocol";
import { encodeBinary } from "./binary.ts";
import type { Data } from "./data.ts";

/** What a dialect makes of the frames of achex.2, which everything else in the client is written in. */
export interface Speech {
  readonly protocols: string[];
  /** Frames that a server of this dialect never sends, and which the rest of the client waits for once it is open. */
  opened?(): Data;
  /**
   * The frame as it goes out, or undefined when it cannot be said. `body` is a JSON object with at least one key; `reply`
   * takes what stands for the server's reply where it sends none.
   */
  encode(
    ref: number,
    body: string,
    bytes: Uint8Array | undefined,
    reply: (frame: Data) => void,
  ): string | Uint8Array<ArrayBuffer> | undefined;
  decode?(frame: Data): Data;
}

/** `$ref` goes first: the server has a short way for frames that begin so. */
export const achex2: Speech = {
  protocols: [SUBPROTOCOL],
  encode(ref, body, bytes) {
    const text = `{"$ref":${ref},${body.slice(1)}`;
    return bytes ? encodeBinary(text, bytes) : text;
  },
};
