import { retry, stop } from "./fault-text.ts";

/** Faults of the state, host and options of rooms (PROTOCOL.md R100 to R122). */
export const roomFaults = {
  "room-full": retry(
    "The room already has as many members as its capacity allows.",
    "Try again when somebody has left, or join another room.",
  ),
  "room-closed": stop("The room is closed to newcomers.", "Ask its host to open it, or join another room."),
  "room-password": stop("The room has a password, and it is not this one.", "Join with the password of the room."),
  "room-throttled": retry(
    "Too many joins from this address had the wrong password of a room.",
    "Wait a minute, then try again.",
  ),
  "not-host": stop("Only the host of the room can do this.", "Wait until this session is host, or ask the host."),
  "not-candidate": stop(
    "That session does not follow the room, does not want to be host, or is away.",
    "Choose another member, or leave out sid: then the next candidate becomes host.",
  ),
  "stale-term": stop(
    "The term of the frame is not the current term of the room: its host has changed.",
    "Discard the frame. If this session is host now, repeat it with the new term.",
  ),
  "state-conflict": stop(
    "A key in `if` has changed after that version, or exists although its version is 0.",
    "Compute the new value from the current one, and write again with its version.",
  ),
  "state-full": stop(
    "The state would have more keys or bytes than the limits (stateKeys, stateBytes) allow, or the server holds as much state as it can.",
    "Delete keys that are not needed, or combine several into one.",
  ),
  "bad-state": stop(
    "A key of the state is empty, has control characters or is longer than the limit (stateKey), or a value is larger than the limit (stateValue).",
    "Use shorter keys, and divide large values among several keys.",
  ),
  "not-owner": stop("The key belongs to another session.", "Write keys of the room, or keys of this session."),
  "not-a-number": stop(
    "A value to increment is not a number, or the sum is too large for one.",
    "Set the key to a number first.",
  ),
};

/** Faults of kept channels (PROTOCOL.md R140 to R146). */
export const keepFaults = {
  "keep-busy": retry(
    "Nothing was done: more messages and changes wait to be stored than the server allows, or rooms use as much memory as they may.",
    "Try again in a moment, and send more slowly.",
  ),
  "keep-failed": retry(
    "Nothing was done, because it could not be stored or read; the server's log has the reason.",
    "Try again later, or tell the operator of the server: the disk may be full.",
  ),
  "keep-full": stop(
    "Nothing was done: the server would keep more channels or bytes than it may.",
    "Ask the operator to raise --max-kept-channels or --max-keep-disk, or to purge what is not needed; a channel that is kept already may have room.",
  ),
  "not-kept": stop("The channel is not kept, so it has no history.", "Ask the operator to keep it (--keep)."),
  "too-many-devices": stop(
    "Positions of 16 other devices are stored for this name.",
    "Use the name of one of these devices.",
  ),
};
