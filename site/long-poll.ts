import type { Asset } from "@achex/server/assets";
import { contentTypes, encodeText } from "./pipeline/site-file.ts";

/** Below the time after which the runtime closes an HTTP connection on which nothing happens, 10 s. */
const WAIT_MS = 5_000;
/** Pages that measure at one time; beyond them there is nothing at these paths. */
const MOST = 100;
const PATH = /^\/websockets\/(?:(poll)\/([a-z0-9]{8,16})|(say)\/([a-z0-9]{8,16})\/([a-z0-9-]{1,64}))$/;

type Tell = (asset: Asset) => void;

/** A word that waits for the question, or a question that waits for a word; each for a few seconds. */
interface Channel {
  readonly word: string | undefined;
  readonly tell: Tell | undefined;
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
 * Long polling as it was before WebSockets, for /websockets to measure: who asks at `/websockets/poll/KEY` is answered when
 * somebody says a word at `/websockets/say/KEY/WORD`, or with nothing after five seconds (docs/decisions/010-long-polling.md).
 */
export function longPolling(): (path: string) => Asset | Promise<Asset> | undefined {
  const channels = new Map<string, Channel>();
  const take = (key: string): Channel | undefined => {
    const channel = channels.get(key);
    clearTimeout(channel?.timer);
    channels.delete(key);
    return channel;
  };
  const keep = (key: string, word: string | undefined, tell: Tell | undefined): void => {
    const timer = setTimeout(() => take(key)?.tell?.(answer("")), WAIT_MS);
    // A relay that is told to stop does not wait for it.
    timer.unref();
    channels.set(key, { word, tell, timer });
  };
  const poll = (key: string): Asset | Promise<Asset> => {
    const before = take(key);
    // One question at a time: who asks again has given up the first.
    before?.tell?.(answer(""));
    if (before?.word !== undefined) return answer(before.word);
    return new Promise((resolve) => keep(key, undefined, resolve));
  };
  const say = (key: string, word: string): Asset => {
    const asked = take(key)?.tell;
    if (asked) asked(answer(word));
    else keep(key, word, undefined);
    return answer("");
  };
  return (path) => {
    const [, asks, asker = "", says, sayer = "", word = ""] = PATH.exec(path) ?? [];
    const key = asks ? asker : sayer;
    if (!(asks || says) || (channels.size >= MOST && !channels.has(key))) return undefined;
    return asks ? poll(key) : say(key, word);
  };
}
