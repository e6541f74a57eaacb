import { type FaultText, type LoginFaultText, login, retry, stop } from "./fault-text.ts";
import { keepFaults, roomFaults } from "./room-faults.ts";

export type { FaultText, LoginFaultText } from "./fault-text.ts";

const loginFaults = {
  "wrong-password": login(
    stop("The name or the password is wrong.", "Check both."),
    "wrong name or password; check both",
  ),
  "name-claimed": login(
    stop("The name is in use with a different password.", "Choose another name, or use its password."),
    "this name is in use with a different password; use that password or choose another name",
  ),
  "name-reserved": login(
    stop("The name is reserved, for a service or by the operator.", "Choose another name."),
    "this name is reserved; choose another",
  ),
  "name-lookalike": login(
    stop("The name looks like a name that is reserved for a service or by the operator.", "Choose another name."),
    "this name looks like one that is reserved for a service; choose another",
  ),
  "name-held": login(
    stop(
      "The name is currently in use: by a service, or by users if a service is trying to log in.",
      "Choose another name, or try again later.",
    ),
    "this name is currently in use; choose another or try again later",
  ),
  "wrong-service": login(
    stop(
      "There is no such service, or its password is wrong.",
      "Check both, or ask the operator of the server to add the service.",
    ),
    "no such service or wrong password; check both, or ask the operator of the server to add the service",
  ),
  throttled: login(
    retry("Too many logins from this address or for this name have failed.", "Wait a minute, then try again."),
    "too many failed logins: 10 at once, then one every 6 s; wait a minute and try again",
  ),
  busy: login(
    retry("Too many logins are being checked at once.", "Try again in a few seconds."),
    "too many logins at once; try again in a few seconds",
  ),
  "accounts-unavailable": login(
    retry(
      "The server cannot read its accounts, so it cannot check any login.",
      "Try again later. The server's log shows the cause.",
    ),
    "the server cannot read its accounts at present; try again later",
  ),
  "not-logged-in": stop("Only a logged-in session can do this.", "Log in first."),
};

const addressFaults = {
  "bad-name": login(
    stop("The name is empty, longer than the limit (name), or contains control characters.", "Choose another name."),
    "a name must have 1 to 128 bytes (or this server's limit) and no control characters; choose another",
  ),
  "no-such-name": stop(
    "Nobody in this instance is logged in under that name.",
    "Check the name, watch it, or try again when it is online.",
  ),
  "no-such-session": stop(
    "No session in this instance has that id.",
    "The session has ended. Send to its name, or wait until it reconnects under a new id.",
  ),
  "bad-target": stop(
    "A target is neither a name nor a session id, or the list of targets is empty.",
    "Names are strings up to the limit (name); session ids are integers from 1.",
  ),
  "too-many-targets": stop(
    "The list of targets is longer than the limit (targets).",
    "Send several frames, or use a hub.",
  ),
};

const channelFaults = {
  "not-member": stop("The session is not in that hub or broadcast.", "Join it first."),
  "bad-attributes": stop(
    "There are more attributes than the limit (attributes), or one is too large or not a plain value.",
    "Use keys of up to 64 bytes, and values that are strings, numbers, booleans or null of up to 256 bytes as JSON.",
  ),
  "too-many-channels": stop(
    "The session is already in as many hubs and broadcasts as the limit (channels) allows.",
    "Leave one first.",
  ),
  "too-many-watches": stop(
    "The session would watch more names than the limit (watches) allows.",
    "Unwatch some first.",
  ),
};

const callFaults = {
  "old-dialect": stop(
    "Only sessions in legacy dialects use that address, and they cannot answer calls.",
    "Send a plain message, or connect the other side with achex.2.",
  ),
  "callee-gone": retry("The called session has disconnected.", "Call again: another session may answer."),
  "callee-busy": retry(
    "The called session already has as many open calls as the limit (incomingCalls) allows.",
    "Call again in a moment, or run another instance of the service.",
  ),
  "call-in-use": stop(
    "The session already has an open call with that id.",
    "Give each call its own id, such as a counter.",
  ),
  "no-such-call": stop(
    "That call is not open, or this session is not allowed to answer or continue it.",
    "It was answered or cancelled, or the other side has disconnected. Stop working on it.",
  ),
  "too-many-calls": retry(
    "The session would have more open calls than the limit (calls) allows. A call to several sessions counts once for each.",
    "Wait until some are answered, or cancel some.",
  ),
  "not-one": stop("A stream goes to exactly one session, but several use this address.", "Send to a session id."),
  "no-credit": stop(
    "The receiver of the stream has not granted credit for that many bytes.",
    "Wait for credit before you send more.",
  ),
  "bad-binary": stop(
    "The binary frame is malformed or is not a message, or a frame of a call is binary where text is required, or text where binary is required.",
    "A binary frame consists of a 16-bit header length, a JSON header with an address, and bytes: see rule R40 of PROTOCOL.md.",
  ),
};

const limitFaults = {
  "queue-full": retry(
    "The session sends faster than its limits (framesPerSecond, bytesPerSecond) or is waiting for a login, and its queue (queue) is full.",
    "Send more slowly, or combine several messages into one frame.",
  ),
  "delivery-rate": retry(
    "The session's messages cause more deliveries per second than the limit (deliveredBytesPerSecond) allows, and its queue is full.",
    "Send to large groups less often, or combine several messages into one.",
  ),
  "no-pong": retry(
    "The client's WebSocket did not answer a ping within 10 s.",
    "Try again. If it happens again, the connection has probably been lost.",
  ),
};

const resumeFaults = {
  "resume-off": stop(
    "The session cannot be resumed: the server has resume switched off, or the session did not enable it.",
    "Continue without resume, or start the server with a --resume-window above 0. A client enables it with its first frame.",
  ),
  "resume-late": stop(
    "A session can be made resumable, or resumed, only by the first frame of a connection.",
    "Send $resume before anything else, without other keys. To resume a session, also offer the subprotocol achex.2.resume.",
  ),
  "resume-unknown": stop(
    "No session with that token can be resumed on this instance: its window has passed, or it has ended.",
    "Log in and join again: the connection continues as a new session.",
  ),
  "resume-stale": stop(
    "A later attempt to resume the session was accepted before this one.",
    "Log in and join again, or use a larger generation with each attempt.",
  ),
  "resume-gap": stop(
    "The server no longer holds all frames that the client has missed (resumeFrames, resumeBytes); the session has ended.",
    "Log in and join again. The key missing is the number of frames that were lost.",
  ),
  "bad-count": stop(
    "A count of frames is impossible: not a whole number, lower than before, or higher than what was sent.",
    "Count every frame except those listed in rule R71 of PROTOCOL.md. The session ends; start a new one.",
  ),
};

const clusterFaults = {
  "no-quorum": login(
    retry(
      "Too few servers of the cluster can agree on it now; it may or may not have been done, and may still be done.",
      "Try again in a few seconds; a message with the same $id is not stored twice. Messages that are not kept go on meanwhile.",
    ),
    "the server cannot reach its cluster at present; try again in a few seconds",
  ),
};

const frameFaults = {
  "not-json": stop("The frame is not JSON.", "Send one JSON object per frame; JSON.stringify creates one."),
  "not-object": stop("The frame is JSON but not an object.", "Wrap the value in an object."),
  "too-deep": stop(
    "Objects and arrays in the frame are nested deeper than the limit (depth).",
    "Flatten it, or send the inner part as a string.",
  ),
  "no-verb": stop(
    "The frame has no recognised command key.",
    "Add to, toS, bc or toH to send a message; rule V2 of PROTOCOL.md lists the other commands.",
  ),
  "unknown-key": stop(
    "The frame has a $ key that clients cannot send.",
    "Check its spelling. Keys of a payload must not begin with $.",
  ),
  "bad-value": stop(
    "A $ key has a value of the wrong type or form, or is not allowed in this frame.",
    "Compare it with the keys of achex.2 in PROTOCOL.md.",
  ),
};

/** Every fault, in the order in which a client's author meets them; docs/errors.md has one table for each group. */
export const faultGroups = [
  { title: "Rejected logins", faults: loginFaults },
  { title: "Bad names and addresses", faults: addressFaults },
  { title: "Hub, broadcast and presence faults", faults: channelFaults },
  { title: "Room faults", faults: roomFaults },
  { title: "Faults of kept channels", faults: keepFaults },
  { title: "Call and stream faults", faults: callFaults },
  { title: "Resume faults", faults: resumeFaults },
  { title: "Rate and queue faults", faults: limitFaults },
  { title: "Faults of a cluster", faults: clusterFaults },
  { title: "Malformed frames", faults: frameFaults },
] as const;

export const faults = {
  ...loginFaults,
  ...addressFaults,
  ...channelFaults,
  ...roomFaults,
  ...keepFaults,
  ...callFaults,
  ...resumeFaults,
  ...limitFaults,
  ...clusterFaults,
  ...frameFaults,
} as const;

export type FaultCode = keyof typeof faults;

/** Why a login is refused. */
export type Refusal = {
  [Code in FaultCode]: (typeof faults)[Code] extends LoginFaultText ? Code : never;
}[FaultCode];

export const isRefusal = (code: string): code is Refusal =>
  Object.entries<FaultText>(faults).some(([one, fault]) => one === code && "reason" in fault);

/** A fault as a frame carries it. */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly remedy: string;
  /** Page of the server that explains it. */
  readonly link: string;
  readonly retry: boolean;
}

export const faultOf = (code: FaultCode): Fault => {
  const { message, remedy, retry: again } = faults[code];
  return { code, message, remedy, link: `/errors#${code}`, retry: again };
};
