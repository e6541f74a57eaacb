import type { Member } from "../../src/delivery/channels.ts";
import type { Payload } from "../../src/socket.ts";
import { sendResultOf } from "../../src/socket.ts";
import type { MemorySocket } from "./memory-socket.ts";

/** A member of a channel without a session: only a socket in memory. */
export function memberOn(socket: MemorySocket, id: number): Member {
  const write = (frame: Payload) => sendResultOf(socket.send(frame));
  return {
    id,
    isClosed: false,
    isAway: false,
    log: undefined,
    writeFrame: write,
    writeUncounted: write,
    subscribe: (topic) => socket.subscribe(topic),
    unsubscribe: (topic) => socket.unsubscribe(topic),
  };
}
