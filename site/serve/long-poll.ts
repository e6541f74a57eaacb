import type { Asset } from "@achex/server/assets";
import { contentTypes, encodeText } from "../pipeline/site-file.ts";

/** Below the 10 s after which the runtime closes an idle HTTP connection. */
const WAIT_MS = 5_000;
/** Pages that can measure at the same time. For further ones, these paths return 404. */
const MAX_EXCHANGES = 100;
const PATH = /^\/websockets\/(?:(poll)\/([a-z0-9]{8,16})|(say)\/([a-z0-9]{8,16})\/([a-z0-9-]{1,64}))$/;

type Respond = (asset: Asset) => void;

/** A word that waits for a poll, or a poll that waits for a word, each for a few seconds. */
interface Exchange {
  readonly word: string | undefined;
  readonly respond: Respond | undefined;
  readonly timer: ReturnType<typeof setTimeout>;
}

const answer = (word: string): Asset => ({
  type: contentTypes.text,
  // Words consist of letters and digits, so they can be used as entity tags.
  hash: word === "" ? "nothing" : word,
  body: encodeText(word),
  encodings: [],
  immutable: false,
  shared: false,
});

/**
 * Long polling, the technique used before WebSockets, so that /websockets can measure it. A request to `/websockets/poll/KEY`
 * is answered when a word is sent to `/websockets/say/KEY/WORD`, or with an empty response after five seconds
 * (docs/decisions/010-long-polling.md).
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
    // The timer must not keep a stopping relay alive.
    timer.unref();
    exchanges.set(key, { word, respond, timer });
  };
  const poll = (key: string): Asset | Promise<Asset> => {
    const before = remove(key);
    // One poll at a time: a second one replaces the first.
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
