/** What the endpoint speaks; the handshake decides it, never a frame (PROTOCOL.md D1). */
export type Dialect = "classic" | "cloud" | "achex.2";

/** WebSocket subprotocol by which a client chooses achex.2 (PROTOCOL.md R1). */
export const SUBPROTOCOL = "achex.2";

/** The instance behind a path without a name: classic clients and the cloud port's `/` meet here (PROTOCOL.md D3). */
export const ROOT_INSTANCE = "root";
