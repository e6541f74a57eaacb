import type { Asset } from "@achex/server/assets";
import { contentTypes, encodeText } from "../pipeline/site-file.ts";

/** Below the time after which the runtime closes an HTTP connection on which nothing happens, 10 s. */
const WAIT_MS = 5_000;
/** Pages that measure at one time; beyond them there is nothing at these paths. */
const MAX_EXCHANGES = 100;
const PATH = /^\/websockets\/(?:(poll)\/([a-z0-9]{8,16})|(say)\/([a-z0-9]{8,16})\/([a-z0-9-]{1,64}))$/;

type Respond = (asset: Asset) => void;

/** A word that waits for the question, or a question that waits for a word; each for a few seconds. */
interface Exchange {
  readonly word: string | undefined;
  readonly respond: Respond | undefined;
  readonly timer: ReturnType<typeof setTimeout>;
}

const answer = (word: string): Asset => ({
  type: contentTypes.text,
  // Whole words of letters and digits are their own tags.
  hash: word === "" ? "nothing" : word,
  body: encodeText(word),
  encodings: [],
  immutable: false,
  shared: false,
});

/**
 * Long polling as it was before WebSockets, for /websockets to measure: a request of `/websockets/poll/KEY` is answered when
 * somebody says a word at `/websockets/say/KEY/WORD`, or with nothing after five seconds (docs/decisions/010-long-polling.md).
 */
export function longPolling(): (path: string) => Asset | Promise<Asset> | undefined {
  const exchanges = new Map<string, Exchange>();
  const remove = (key: string): Exchange | undefined => {
    const exchange = exchanges.get(key);
    clearTimeout(exchange?.timer);
    exchanges.delete(key);
    return exchange;
  };
  const hold = (key: string, word: string | undefined, respond: Respond | undefined): void => {
    const timer = setTimeout(() => remove(key)?.respond?.(answer("")), WAIT_MS);
    // A stopping relay does not wait for it.
    timer.unref();
    exchanges.set(key, { word, respond, timer });
  };
  const poll = (key: string): Asset | Promise<Asset> => {
    const before = remove(key);
    // One question at a time: a second one replaces the first.
    before?.respond?.(answer(""));
    if (before?.word !== undefined) return answer(before.word);
    return new Promise((resolve) => hold(key, undefined, resolve));
  };
  const say = (key: string, word: string): Asset => {
    const asked = remove(key)?.respond;
    if (asked) asked(answer(word));
    else hold(key, word, undefined);
    return answer("");
  };
  return (path) => {
    const [, asks, asker = "", says, sayer = "", word = ""] = PATH.exec(path) ?? [];
    const key = asks ? asker : sayer;
    if (!(asks || says) || (exchanges.size >= MAX_EXCHANGES && !exchanges.has(key))) return undefined;
    return asks ? poll(key) : say(key, word);
  };
}
