/** A refused request of achex.2 (PROTOCOL.md R7, R9). Its texts are for people; a limit goes by its key in the hello. */
export interface FaultText {
  /** What happened and why. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The same request may succeed later as it is. */
  readonly retry: boolean;
}

/** A fault that refuses logins. The old dialects have no codes: they get the `reason` alone (PROTOCOL.md A5, C5). */
export interface LoginFaultText extends FaultText {
  readonly reason: string;
}

const stop = (message: string, remedy: string): FaultText => ({ message, remedy, retry: false });
const retry = (message: string, remedy: string): FaultText => ({ message, remedy, retry: true });
const login = (fault: FaultText, reason: string): LoginFaultText => ({ ...fault, reason });

const loginFaults = {
  "wrong-password": login(
    stop("The name or the password is wrong.", "Check both."),
    "wrong name or password; check both",
  ),
  "name-claimed": login(
    stop("The name is in use with another password.", "Choose another name, or use its password."),
    "this name is in use with another password; give that one or choose another name",
  ),
  "name-reserved": login(
    stop("The name is kept for a service, or reserved by the operator.", "Choose another name."),
    "this name is kept for a service; choose another",
  ),
  "name-held": login(
    stop(
      "The name is borne at present by a service, or by users where a service wants it.",
      "Choose another name, or try again when they have gone.",
    ),
    "this name is taken at present; choose another or try again later",
  ),
  "wrong-service": login(
    stop(
      "There is no such service, or its password is wrong.",
      "Check both, or ask whoever runs the server to add it.",
    ),
    "no such service or wrong password; check both, or ask whoever runs the server to add it",
  ),
  throttled: login(
    retry("There were too many failed logins from this address or for this name.", "Wait a minute and try again."),
    "too many failed logins: 10 at once, then one every 6 s; wait a minute and try again",
  ),
  busy: login(
    retry("Too many logins are being checked at once.", "Try again in a few seconds."),
    "too many logins at once; try again in a few seconds",
  ),
  "not-logged-in": stop("Only a session that has logged in may do this.", "Log in first."),
};

const addressFaults = {
  "bad-name": login(
    stop("The name is empty, longer than the limit (name), or holds control characters.", "Choose another name."),
    "a name has 1 to 128 bytes, or as many as this server allows, and no control characters; choose another",
  ),
  "no-such-name": stop(
    "Nobody is logged in under that name in this instance.",
    "Check the name, watch it, or try again when it is online.",
  ),
  "no-such-session": stop(
    "There is no session of that id in this instance.",
    "The other side has gone: send to its name, or wait until it comes back under a new id.",
  ),
  "bad-target": stop(
    "A target is neither a name nor a session id, or the list of targets is empty.",
    "Names are texts of at most so many bytes as the limit (name), session ids whole numbers from 1.",
  ),
  "too-many-targets": stop(
    "The list of targets is longer than the limit (targets).",
    "Send several frames, or use a hub.",
  ),
};

const channelFaults = {
  "not-member": stop("The session is not in that hub or broadcast.", "Join it first."),
  "bad-attributes": stop(
    "The attributes are more than the limit (attributes), or one of them is too large or no plain value.",
    "Keys have up to 64 bytes; values are texts, numbers, booleans or null of up to 256 bytes as JSON.",
  ),
  "too-many-channels": stop(
    "The session is in as many hubs and broadcasts as the limit (channels) allows.",
    "Leave one first.",
  ),
  "too-many-watches": stop(
    "The session would watch more names than the limit (watches) allows.",
    "Unwatch some first.",
  ),
};

const callFaults = {
  "old-dialect": stop(
    "Only sessions of old dialects are there, and they cannot be called.",
    "Send a plain message, or let the other side connect with achex.2.",
  ),
  "callee-gone": retry("The session that was to answer has gone.", "Ask again: another may answer."),
  "callee-busy": retry(
    "The session that was to answer has as many open calls as the limit (incomingCalls) allows.",
    "Ask again in a moment, or run another instance of the service.",
  ),
  "call-in-use": stop("The session has an open call of that id.", "Give each call an id of its own: count up."),
  "no-such-call": stop(
    "That call is not open, or not this session's to answer or to continue.",
    "It was answered or cancelled, or the other side has gone: stop working on it.",
  ),
  "too-many-calls": retry(
    "The session would have more open calls than the limit (calls) allows; one to several sessions counts once for each.",
    "Wait until some are answered, or cancel some.",
  ),
  "not-one": stop("A stream goes to one session, and several are behind this address.", "Send to a session id."),
  "no-credit": stop(
    "The receiver of the stream has not granted credit for so many bytes.",
    "Wait for credit before you send more.",
  ),
  "bad-binary": stop(
    "The binary frame is malformed, is no message, or stands where text belongs; or text stands where bytes belong.",
    "It is a 16-bit header length, a JSON header with an address, and bytes: rule R40 of PROTOCOL.md.",
  ),
};

const limitFaults = {
  "queue-full": retry(
    "The session sends faster than its limits (framesPerSecond, bytesPerSecond), or waits for a login, and as much waits already as the limit (queue) allows.",
    "Send more slowly, or put several things into one frame.",
  ),
  "delivery-rate": retry(
    "The session's messages go to more receivers per second than the limit (deliveredBytesPerSecond) allows, and its queue is full.",
    "Send to crowds less often, or put several things into one message.",
  ),
  "no-pong": retry(
    "The client's WebSocket did not answer a ping within 10 s.",
    "Ask again; if it happens again, the connection is about to be cut.",
  ),
};

const frameFaults = {
  "not-json": stop("The frame is not JSON.", "Send one JSON object per frame; JSON.stringify makes one."),
  "not-object": stop("The frame is JSON, but no object.", "Put the value under a key of an object."),
  "too-deep": stop(
    "Objects and arrays of the frame are nested deeper than the limit (depth).",
    "Flatten it, or send the inner part as a text.",
  ),
  "no-verb": stop(
    "No key of the frame says what to do.",
    "Add to, toS, bc or toH for a message; rule V2 of PROTOCOL.md lists the others.",
  ),
  "unknown-key": stop(
    "The frame has a $ key that clients cannot send.",
    "Check its spelling; keys of a payload must not begin with $.",
  ),
  "bad-value": stop(
    "A $ key has a value of another type or form, or does not belong into this frame.",
    "Compare it with the keys of achex.2 in PROTOCOL.md.",
  ),
};

/** Every fault, in the order in which the author of a client meets them; docs/errors.md has one chapter for each group. */
export const faultGroups = [
  { title: "Logging in", faults: loginFaults },
  { title: "Names and addresses", faults: addressFaults },
  { title: "Hubs, broadcasts and presence", faults: channelFaults },
  { title: "Calls and streams", faults: callFaults },
  { title: "Limits", faults: limitFaults },
  { title: "Frames", faults: frameFaults },
] as const;

export const faults = {
  ...loginFaults,
  ...addressFaults,
  ...channelFaults,
  ...callFaults,
  ...limitFaults,
  ...frameFaults,
} as const;

export type FaultCode = keyof typeof faults;

/** Why a login is refused. */
export type Refusal = {
  [Code in FaultCode]: (typeof faults)[Code] extends LoginFaultText ? Code : never;
}[FaultCode];

export const isRefusal = (code: string): code is Refusal =>
  Object.entries<FaultText>(faults).some(([one, fault]) => one === code && "reason" in fault);

/** A fault as it stands in a frame. */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly remedy: string;
  /** Page on the server itself that explains it. */
  readonly link: string;
  readonly retry: boolean;
}

export const faultOf = (code: FaultCode): Fault => {
  const { message, remedy, retry: again } = faults[code];
  return { code, message, remedy, link: `/errors#${code}`, retry: again };
};
