import { isJsonObject, type JsonObject } from "@achex/protocol";
import type { ClientSession } from "./client-session.ts";
import type { SimRequest } from "./frames.ts";

/** Notes the calls that a frame opens or closes. */
export function noteMessage({ incoming, asked }: ClientSession, { $call, $answer, sID }: JsonObject): void {
  if (isJsonObject($call) && typeof $call.id === "number") incoming.push({ caller: Number(sID), id: $call.id });
  if (isJsonObject($call) && "cancel" in $call) {
    const index = incoming.findIndex(({ caller, id }) => caller === sID && id === $call.cancel);
    if (index >= 0) incoming.splice(index, 1);
  }
  if (isJsonObject($answer) && $answer.more !== true) asked.delete(Number($answer.id));
}

/** Applies what a reply says about the client itself, for which there is no event. Returns the request that it answers. */
export function noteReply(session: ClientSession, frame: JsonObject): SimRequest | undefined {
  const { $ref, $result } = frame;
  if (typeof $ref !== "number" || "sID" in frame) return undefined;
  const request = session.pending.get($ref)?.request;
  if (!session.pending.delete($ref)) throw new Error(`${session.model.id} got a second reply to ${$ref}`);
  if (request && isJsonObject($result)) succeeded(session, request, $result);
  return request;
}

function succeeded({ view, rooms, asked, incoming }: ClientSession, request: SimRequest, result: JsonObject): void {
  switch (request.kind) {
    case "login":
      view.renamed(request.name);
      return;
    case "join":
      if (request.presence === false) view.forget(request.room);
      else if (request.attributes) view.updateSelf(request.room, { attributes: request.attributes });
      if (request.follows === false) rooms.forget(request.room);
      return;
    case "leave":
      view.forget(request.room);
      rooms.forget(request.room);
      return;
    case "watch":
      for (const name of request.names) {
        view.watched.add(name);
        if (Array.isArray(result.online) && result.online.includes(name)) view.online.add(name);
        else view.online.delete(name);
      }
      return;
    case "unwatch":
      for (const name of request.names) for (const set of [view.watched, view.online]) set.delete(name);
      return;
    case "call":
      asked.add(request.id);
      return;
    case "cancel":
      asked.delete(request.id);
      return;
    case "answer": {
      const index = incoming.findIndex(({ caller, id }) => caller === request.caller && id === request.id);
      if (request.isFinal && index >= 0) incoming.splice(index, 1);
      return;
    }
    default:
  }
}
