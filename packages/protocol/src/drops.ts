/**
 * Why a frame was dropped without a reply (PROTOCOL.md B1). The legacy dialects have no error frame that clients understand,
 * so the server counts each reason instead.
 */
export const dropReasons = {
  "not-json": "the text is not JSON",
  "not-object": "the JSON is not an object",
  "too-deep": "the JSON is nested deeper than the limit",
  "no-verb": "no key of the object is a verb",
  "bad-target": "the target is not a name, a session number or a list of them",
  "too-many-targets": "the list of targets is longer than the limit",
  "bad-name": "the name is empty, too long or holds control characters",
  "not-logged-in": "the session has not logged in",
  "no-recipient": "nobody is there under that address",
  "too-many-channels": "the session is in as many channels as the limit allows",
  "queue-full": "as many frames wait already as the limit allows",
  "delivery-rate":
    "as many frames wait already as the limit allows, because the messages before went to many receivers",
  binary: "binary frames are not part of this dialect",
} as const;

export type DropReason = keyof typeof dropReasons;
