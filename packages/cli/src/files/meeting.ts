import { hostname } from "node:os";
import { type Client, connect } from "@achex/client";
import {
  type Bytes,
  Exchange,
  type ExchangeOptions,
  INSTANCE,
  type Invitation,
  invitationFrom,
  linkTo,
  newCode,
  newSecret,
  type Peer,
} from "@achex/files";
import { createWasmHasher } from "@achex/files/hasher";
import { closeReason, failing } from "../connection-errors.ts";
import { Failure, UsageError } from "../failure.ts";
import { observedWebSocket } from "../observed-socket.ts";
import { relayUrl } from "../relay-url.ts";
import { confirmed, emojiText, say } from "./show.ts";

export interface MeetingFlags {
  readonly relay?: string;
  readonly as?: string;
  readonly password: string;
  readonly name?: string;
  readonly yes: boolean;
}

type Parts = Pick<ExchangeOptions, "secrets" | "marks" | "transfers" | "offered" | "changed">;

const DEFAULT_RELAY = "localhost:4010";

/** A room on a relay, from the command line's point of view. */
export interface Meeting {
  readonly client: Client<object>;
  readonly exchange: Exchange;
  readonly code: string;
  readonly link: string;
  /** Rejects when the relay is gone for good. */
  readonly ended: Promise<never>;
  close(): Promise<void>;
}

/** Reads what the user gave as a code; without one, there is a new room with a new secret. */
export function invited(text: string | undefined): Invitation {
  if (text === undefined) return { code: newCode(), secret: newSecret() };
  const invitation = invitationFrom(text);
  if (!invitation) throw new UsageError(`${text} is not a room code such as K7BQ2, nor the link of a room`);
  return invitation;
}

/** The relay that serves the page of a link, or the one that was named. */
const relayOf = ({ page }: Invitation, { relay }: MeetingFlags): string =>
  relayUrl(relay ?? (page ? page.origin : DEFAULT_RELAY)).url;

const linkOf = (relay: string, code: string, secret: Bytes | undefined): string => {
  const page = new URL("/demos/files", relay);
  page.protocol = page.protocol === "wss:" ? "https:" : "http:";
  return linkTo(page.href, code, secret);
};

export async function meet(invitation: Invitation, flags: MeetingFlags, parts: Parts): Promise<Meeting> {
  const url = relayOf(invitation, flags);
  const { code, secret } = invitation;
  const unreachable = Promise.withResolvers<never>();
  unreachable.promise.catch(() => {});
  let isReady = false;
  const client = connect<object>(url, {
    instance: INSTANCE,
    name: flags.as ?? `files-${crypto.randomUUID().slice(0, 13)}`,
    passwd: flags.password,
    WebSocket: observedWebSocket({
      frame() {},
      otherDialect: () => unreachable.reject(new Failure(`${url} does not support achex.2, which "achex files" needs`)),
      // Once it was connected, the client connects again.
      failed: (why) => !isReady && unreachable.reject(why),
      closed: (number, reason) => !isReady && unreachable.reject(new Failure(closeReason(number, reason))),
    }),
  });
  client.on("state", (state) => {
    if (state === "closed" && client.reason?.code !== "closed")
      unreachable.reject(new Failure(`the relay closed the connection: ${client.reason?.message ?? ""}`));
  });
  const exchange = new Exchange({
    ...parts,
    ...{ client, code, linkSecret: secret, kind: "terminal", createHasher: createWasmHasher },
    name: flags.name ?? hostname(),
  });
  const close = async () => {
    await exchange.close();
    await Promise.race([client.drain(), new Promise((resolve) => setTimeout(resolve, 1_000))]).catch(() => {});
    client.close();
  };
  try {
    await Promise.race([client.ready(), unreachable.promise]).catch(failing("login rejected"));
    isReady = true;
    await Promise.race([exchange.room.join(), unreachable.promise]).catch(failing("the room cannot be joined"));
  } catch (error) {
    client.close();
    throw error;
  }
  return { client, exchange, code, link: linkOf(url, code, secret), ended: unreachable.promise, close };
}

/** Whether the other side is the right one: by the secret of the link, or because both people compare the emoji. */
export async function isRightPeer({ exchange }: Meeting, peer: Peer, { yes }: MeetingFlags): Promise<boolean> {
  const { pair } = peer;
  if (!pair) return false;
  if (!pair.isVerified) {
    say(`Compare with ${peer.name}:  ${emojiText(pair.emoji)}`);
    const question = `Does ${JSON.stringify(peer.name)} show the same seven emoji?`;
    if (!yes && !(await confirmed(question, "--yes to trust anyone who has the code"))) return false;
  }
  exchange.confirm(peer);
  return true;
}
