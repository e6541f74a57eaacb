import { addressKeyOf } from "./frames.ts";
import { type Data, isData, parseObject } from "./json.ts";
import type { Position } from "./kept/position.ts";
import { type Incoming, incomingFrom, type Message, type Parse, unstamped } from "./message.ts";
import { type AnySchemas, entryFor, validated } from "./schema.ts";

export interface MessageReaderDeps {
  readonly schemas: AnySchemas;
  readonly parse: Parse | undefined;
  readonly isLegacy: boolean;
  readonly reply: (sid: number, data: object) => ReturnType<Message["reply"]>;
}

/** Makes what arrives a message of the application, if it matches its schema; otherwise it throws the fault `invalid`. */
export class MessageReader {
  readonly #deps: MessageReaderDeps;

  constructor(deps: MessageReaderDeps) {
    this.#deps = deps;
  }

  message({ data, from, sid, channel, text, bytes, at }: Incoming, position: Position | undefined): Message {
    const { schemas, isLegacy, reply } = this.#deps;
    const { kind } = channel;
    const isRoom = kind === "hub" || kind === "broadcast";
    const payload = isLegacy ? data : withoutLatest(data);
    const table = isRoom ? schemas[`${kind}s`] : undefined;
    const room = isRoom ? channel.names.find((name) => entryFor(table, name)) : undefined;
    const schema = isRoom ? room !== undefined && entryFor(table, room) : schemas.direct;
    const valid = schema ? validated(schema, payload, `message from ${from}`, room) : payload;
    return {
      ...{ data: isData(valid) ? valid : payload, from, sid, kind, channel, bytes, position, at },
      reply: (answer: object) => reply(sid, answer),
      get text() {
        return unstamped(text);
      },
    };
  }

  /** The message with this text, from a page of history; undefined if it is none. */
  stored(text: string, epoch: string): Message | undefined {
    const frame = parseObject(text) ?? {};
    const key = addressKeyOf(frame);
    const incoming = key && incomingFrom(frame, text, undefined, key, this.#deps.parse);
    return incoming?.seq === undefined ? undefined : this.message(incoming, { epoch, seq: incoming.seq });
  }
}

/** `$latest` is for the relay, but stays in the text (PROTOCOL.md R130). */
function withoutLatest(data: Data): Data {
  if (!("$latest" in data)) return data;
  const { $latest: _, ...rest } = data;
  return rest;
}
