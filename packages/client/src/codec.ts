import { SUBPROTOCOL } from "@achex/protocol";
import { encodeBinary } from "./frames.ts";
import type { Bytes, Data } from "./json.ts";

/** Translates between the frames of achex.2, which the rest of the client is written in, and those of a dialect. */
export interface Codec {
  readonly protocols: string[];
  /** What stands for the greeting in a dialect whose server sends none. */
  opened?(): Data;
  /**
   * The frame as it is sent, or undefined when the dialect cannot express it. `body` is a JSON object with at least one key;
   * without `ref` no reply is wanted. `reply` is called with what stands for the server's reply where the server sends none.
   */
  encode(
    ref: number | undefined,
    body: string,
    bytes: Uint8Array | undefined,
    reply: (frame: Data) => void,
  ): string | Bytes | undefined;
  decode?(frame: Data): Data;
}

/** `$ref` goes first: the server has a fast path for frames that begin with it. */
export const achex2Codec: Codec = {
  protocols: [SUBPROTOCOL],
  encode(ref, body, bytes) {
    const text = ref === undefined ? body : `{"$ref":${ref},${body.slice(1)}`;
    return bytes ? encodeBinary(text, bytes) : text;
  },
};

/** A dialect other than achex.2: makes the codec of one connection. */
export type Dialect = () => Codec;
