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

/** Session ids stay below this, so that they fit a signed 32-bit integer on a microcontroller (PROTOCOL.md K1). */
export const SESSION_ID_END = 2 ** 31;
