/** What a client should do about a fault or close: try again as it is, carry on after reconnecting, or give up. */
export type Duty = "retry" | "resume" | "stop";

export interface FaultText {
  /** What happened and why. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly duty: Duty;
}

const stop = (message: string, remedy: string): FaultText => ({ message, remedy, duty: "stop" });
const retry = (message: string, remedy: string): FaultText => ({ message, remedy, duty: "retry" });

/** Every fault of achex.2 (PROTOCOL.md R7, R9); docs/errors.md is made from this table. */
export const faults = {
  "not-json": stop("The frame is not JSON.", "Send one JSON object per frame; JSON.stringify makes one."),
  "not-object": stop("The frame is JSON, but not an object.", "Put the value under a key of an object."),
  "too-deep": stop(
    "The frame nests objects and arrays deeper than the limit (depth).",
    "Flatten it, or send the inner part as a text.",
  ),
  "no-verb": stop(
    "No key of the frame says what to do.",
    "Add to, toS, bc or toH for a message; PROTOCOL.md lists the others.",
  ),
  "unknown-key": stop(
    "The frame has a $ key that does not exist.",
    "Check its spelling; payload keys must not begin with $.",
  ),
  "bad-value": stop(
    "A $ key has a value of the wrong type or out of range.",
    "See the rule of that key in PROTOCOL.md.",
  ),
  "bad-target": stop(
    "The target is not a name or session id, nor a list of them.",
    "Names are texts, session ids whole numbers from 1.",
  ),
  "too-many-targets": stop(
    "The list of targets is longer than the limit (targets).",
    "Send several frames, or use a hub.",
  ),
  "bad-name": stop("The name is empty, too long (limit name) or holds control characters.", "Choose another name."),
  "bad-attributes": stop(
    "Attributes are at most 16 (limit attributes) of names up to 64 bytes and plain values up to 256 bytes.",
    "Make them fewer, smaller or plainer.",
  ),
  "bad-binary": stop(
    "A binary frame is a 16-bit header length, a JSON header with an address, and bytes.",
    "See rule R40 of PROTOCOL.md.",
  ),
  "not-logged-in": stop("Only sessions that have logged in may do this.", "Log in first."),
  "no-such-name": stop(
    "Nobody is logged in under that name.",
    "Check the name, watch it, or try again when it is online.",
  ),
  "no-such-session": stop(
    "There is no session of that id in this instance.",
    "The peer has gone; send to its name instead.",
  ),
  "no-recipient": stop("Nobody was reached.", "Check the address."),
  "not-member": stop("The session is not in that hub or broadcast.", "Join it first."),
  "too-many-channels": stop(
    "The session is in as many hubs and broadcasts as the limit (channels) allows.",
    "Leave one first.",
  ),
  "too-many-watches": stop("The session watches as many names as the limit (watches) allows.", "Unwatch some first."),
  "too-many-calls": retry(
    "The session has as many open calls as the limit (calls) allows.",
    "Wait until some are answered.",
  ),
  "call-in-use": stop("The session has an open call of that id.", "Count ids up."),
  "no-such-call": stop(
    "That call is not open, or it is not this session's to answer.",
    "It was answered, cancelled, or its caller has gone: stop working on it.",
  ),
  "old-dialect": stop(
    "Only sessions of old dialects are there, and they cannot be called.",
    "Send a plain message, or let the peer connect with achex.2.",
  ),
  "callee-gone": retry("The session that was to answer has gone.", "Ask again: another may answer."),
  "not-one": stop("A stream goes to exactly one session, and this address has several.", "Send to a session id."),
  "no-credit": stop("The receiver has not granted credit for so many bytes.", "Wait for credit before sending more."),
  "frame-rate": retry(
    "More frames per second than the limit (framesPerSecond).",
    "Send slower, or several things in one frame.",
  ),
  "byte-rate": retry("More bytes per second than the limit (bytesPerSecond).", "Send slower."),
  "queue-full": retry(
    "Too much waits behind a login that is still being checked (limit queue).",
    "Wait for the login's reply before sending much.",
  ),
  binary: stop("Binary frames are not part of this dialect.", "Use achex.2, or text."),
  "wrong-password": stop("The name or the password is wrong.", "Check both."),
  "name-claimed": stop("The name is in use with another password.", "Choose another name, or use its password."),
  "name-reserved": stop("The name is reserved.", "Choose another name."),
  "name-held": stop("The name is held by another kind of client.", "Choose another name."),
  "wrong-service": stop(
    "There is no such service, or the password is wrong.",
    "Ask whoever runs the server to add it.",
  ),
  "no-pong": retry(
    "The client's WebSocket did not answer a ping within 10 s.",
    "Ask again; if it happens again, the connection is about to be cut.",
  ),
  throttled: retry("There were too many failed logins.", "Wait a minute and try again."),
  busy: retry("Too many logins are being checked at once.", "Try again in a few seconds."),
} as const satisfies Record<string, FaultText>;

export type FaultCode = keyof typeof faults;

/** A fault as it stands in a frame. */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly remedy: string;
  /** Page that explains it, on the server itself. */
  readonly link: string;
}

export const faultOf = (code: FaultCode): Fault => {
  const { message, remedy } = faults[code];
  return { code, message, remedy, link: `/errors#${code}` };
};
