import type { DollarKeyName } from "@achex/protocol";
import type { Codec, Dialect } from "./codec.ts";
import { addressKeyOf } from "./frames.ts";
import { type Data, numberFrom, parseObject, textFrom } from "./json.ts";

type ReplyKind = "login" | "join";

const unsupported = (ref: number | undefined, what: string): Data => ({
  ...(ref !== undefined && { $ref: ref }),
  $fault: {
    code: "unsupported",
    message: `The legacy dialects do not support ${what}.`,
    remedy: "Use achex.2 with a server that supports it.",
  },
});

/** Features that need these keys, none of which exist in the legacy dialects. */
const features: Readonly<Record<Exclude<DollarKeyName, "$ref" | "$time">, string>> = {
  $presence: "presence",
  $attributes: "presence",
  $members: "member lists",
  $watch: "watching names",
  $unwatch: "watching names",
  $call: "calls and streams",
  $answer: "calls and streams",
  $retire: "retiring",
  $resume: "resuming",
  $seen: "resuming",
  $state: "rooms with state",
  $seat: "rooms with state",
  $host: "rooms with state",
  $room: "rooms with state",
  $set: "rooms with state",
  $term: "rooms with state",
  $latest: "latest-value messages",
  $history: "kept channels",
  $since: "kept channels",
  $inbox: "kept channels",
  $confirm: "kept channels",
  $id: "idempotent sends",
};

/** Which reply a legacy server sends to a frame; undefined when it sends none, a text when the dialect has no such frame. */
function replyKindOf(frame: Data): { readonly expects: ReplyKind | undefined } | string {
  for (const [key, feature] of Object.entries(features)) if (key in frame) return feature;
  if (addressKeyOf(frame)) return { expects: undefined };
  if ("setID" in frame || "serviceID" in frame) return { expects: "login" };
  if ("joinHub" in frame) return { expects: "join" };
  return { expects: undefined };
}

/**
 * The codec of classic or cloud. Their servers only confirm logins and joins, so everything else counts as done when it is
 * sent.
 */
function createLegacyCodec(cloud: boolean): Codec {
  const awaiting: Record<ReplyKind, number[]> = { login: [], join: [] };

  // A legacy server replies in the order of the requests, and its replies only say which kind of request they are for.
  const replyTo = (kind: ReplyKind, body: Data): Data => {
    const $ref = awaiting[kind].shift();
    return $ref === undefined ? {} : { $ref, ...body };
  };
  const loginReply = (frame: Data): Data => {
    const reason = textFrom(frame.REASON) || textFrom(frame.reason);
    if (textFrom(frame.auth).toLowerCase() === "ok") return replyTo("login", { $result: { sid: frame.SID } });
    // Its reasons are sentences for people. Those of our relay say "try again" if that may help.
    const retry = /again/i.test(reason);
    const code = retry ? "throttled" : "refused";
    return replyTo("login", { $fault: { code, message: reason || "The server refused the login.", retry } });
  };
  return {
    protocols: [],
    ...(cloud && { opened: () => ({ $hello: {} }) }),
    encode(ref, body, bytes, reply) {
      const frame = parseObject(body) ?? {};
      const kind = bytes ? "binary messages" : replyKindOf(frame);
      // Its reply needs no reference; the replies to these arrive in order.
      if ("$time" in frame && !addressKeyOf(frame)) return '{"ping":true}';
      if (typeof kind === "string") {
        reply(unsupported(ref, kind));
        return undefined;
      }
      // The server always replies to these, so each needs an entry in the order of requests. 0 is never used as a reference.
      if (kind.expects) awaiting[kind.expects].push(ref ?? 0);
      else if (ref !== undefined) reply({ $ref: ref, $result: {} });
      return cloud ? body.replace(/^\{"setID"/, '{"auth"') : body;
    },
    decode(frame) {
      if (addressKeyOf(frame)) return frame;
      if ("SID" in frame && !("auth" in frame)) return { $hello: { sid: numberFrom(frame.SID) } };
      if ("auth" in frame) return loginReply(frame);
      if (frame.joinHub === "OK") return replyTo("join", { $result: {} });
      if (frame.joinHub === "FAILED")
        return replyTo("join", { $fault: { code: "refused", message: "The server refused the hub." } });
      if ("ltcy" in frame) return { $time: true };
      if (typeof frame.error === "string") return { $fault: { code: "failed", message: frame.error } };
      return frame;
    },
  };
}

/** The legacy dialect of `ws://HOST:4010/`, for a server that does not support achex.2. */
export const classic: Dialect = () => createLegacyCodec(false);

/** The legacy dialect of `wss://HOST/<instance>`, for a server that does not support achex.2. */
export const cloud: Dialect = () => createLegacyCodec(true);
