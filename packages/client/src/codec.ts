import { SUBPROTOCOL } from "@achex/protocol";
import { encodeBinary } from "./frames.ts";
import type { Bytes, Data } from "./json.ts";

/** Translates between achex.2, which the rest of the client uses, and the frames of a dialect. */
export interface Codec {
  readonly protocols: string[];
  /** Replaces the greeting in a dialect whose server sends none. */
  opened?(): Data;
  /**
   * Returns the frame to send, or undefined if the dialect cannot express it. `body` is a JSON object with at least one key;
   * without `ref` no reply is requested. If the server sends no reply, `reply` is called with a substitute.
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

/** A dialect other than achex.2. Creates the codec of one connection. */
export type Dialect = () => Codec;
