import { type Client, connect } from "@achex/client/full";
import type { Author } from "../../rules/authorship.ts";
import type { Note } from "../../rules/message.ts";
import { hubOf, type RoomAddress, roomId } from "../../rules/room-address.ts";
import { authorNamed, signedNote, textNote } from "./notes.ts";

/** A program in a room, which may send anything. */
export interface RawClient extends Disposable {
  readonly client: Client<object>;
  readonly author: Author;
  /** Every frame that the relay has sent it, as text. */
  readonly frames: readonly string[];
  /** Sends an object as it is. */
  send(data: object, bytes?: Uint8Array): Promise<unknown>;
  /** Signs a note as this client, and sends it. */
  say(note: Note, bytes?: Uint8Array): Promise<unknown>;
  /** So many messages, `say 1` and so on. */
  talk(count: number, text: (at: number) => string): Promise<void>;
}

export async function joinRaw(port: number, name: string, address: RoomAddress): Promise<RawClient> {
  const frames: string[] = [];
  const client = connect(`ws://127.0.0.1:${port}`, {
    ...{ instance: "chat", name },
    observe: (direction, frame) => {
      if (direction === "in") frames.push(typeof frame === "string" ? frame : Buffer.from(frame).toString("latin1"));
    },
  });
  const hub = client.hub(hubOf(address));
  await hub.join({ presence: true });
  const author = authorNamed(name);
  const send = (data: object, bytes?: Uint8Array) =>
    bytes ? hub.sendBinary(bytes, { ...data }) : hub.send({ ...data });
  const say = (note: Note, bytes?: Uint8Array) => send(signedNote(author, `room ${roomId(address)}`, note), bytes);
  return {
    ...{ client, author, frames, send, say },
    async talk(count, text) {
      await Promise.all(Array.from({ length: count }, (_, at) => say(textNote(text(at), { n: name }))));
    },
    [Symbol.dispose]: () => client.close(),
  };
}
