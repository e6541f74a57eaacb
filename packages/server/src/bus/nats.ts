import { Kvm } from "@nats-io/kv";
import {
  connect,
  type NatsConnection,
  type NodeConnectionOptions,
  nkeyAuthenticator,
  type TlsOptions,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import { type Bus, BusFailure, type BusOwner, type BusSettings, type LogSink } from "../bus.ts";
import { failureText } from "../log/log-text.ts";
import { connectionFailure, useFailure } from "./nats-failure.ts";
import { NatsLog } from "./nats-log.ts";
import { withReplicas } from "./replicas.ts";

/** Without these a server that hangs is noticed after two minutes. */
const PING = { pingInterval: 1_000, maxPingOut: 2 } as const;
const RETRY_MILLISECONDS = 250;
const TIMEOUT_MILLISECONDS = 2_000;
/** Bytes sent since the server last confirmed that it had read everything; more means that it does not keep up. */
const MAX_UNCONFIRMED_BYTES = 64 * 1024 ** 2;
const CONFIRM_BYTES = 1024 ** 2;
/** Frames are at most 512 KiB and what says whose they are. */
const LEAST_PAYLOAD = 600 * 1024;
const LEASE_KEY = "session-block";
const LEASE_ATTEMPTS = 20;

const randomLink = (): string => crypto.getRandomValues(new Uint8Array(12)).toHex();

/**
 * Nodes connected by NATS. A connection that is lost is given up: the client's own reconnect would send what it still held, and so
 * deliver messages late (docs/decisions/040-cluster.md).
 */
class NatsBus implements Bus {
  private connection: NatsConnection | undefined;
  private unconfirmed = 0;
  private isConfirming = false;
  private isClosed = false;
  private readonly nodes: string;
  private readonly log: NatsLog;

  constructor(
    private readonly settings: BusSettings,
    private readonly owner: BusOwner,
    first: NatsConnection,
  ) {
    this.nodes = `${settings.cluster}.nodes`;
    this.log = new NatsLog(settings);
    this.use(first);
  }

  send(link: string, frame: Uint8Array): boolean {
    return this.publish(this.subjectOf(link), frame);
  }

  announce(frame: Uint8Array): boolean {
    return this.publish(this.nodes, frame);
  }

  async lease(after: number): Promise<number> {
    const { connection } = this;
    if (!connection) throw new BusFailure("there is no connection to NATS", "passing");
    try {
      return await this.leaseBy(connection, after);
    } catch (error) {
      throw useFailure(error, this.settings, connection);
    }
  }

  private async leaseBy(connection: NatsConnection, after: number): Promise<number> {
    const bucket = await withReplicas(this.settings.replicas, (replicas) =>
      new Kvm(connection).create(`${this.settings.cluster}_nodes`, {
        ...{ history: 1, replicas },
        // What other servers than the first hold may be out of date.
        allow_direct: false,
      }),
    );
    for (let attempt = 0; attempt < LEASE_ATTEMPTS; attempt++) {
      const last = await bucket.get(LEASE_KEY);
      // A server that lost its last seconds may know of fewer leases than this node.
      const next = Math.max(last ? Number(last.string()) : -1, after) + 1;
      try {
        if (last) await bucket.update(LEASE_KEY, String(next), last.revision);
        else await bucket.create(LEASE_KEY, String(next));
        return next;
      } catch (error) {
        // Another node was faster.
        if (attempt === LEASE_ATTEMPTS - 1) throw error;
      }
    }
    throw new Error("too many nodes lease at once");
  }

  append(shard: number, entry: Uint8Array, id: string): Promise<number> {
    return this.log.append(shard, entry, id);
  }

  read(shard: number, after: number, sink: LogSink): () => void {
    return this.log.read(shard, after, sink);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.log.disconnected();
    const { connection } = this;
    this.connection = undefined;
    if (!connection) return;
    // Also sends what was published last; a server that hangs must not keep the relay from stopping.
    await Promise.race([connection.drain(), Bun.sleep(TIMEOUT_MILLISECONDS)]);
    connection.close().catch(() => {});
  }

  private subjectOf(link: string): string {
    return `${this.settings.cluster}.link.${link}`;
  }

  private publish(subject: string, frame: Uint8Array): boolean {
    const { connection } = this;
    if (!connection || connection.isClosed()) return false;
    connection.publish(subject, frame);
    this.unconfirmed += frame.byteLength;
    if (this.unconfirmed > CONFIRM_BYTES) this.confirm(connection);
    return true;
  }

  /** Asks the server whether it has read everything, so that what waits in this process has a bound. */
  private confirm(connection: NatsConnection): void {
    if (this.unconfirmed > MAX_UNCONFIRMED_BYTES) {
      this.lost(connection, new Error("NATS does not read as fast as this node sends"));
      return;
    }
    if (this.isConfirming) return;
    this.isConfirming = true;
    const sent = this.unconfirmed;
    const done = (): void => {
      this.isConfirming = false;
      this.unconfirmed -= sent;
    };
    connection.flush().then(done, done);
  }

  private use(connection: NatsConnection): void {
    const link = randomLink();
    this.connection = connection;
    this.unconfirmed = 0;
    this.isConfirming = false;
    const callback = (error: Error | null, { data }: { readonly data: Uint8Array }): void => {
      if (this.connection !== connection) return;
      // Such as a permission that this user does not have.
      if (error) this.settings.failed(useFailure(error, this.settings, connection));
      else this.owner.received(data);
    };
    connection.subscribe(this.nodes, { callback });
    connection.subscribe(this.subjectOf(link), { callback });
    void connection.closed().then((error) => this.lost(connection, error ?? undefined));
    void this.watch(connection);
    // Not before the server knows the subscriptions: until then nobody could reach the link.
    const ready = (): void => {
      if (this.connection !== connection) return;
      this.log.connected(connection);
      this.owner.connected(link);
    };
    connection.flush().then(ready, (error: unknown) => this.lost(connection, error));
  }

  /** A connection whose server went away is closed only after it could not be restored; this one is not to be. */
  private async watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === "disconnect") this.lost(connection, undefined);
      // What is published without permission is only told here.
      else if (status.type === "error") this.settings.failed(useFailure(status.error, this.settings, connection));
    }
  }

  private lost(connection: NatsConnection, error: unknown): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.log.disconnected();
    this.owner.disconnected();
    this.settings.failed(error === undefined ? new BusFailure("the connection ended", "passing") : lossOf(error));
    connection.close().catch(() => {});
    void this.reconnect();
  }

  private async reconnect(): Promise<void> {
    while (!this.isClosed) {
      await Bun.sleep(RETRY_MILLISECONDS);
      try {
        const connection = await openConnection(this.settings);
        if (this.isClosed) await connection.close();
        else this.use(connection);
        return;
      } catch (error) {
        this.settings.failed(connectionFailure(error, this.settings));
      }
    }
  }
}

/** Why a connection that there was is lost. */
const lossOf = (error: unknown): BusFailure => new BusFailure(failureText(error), "passing", { cause: error });

async function openConnection(settings: BusSettings): Promise<NatsConnection> {
  try {
    return await connect(optionsOf(settings));
  } catch (error) {
    throw connectionFailure(error, settings);
  }
}

function optionsOf({ servers, login, ca, usesTls }: BusSettings): NodeConnectionOptions {
  const { user, password, token, seed } = login;
  const tls: TlsOptions | undefined = usesTls ? { ...(ca !== undefined && { ca }) } : undefined;
  return {
    ...PING,
    ...{ servers: [...servers], reconnect: false, noEcho: true, timeout: TIMEOUT_MILLISECONDS, name: "achex" },
    ...(tls && { tls }),
    ...(seed && { authenticator: nkeyAuthenticator(seed) }),
    ...(token !== undefined && { authenticator: tokenAuthenticator(token) }),
    ...(user !== undefined && { authenticator: usernamePasswordAuthenticator(user, password) }),
  };
}

export interface OpenedNats {
  readonly version: string;
  open(owner: BusOwner): Bus;
}

/** Connects to NATS; rejects with BusFailure when that is not possible now. */
export async function connectNats(settings: BusSettings): Promise<OpenedNats> {
  const first = await openConnection(settings);
  const { max_payload: most = 0 } = first.info ?? {};
  if (most < LEAST_PAYLOAD) {
    await first.close();
    const text = `NATS takes only ${most} bytes at once; set its max_payload to 1MB, the default, or more`;
    throw new BusFailure(text, "lasting");
  }
  return { version: first.info?.version ?? "unknown", open: (owner) => new NatsBus(settings, owner, first) };
}
