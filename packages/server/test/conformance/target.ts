import { storeAccount } from "../kit/accounts.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { type Options, vectorServices } from "./vectors.ts";

/** Frames of the legacy dialects that were dropped, by reason; of achex.2 that were refused, by code. */
export interface Refusals {
  readonly drops: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
}

/**
 * The server under test: the one ACHEX_URL names (`ws://host:4010`; its cloud port, if it has one, in ACHEX_CLOUD_URL), or
 * one started here.
 */
export interface Target extends AsyncDisposable {
  /** Address without a path. */
  readonly main: string;
  /** undefined when the server has no cloud port. */
  readonly cloud: string | undefined;
  /** See TestServer. */
  fromFirstNode?(): void;
  /** What was refused so far; undefined for a server that is not ours to look into. */
  refusals(): Promise<Refusals | undefined>;
}

const withoutSlash = (url: string) => url.replace(/\/$/, "");

const { ACHEX_URL, ACHEX_CLOUD_URL, ACHEX_SERVICES, ACHEX_OPTIONS = "" } = process.env;

/** False for a server that a plain TCP connection on loopback does not reach. */
export const isLoopback = ACHEX_URL === undefined || /^ws:\/\/(127\.0\.0\.1|localhost)(:|\/|$)/.test(ACHEX_URL);

/** What a server given by address has, as its operator says; one that is started here has all of it. */
export interface ServerTraits {
  readonly cloudPort: boolean;
  /** The services of the vectors were added. */
  readonly services: boolean;
  /** It was started with these options, see optionsText(); undefined when it is started here, with whatever a vector asks for. */
  readonly options: string | undefined;
}

export const traits: ServerTraits =
  ACHEX_URL === undefined
    ? { cloudPort: true, services: true, options: undefined }
    : {
        cloudPort: ACHEX_CLOUD_URL !== undefined,
        services: ACHEX_SERVICES === "yes",
        options: ACHEX_OPTIONS.trim().split(/\s+/).sort().join(" "),
      };

/** `options` are for a server that is started here. */
export async function openTarget(options: Options = {}): Promise<Target> {
  if (ACHEX_URL !== undefined) {
    return {
      main: withoutSlash(ACHEX_URL),
      cloud: ACHEX_CLOUD_URL === undefined ? undefined : withoutSlash(ACHEX_CLOUD_URL),
      refusals: async () => undefined,
      async [Symbol.asyncDispose]() {},
    };
  }
  return localTarget(await startServer(options));
}

async function localTarget(server: TestServer): Promise<Target> {
  for (const { name, passwd, delivery } of vectorServices())
    await storeAccount(server.data, "service", name, passwd, delivery);
  return {
    main: server.ws(""),
    cloud: server.cloud(""),
    refusals: () => server.metrics(),
    fromFirstNode: () => server.fromFirstNode?.(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
