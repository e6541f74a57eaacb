/** What the endpoint speaks; the handshake decides it, never a frame (PROTOCOL.md D1). */
export type Dialect = "classic" | "cloud" | "achex.2";

/** WebSocket subprotocol by which a client chooses achex.2 (PROTOCOL.md R1). */
export const SUBPROTOCOL = "achex.2";

/** Offered together with it by a client that is about to resume a session: `$hello` waits for its first frame (PROTOCOL.md R73). */
export const RESUME_MARKER = "achex.2.resume";

/** The instance behind a path without a name: classic clients and the cloud port's `/` meet here (PROTOCOL.md D3). */
export const ROOT_INSTANCE = "root";
