export { type Bytes, base64Of, bytesFromBase64, hexOf } from "./bytes.ts";
export { hubOf, INSTANCE, type Invitation, invitationFrom, linkTo, newCode, newSecret, secretFrom } from "./code.ts";
export type { Emoji } from "./emoji.ts";
export { Exchange, type ExchangeOptions, type SecretStore } from "./exchange.ts";
export type { KnownSecret } from "./handshake.ts";
export { IncomingTransfer } from "./incoming.ts";
export { peerKeyOf } from "./keys.ts";
export type { MessageOf, OfferedFile, Via } from "./messages.ts";
export { freeName, safePath, safePaths } from "./names.ts";
export { OutgoingTransfer } from "./outgoing.ts";
export type { Pair } from "./pair.ts";
export { type DeviceKind, deviceName, Peer } from "./peer.ts";
export { RECORD } from "./records.ts";
export type { CreateDirectLink, DirectLink, DirectOptions, RunReader, RunWriter } from "./runs.ts";
export {
  type CreateHasher,
  type Hasher,
  type HashMark,
  MARK,
  type MarkStore,
  type SavedTransfer,
  type Sink,
  type Source,
  type Target,
  type TransferStore,
} from "./storage.ts";
export type { Transfer, TransferState } from "./transfer.ts";
