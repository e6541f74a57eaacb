import type { NatsConnection } from "@nats-io/transport-node";
import { BusFailure, type BusSettings, type Duration } from "../bus.ts";
import { failureText } from "../log/log-text.ts";

type Destination = Pick<BusSettings, "login" | "ca" | "servers" | "replicas">;

/** What the errors of the library, of TLS, of the system and of JetStream have in common. */
interface Trouble {
  readonly name: string;
  readonly code: string | number;
  readonly text: string;
}

interface Cause {
  /** Whether it is this one. */
  is(trouble: Trouble, to: Destination): boolean;
  /** What is wrong, and what to do. */
  readonly text: string | ((to: Destination, trouble: Trouble) => string);
  readonly duration: Duration;
}

const GUIDE = "docs/scaling.md#set-it-up";
const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED|CERT_UNTRUSTED)/;
const NO_PEERS = 10_005;
const NOT_ENABLED = 10_039;
const NO_SPACE = /insufficient (storage )?resources|insufficient storage|maximum bytes exceeded|no space left/;

const whereOf = ({ servers }: Destination): string => servers.join(" or ");

function loginAdvice({ login: { user, token, seed } }: Destination): string {
  if (seed) return "NATS rejects the nkey; add its public key to the users of NATS, or correct --cluster-nkey";
  if (user !== undefined) return "NATS rejects the user and password; correct those in --cluster";
  if (token !== undefined)
    return "NATS rejects the token; correct the one in --cluster, or write nats://user:password@host";
  return "NATS requires a login; write nats://user:password@host or nats://token@host, or name a key with --cluster-nkey";
}

/** Why a connection could not be made. The first that fits counts. */
const connectionCauses: readonly Cause[] = [
  { is: ({ name }) => name === "AuthorizationError", text: loginAdvice, duration: "lasting" },
  {
    is: ({ text }) => text.startsWith("nkeys:"),
    text: "the file of --cluster-nkey does not have the seed of an nkey of a user, which begins with SU",
    duration: "lasting",
  },
  {
    is: ({ code }, { ca }) => UNTRUSTED.test(`${code}`) && ca === undefined,
    text: "the certificate of NATS is not trusted; name its authority with --cluster-ca",
    duration: "lasting",
  },
  {
    is: ({ code }) => UNTRUSTED.test(`${code}`),
    text: "the certificate of NATS is not from the authority of --cluster-ca",
    duration: "lasting",
  },
  {
    is: ({ code }) => code === "ERR_TLS_CERT_ALTNAME_INVALID",
    text: (to) => `the certificate of NATS is not for ${whereOf(to)}`,
    duration: "lasting",
  },
  {
    is: ({ code }) => code === "CERT_HAS_EXPIRED",
    text: "the certificate of NATS has expired; renew it",
    duration: "lasting",
  },
  {
    is: ({ text }) => text === "Invalid CA",
    text: "the certificate of --cluster-ca is malformed",
    duration: "lasting",
  },
  {
    is: ({ text }) => text.includes("server does not support 'tls'"),
    text: "NATS does not use TLS; write nats:// instead of tls://, without --cluster-ca",
    duration: "lasting",
  },
  {
    is: ({ code }) => code === "ECONNREFUSED",
    text: (to) => `nothing listens at ${whereOf(to)}; start nats-server, or correct --cluster`,
    duration: "passing",
  },
  {
    is: ({ code }) => code === "ENOTFOUND",
    text: (to) => `there is no host ${whereOf(to)}; correct --cluster, or start that host`,
    duration: "passing",
  },
  {
    is: ({ name }) => name === "TimeoutError",
    text: (to) => `${whereOf(to)} does not answer as NATS does; is another program there?`,
    duration: "passing",
  },
];

/** Why what a connection is used for is refused. */
const useCauses: readonly Cause[] = [
  {
    is: ({ text }) => /permissions violation/i.test(text),
    text: (_, { text }) => `the user has not the permissions of ${GUIDE} in NATS: ${text}`,
    duration: "lasting",
  },
  {
    is: ({ code, text }) => code === NOT_ENABLED || /not enabled for account/.test(text),
    text: `JetStream is off for the account of this user in NATS; add jetstream: enabled to the account (${GUIDE})`,
    duration: "lasting",
  },
  {
    is: ({ name }) => name === "JetStreamNotEnabled",
    text: `NATS runs without JetStream; start nats-server with -js (${GUIDE})`,
    duration: "forming",
  },
  {
    is: ({ text }) => NO_SPACE.test(text),
    text: (_, { text }) => `JetStream of NATS has no space left (${text}); free some, or raise its max_file_store`,
    duration: "lasting",
  },
  {
    is: ({ code, text }) => code === NO_PEERS && text.includes("offline"),
    text: ({ replicas }) =>
      `of the servers of NATS that are to store the log, fewer than ${replicas} are there; start the others, or lower --cluster-replicas (${GUIDE})`,
    duration: "passing",
  },
  {
    is: ({ code }) => code === NO_PEERS,
    text: ({ replicas }) =>
      `NATS has fewer than ${replicas} servers with JetStream to store the log; add some, or lower --cluster-replicas (${GUIDE})`,
    duration: "forming",
  },
  {
    is: ({ name, text }) => name === "TimeoutError" || /temporarily unavailable|not leader|no leader/.test(text),
    text: "JetStream of NATS does not answer; its servers have no leader yet, or too few of them are there",
    duration: "passing",
  },
];

const codeOf = (error: unknown): string | number =>
  error instanceof Error && "code" in error && (typeof error.code === "string" || typeof error.code === "number")
    ? error.code
    : "";

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Error)) return { name: "", code: "", text: String(error) };
  return { name: error.name, code: codeOf(error) || codeOf(error.cause), text: error.message.replace(/\s+/g, " ") };
}

function failureOf(error: unknown, causes: readonly Cause[], to: Destination, otherwise: Duration): BusFailure {
  if (error instanceof BusFailure) return error;
  const trouble = troubleOf(error);
  const cause = causes.find((one) => one.is(trouble, to));
  if (!cause) return new BusFailure(failureText(error), otherwise, { cause: error });
  const { text, duration } = cause;
  return new BusFailure(typeof text === "string" ? text : text(to, trouble), duration, { cause: error });
}

/** Why NATS cannot be connected to. */
export const connectionFailure = (error: unknown, to: Destination): BusFailure =>
  failureOf(error, connectionCauses, to, "lasting");

/** JetStream rejects what it is asked for with such a code when it is asked for something impossible. */
const isRejection = (error: unknown): boolean => error instanceof Error && "status" in error && error.status === 400;

/** Why NATS refuses what a connection to it is used for. */
export function useFailure(error: unknown, to: Destination, { info }: Pick<NatsConnection, "info">): BusFailure {
  const failure = failureOf(error, useCauses, to, isRejection(error) ? "lasting" : "passing");
  // A server that is alone has nothing to wait for.
  return failure.duration === "forming" && info?.cluster === undefined
    ? new BusFailure(failure.message, "lasting", { cause: error })
    : failure;
}
