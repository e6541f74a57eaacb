/** Streams have an instance of their own, so that their codes never meet those of other rooms. */
export const INSTANCE = "stream";

/** The hub of a stream: its host is the publisher, its members watch. */
export const hubFor = (code: string): string => `stream-${code}`;
/** The broadcast with all rows. */
export const fullChannel = (code: string): string => `stream-${code}`;
/** The broadcast with thinned rows, for watchers that are too slow for all of them. */
export const thinChannel = (code: string): string => `stream-${code}-thin`;

/** Attribute of a watcher: which of the two it receives, `full` or `thin`. */
export const LEVEL = "level";
