/** Limits a parser needs; the server's own limits are in its configuration. `0` switches a limit off. */
export interface ParseLimits {
  /** Nesting of objects and arrays in one frame, the outermost object being 1. */
  readonly depth: number;
  /** UTF-8 bytes of a user, service, hub, broadcast or instance name. */
  readonly nameBytes: number;
  /** Targets in one frame. */
  readonly targets: number;
}

export const defaultParseLimits: ParseLimits = { depth: 64, nameBytes: 128, targets: 64 };

/** Limits of achex.2 that are the same on every server (PROTOCOL.md R5). */
export const achex2Limits = {
  /** Names one session may watch. */
  watches: 100,
  /** Attributes of one member of a hub or broadcast. */
  attributes: 16,
  /** Open calls of one session. */
  calls: 1_000,
  /** Open calls to one session. */
  incomingCalls: 10_000,
  /** Members a roster lists; with more, presence is counts and pages. */
  roster: 200,
  /** Keys in the state of one room. */
  stateKeys: 1_000,
  /** UTF-8 bytes of one of its keys. */
  stateKey: 128,
  /** UTF-8 bytes of one of its values, as JSON. */
  stateValue: 16 * 1024,
  /** UTF-8 bytes of all its keys and values. */
  stateBytes: 256 * 1024,
} as const;

/** Bytes a stream's receiver may have granted and not yet got (PROTOCOL.md R52). */
export const MAX_STREAM_CREDIT = 16 * 1024 ** 2;

/** Session ids stay below this, so that they fit a signed 32-bit integer on a microcontroller (PROTOCOL.md K1). */
export const SESSION_ID_END = 2 ** 31;
