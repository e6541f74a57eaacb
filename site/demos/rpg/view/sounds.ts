import type { NewsEvent } from "../net/protocol.ts";

/** Plays what one hears. */
export function playEvent(_event: NewsEvent, _myId: string): void {}
