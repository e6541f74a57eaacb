/**
 * Why a frame was dropped without a reply (PROTOCOL.md B1). The legacy dialects have no error frame that clients understand,
 * so the server counts each reason instead.
 */
export const dropReasons = {
  "not-json": "the text is not JSON",
  "not-object": "the JSON is not an object",
  "too-deep": "the JSON is nested deeper than the limit",
  "no-verb": "no recognised command key",
  "bad-target": "the target is not a name, a session id or a list of them",
  "too-many-targets": "the list of targets is longer than the limit",
  "bad-name": "the name is empty, too long or contains control characters",
  "not-logged-in": "the session has not logged in",
  "no-recipient": "nobody uses that address",
  "too-many-channels": "the session is already in as many channels as the limit allows",
  "room-full": "the room has as many members as its capacity allows",
  "room-closed": "the room is closed to newcomers",
  "room-password": "the room has another password",
  "room-throttled": "too many joins from this address had a wrong password",
  "keep-busy":
    "more waits to be stored for kept channels than the limit allows, or the states of rooms use as much memory as they may",
  "keep-failed": "the message could not be stored, or the state of the room could not be read",
  "keep-full": "more channels or bytes would be kept than the limits allow",
  "no-quorum": "too few servers of the cluster can agree on it now",
  "queue-full": "the session's queue is full",
  "delivery-rate": "the session's queue is full, because earlier messages went to many receivers",
  binary: "this dialect has no binary frames",
} as const;

export type DropReason = keyof typeof dropReasons;
