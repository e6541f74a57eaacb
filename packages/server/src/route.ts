import type { Frame } from "@achex/protocol";
import type { Core } from "./core.ts";
import { echo, latency, serverstat } from "./handlers/ask.ts";
import { login, refuseLogin } from "./handlers/login.ts";
import { join, leave, refuseJoin, register, unregister } from "./handlers/membership.ts";
import { send } from "./handlers/send.ts";
import type { Session } from "./session.ts";

/** Frame to handler: the only dispatch. A promise means that the session's later frames wait for it. */
export function route(core: Core, session: Session, frame: Frame): void | Promise<void> {
  switch (frame.verb) {
    case "send":
      return send(core, session, frame);
    case "login":
      return login(core, session, frame);
    case "register":
      return register(core, session, frame.name);
    case "unregister":
      return unregister(core, session, frame.name);
    case "join":
      return join(core, session, frame.name);
    case "leave":
      return leave(core, session, frame.name);
    case "latency":
      return latency(core, session);
    case "echo":
      return echo(core, session, frame);
    case "serverstat":
      return serverstat(core, session);
    case "unjoinable":
      return refuseJoin(core, session, frame.reason);
    case "unnameable":
      return refuseLogin(core, session, "bad-name");
    case "drop":
      return core.counters.drop(frame.reason);
  }
}
