import { faultFromError, ownFault } from "../fault.ts";
import { IgnorablePromise } from "../ignorable-promise.ts";
import type { ClientInternals } from "../internals.ts";
import { type Data, numberFrom, parseObject, textFrom } from "../json.ts";
import type { Message } from "../message.ts";
import type { History, HistoryOptions, HistoryPage } from "./kept-api.ts";
import { textsOf } from "./texts-of.ts";

const LAST = 50;
/** Most messages of a page (PROTOCOL.md R142). */
const LIMIT = 200;

/** Which messages a request is for. */
interface Range {
  /** Its keys on the wire. */
  readonly keys: Data;
  /** Epoch of the position in it. */
  readonly epoch: string | undefined;
  /** It replaces a range whose position was of another epoch, or beyond the head. */
  readonly reset: boolean;
}

function rangeFrom({ last, before, after, limit }: HistoryOptions): Range {
  if ([last, before, after].filter((one) => one !== undefined).length > 1)
    throw ownFault("invalid", "history() takes one of last, before and after.");
  if (after === "start") return { keys: { after: 0, limit }, epoch: undefined, reset: false };
  const { epoch, seq } = after ?? before ?? {};
  const keys = after ? { after: seq, limit } : before ? { before: seq, limit } : { last: last ?? LAST };
  return { keys, epoch, reset: false };
}

/** The range of the page that follows in the same direction. */
function nextRange({ keys }: Range, epoch: string, texts: readonly string[]): Range {
  const seqOf = (text = "") => numberFrom(parseObject(text)?.$seq) ?? 0;
  const limit = keys.limit ?? keys.last;
  const next = "after" in keys ? { after: seqOf(texts.at(-1)), limit } : { before: seqOf(texts[0]), limit };
  return { keys: next, epoch, reset: false };
}

/** Reads stored messages of a room. `address` names it in requests about it. */
export function readHistory(internals: ClientInternals, address: Data, options: HistoryOptions): History {
  const { outbox, reader, report } = internals;
  const following = new WeakMap<HistoryPage, Range>();

  const messagesIn = (texts: readonly string[], epoch: string): Message[] =>
    texts.flatMap((text) => {
      try {
        return reader.stored(text, epoch) ?? [];
      } catch (error) {
        report(faultFromError(error, "invalid"));
        return [];
      }
    });
  const request = (range: Range, promise: IgnorablePromise<HistoryPage>): void => {
    const done = ({ epoch: given, first, head, more }: Data, text: string): void => {
      const epoch = textFrom(given);
      const { after, limit, last } = range.keys;
      // As in a join: after a sequence number beyond the head, messages with other contents will get the numbers up to it.
      const isBeyond = (numberFrom(after) ?? 0) > (numberFrom(head) ?? 0);
      if (range.epoch !== undefined && (range.epoch !== epoch || isBeyond)) {
        const keys = after === undefined ? { last: limit ?? last ?? LIMIT } : { after: 0, limit };
        request({ keys, epoch: undefined, reset: true }, promise);
        return;
      }
      const texts = textsOf(text, "messages");
      const oldest = numberFrom(first) ?? 1;
      const page = {
        messages: messagesIn(texts, epoch),
        ...{ epoch, first: oldest, head: numberFrom(head) ?? 0, more: more === true, reset: range.reset },
        missed: range.epoch === undefined ? 0 : Math.max(0, oldest - 1 - (numberFrom(after) ?? oldest)),
      };
      if (page.more && texts.length > 0) following.set(page, nextRange(range, epoch, texts));
      promise.resolve(page);
    };
    outbox.send({
      body: JSON.stringify({ $history: { ...address, ...range.keys } }),
      repeatable: true,
      done: (result, fault, text = "") => (fault ? promise.reject(fault) : done(result, text)),
    });
  };
  const fetch = (begin: () => Range): IgnorablePromise<HistoryPage> =>
    IgnorablePromise.run(report, (promise) => request(begin(), promise));

  const first = fetch(() => rangeFrom(options));
  return Object.assign(first, {
    async *[Symbol.asyncIterator]() {
      for (let page = await first; ; ) {
        yield page;
        const range = following.get(page);
        if (!range) return;
        page = await fetch(() => range);
      }
    },
  });
}
