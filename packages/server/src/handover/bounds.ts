/** Sessions that move together. */
export const BATCH_SESSIONS = 32;
/** Bytes of their held frames, above which fewer move together. */
export const BATCH_BYTES = 1024 ** 2;
/** Batches that leave a node at the same time; further ones wait. */
export const BATCHES_AT_ONCE = 16;
/** Bytes of batches that have left and have not arrived; further ones wait. */
export const BYTES_IN_FLIGHT = 16 * 1024 ** 2;
/** A session that moves is held up to this long for a login that is being checked. */
export const READY_MILLISECONDS = 2_000;
export const POLL_MILLISECONDS = 10;
/** How long another node may take to say what becomes of a session. */
export const ASK_MILLISECONDS = 1_000;
/** How long a client waits for its session, before it is told to try again. */
export const FETCH_MILLISECONDS = 6_000;
/** Nodes that are asked in turn for a session that moves on meanwhile, and that pass on what is for it. */
export const HOPS = 4;
