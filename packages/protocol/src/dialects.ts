/** What the endpoint speaks; decided once, at the handshake, never by a frame (PROTOCOL.md D1). */
export type Dialect = "classic" | "cloud";

/** The instance behind a path without a name: classic clients and the cloud port's `/` meet here (PROTOCOL.md D3). */
export const ROOT_INSTANCE = "root";
