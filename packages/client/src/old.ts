import { parseObject } from "./binary.ts";
import { type Data, numberFrom, textFrom } from "./data.ts";
import { messageVerb } from "./message.ts";
import type { Speech } from "./speech.ts";

type Awaited = "login" | "join" | "latency";

const unsupported = (ref: number, what: string): Data => ({
  $ref: ref,
  $fault: {
    code: "unsupported",
    message: `The original protocol has no ${what}.`,
    remedy: "Connect with the dialect achex.2 to a server that speaks it.",
  },
});

/** Which reply the old server gives to a frame of ours; undefined when it gives none, a text when it cannot do that. */
function kindOf(frame: Data): { readonly waits: Awaited | undefined } | string {
  const key = Object.keys(frame).find((name) => name.startsWith("$") && name !== "$time");
  if (key === "$presence" || key === "$attributes") return "presence";
  if (key === "$watch" || key === "$unwatch") return "watching of names";
  if (key === "$call" || key === "$answer") return "questions, answers and streams";
  if (key) return `${key.slice(1)} requests`;
  if (messageVerb(frame)) return { waits: undefined };
  if ("setID" in frame || "serviceID" in frame) return { waits: "login" };
  if ("joinHub" in frame) return { waits: "join" };
  return { waits: "$time" in frame ? "latency" : undefined };
}

/** The original protocol, in either dialect. It confirms logins and joins only, so what else is sent counts as done. */
export function oldSpeech(cloud: boolean): Speech {
  const waiting: Record<Awaited, number[]> = { login: [], join: [], latency: [] };

  // The original server answers in the order it was asked, and its replies say nothing but what they reply to.
  const replyTo = (kind: Awaited, rest: Data): Data => {
    const $ref = waiting[kind].shift();
    return $ref === undefined ? {} : { $ref, ...rest };
  };
  const loginReply = (frame: Data): Data => {
    const reason = textFrom(frame.REASON) || textFrom(frame.reason);
    if (textFrom(frame.auth).toLowerCase() === "ok") return replyTo("login", { $result: { sid: frame.SID } });
    // Its reasons are texts for people; ours invite to come again where that helps.
    const retry = /again/i.test(reason);
    const code = retry ? "throttled" : "refused";
    return replyTo("login", { $fault: { code, message: reason || "The server refused the login.", retry } });
  };
  return {
    protocols: [],
    ...(cloud && { opened: () => ({ $hello: {} }) }),
    encode(ref, body, bytes, reply) {
      const frame = parseObject(body) ?? {};
      const kind = bytes ? "binary messages" : kindOf(frame);
      if (typeof kind === "string") {
        reply(unsupported(ref, kind));
        return undefined;
      }
      if (kind.waits) waiting[kind.waits].push(ref);
      else reply({ $ref: ref, $result: {} });
      if (kind.waits === "latency") return '{"ping":true}';
      return cloud ? body.replace(/^\{"setID"/, '{"auth"') : body;
    },
    decode(frame) {
      if (messageVerb(frame)) return frame;
      if ("SID" in frame && !("auth" in frame)) return { $hello: { sid: numberFrom(frame.SID) } };
      if ("auth" in frame) return loginReply(frame);
      if (frame.joinHub === "OK") return replyTo("join", { $result: {} });
      if (frame.joinHub === "FAILED")
        return replyTo("join", { $fault: { code: "refused", message: "The server refused the hub." } });
      if ("ltcy" in frame) return replyTo("latency", { $result: {} });
      if (typeof frame.error === "string") return { $fault: { code: "failed", message: frame.error } };
      return frame;
    },
  };
}
