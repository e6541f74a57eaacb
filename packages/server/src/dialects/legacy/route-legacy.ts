import {
  type DropReason,
  type Frame,
  JOINED_FRAME,
  latencyFrame,
  loginFrame,
  NOT_JOINED_FRAME,
  type Refusal,
  refusalFrame,
} from "@achex/protocol";
import { join, leave, register, unregister } from "../../handlers/join-leave.ts";
import { login } from "../../handlers/login.ts";
import { serverstat } from "../../handlers/serverstat.ts";
import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";
import { sendLegacy } from "./send-legacy.ts";

/**
 * Frame to handler, and what came of it in the words of the old dialects: the only dispatch of classic and cloud. A promise
 * means that the session's later frames wait for it.
 */
export function routeLegacy(core: Core, session: Session, frame: Frame): void | Promise<void> {
  switch (frame.verb) {
    case "send":
      return countDrop(core, sendLegacy(core, session, frame));
    case "login":
      return login(core, session, frame, answerLogin);
    case "register":
      return countDrop(core, register(core, session, frame.name));
    case "unregister":
      unregister(core, session, frame.name);
      return;
    case "join":
      return answerJoin(core, session, join(core, session, frame.name));
    case "leave":
      leave(core, session, frame.name);
      return;
    case "latency":
      return session.measureLatency((milliseconds) => {
        if (milliseconds !== undefined) session.send(latencyFrame(milliseconds));
      });
    case "echo":
      return session.send(frame.text);
    case "serverstat":
      return answerServerstat(core, session);
    case "badJoin":
      return answerJoin(core, session, frame.reason);
    case "badLogin":
      core.counters.login("bad-name");
      return answerLogin(core, session, "bad-name");
    case "drop":
      return countDrop(core, frame.reason);
  }
}

/** Old dialects have no words for most refusals: the reason is counted (PROTOCOL.md B1). */
function countDrop(core: Core, reason: DropReason | undefined): void {
  if (reason) core.counters.drop(reason);
}

function answerLogin(_core: Core, session: Session, refusal: Refusal | undefined): void {
  const { dialect } = session.endpoint;
  session.send(refusal ? refusalFrame(dialect, refusal) : loginFrame(dialect, session.id));
}

function answerJoin(core: Core, session: Session, reason: DropReason | undefined): void {
  countDrop(core, reason);
  session.send(reason ? NOT_JOINED_FRAME : JOINED_FRAME);
}

function answerServerstat(core: Core, session: Session): void {
  const text = serverstat(core, session);
  if (text === undefined) countDrop(core, "not-logged-in");
  else session.send(text);
}
