import {
  type ConsumerMessages,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { type BusSettings, type LogSink, NoQuorum } from "../bus.ts";
import { failureText } from "../log/log-text.ts";
import { useFailure } from "./nats-failure.ts";
import { withReplicas } from "./replicas.ts";

const RETRY_MILLISECONDS = 250;
const APPEND_MILLISECONDS = 2_000;
/** Entries on their way to a reader. */
const READ_AHEAD = 128;
/** A reader that hears nothing twice as long begins again: the server of NATS that served it may be dead, although this node uses another. */
const HEARTBEAT_MILLISECONDS = 1_000;
const NANOSECONDS = 1_000_000;
/** A node that was away for longer copies what it missed from another. */
const MAX_AGE_MILLISECONDS = 24 * 60 * 60 * 1_000;
/** Of each of the logs; JetStream sets that much of the disk aside. */
const MAX_BYTES = 256 * 1024 ** 2;
/** For how long the log knows the ids of entries. */
const DUPLICATES_MILLISECONDS = 120_000;
const STREAM_NOT_FOUND = 10_059;
const NAME_IN_USE = 10_058;
/** A server that has just taken over may know of less than was stored, but not for long. */
const LOST_ATTEMPTS = 12;

/** With this expectation an entry is never stored. */
const OTHER_STREAM = 10_060;

interface Reading {
  readonly shard: number;
  readonly sink: LogSink;
  /** Position of the last entry that was read. */
  after: number;
  /** How often in a row the end of the log was missing. */
  missing: number;
  isStopped: boolean;
  /** This node may also append. */
  canAppend: boolean;
  /** Ends what reads now. */
  stop: () => void;
}

/** Ends reading when its server sends no heartbeats; the client would only try to repair it, which can take minutes. */
async function stopWhenSilent(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (type === "heartbeats_missed") messages.stop();
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const hasCode = (error: unknown, code: number): boolean => error instanceof JetStreamApiError && error.code === code;

/** The logs of a cluster: a stream of JetStream for each shard, with one subject. Nothing is stored per channel or client. */
export class NatsLog {
  private connection: NatsConnection | undefined;
  private readonly readings = new Set<Reading>();

  constructor(private readonly settings: BusSettings) {}

  connected(connection: NatsConnection): void {
    this.connection = connection;
    for (const reading of this.readings) void this.keepReading(connection, reading);
  }

  disconnected(): void {
    this.connection = undefined;
    for (const reading of this.readings) reading.stop();
  }

  async append(shard: number, entry: Uint8Array, id: string): Promise<number> {
    const { connection } = this;
    // The client would keep it for later.
    if (!connection || connection.isClosed()) throw new NoQuorum("there is no connection to NATS");
    try {
      const options = { msgID: id, timeout: APPEND_MILLISECONDS, expect: { streamName: this.streamOf(shard) } };
      return (await jetstream(connection).publish(this.subjectOf(shard), entry, options)).seq;
    } catch (error) {
      throw new NoQuorum(failureText(error), { cause: error });
    }
  }

  read(shard: number, after: number, sink: LogSink): () => void {
    const reading: Reading = { shard, sink, after, missing: 0, isStopped: false, canAppend: false, stop() {} };
    this.readings.add(reading);
    if (this.connection) void this.keepReading(this.connection, reading);
    return () => this.end(reading);
  }

  private end(reading: Reading): void {
    reading.isStopped = true;
    this.readings.delete(reading);
    reading.stop();
  }

  private isReading(connection: NatsConnection, reading: Reading): boolean {
    return this.connection === connection && !reading.isStopped;
  }

  private async keepReading(connection: NatsConnection, reading: Reading): Promise<void> {
    while (this.isReading(connection, reading)) {
      try {
        await this.readFrom(connection, reading);
      } catch (error) {
        if (this.isReading(connection, reading)) this.settings.logFailed(useFailure(error, this.settings, connection));
      }
      if (this.isReading(connection, reading)) await Bun.sleep(RETRY_MILLISECONDS);
    }
  }

  /** Reads until something goes wrong. */
  private async readFrom(connection: NatsConnection, reading: Reading): Promise<void> {
    const { state, created } = await this.openStream(connection, reading.shard);
    if (!reading.canAppend) await this.checkAppend(connection, reading.shard);
    reading.canAppend = true;
    if (!this.isReading(connection, reading)) return;
    const first = Math.max(state.first_seq, state.messages === 0 ? state.last_seq + 1 : 1);
    if (!this.holdsNext(reading, first, state.last_seq, created)) return;
    const consumer = await jetstream(connection).consumers.get(this.streamOf(reading.shard), {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: reading.after + 1,
    });
    const messages = await consumer.consume({ max_messages: READ_AHEAD, idle_heartbeat: HEARTBEAT_MILLISECONDS });
    void stopWhenSilent(messages);
    reading.stop = () => messages.stop();
    const iterator = messages[Symbol.asyncIterator]();
    // It asks for messages only when the first is waited for, and by the end of the flush NATS has said whether it may.
    const next = iterator.next();
    next.catch(() => {});
    // A turn before it, in which the client asks, and one after it, in which it tells what NATS said: without them the node could have
    // started when it hears that it may not read.
    await nextTurn();
    await connection.flush();
    await nextTurn();
    if (this.isReading(connection, reading)) reading.sink.began(first, state.last_seq, created);
    for (let { value: message, done } = await next; !done; { value: message, done } = await iterator.next()) {
      if (!this.isReading(connection, reading)) break;
      const { seq } = message;
      if (seq <= reading.after) continue;
      // It may have been missed, or be no longer there: what the log holds now decides.
      if (seq !== reading.after + 1) break;
      reading.after = seq;
      const at = Number(message.timestampNanos / BigInt(NANOSECONDS));
      const handled = reading.sink.entry({ position: seq, at, bytes: message.data });
      if (handled) await handled;
    }
    messages.stop();
  }

  private holdsNext(reading: Reading, first: number, last: number, log: string): boolean {
    const { after } = reading;
    if (after >= first - 1 && after <= last) {
      reading.missing = 0;
      return true;
    }
    if (after > last && ++reading.missing < LOST_ATTEMPTS) return false;
    this.end(reading);
    reading.sink.lost(first, last, log);
    return false;
  }

  private async openStream(connection: NatsConnection, shard: number): Promise<StreamInfo> {
    const { streams } = await jetstreamManager(connection, { checkAPI: false });
    const name = this.streamOf(shard);
    try {
      return await streams.info(name);
    } catch (error) {
      if (!hasCode(error, STREAM_NOT_FOUND)) throw error;
    }
    try {
      return await withReplicas(this.settings.replicas, (replicas) =>
        streams.add(this.streamSettings(shard, replicas)),
      );
    } catch (error) {
      // Another node was faster.
      if (hasCode(error, NAME_IN_USE)) return streams.info(name);
      throw error;
    }
  }

  /** Without the permission to append, all that the log is for would be rejected; that must show at the start. */
  private async checkAppend(connection: NatsConnection, shard: number): Promise<void> {
    const options = { timeout: APPEND_MILLISECONDS, expect: { streamName: "none" } };
    try {
      await jetstream(connection).publish(this.subjectOf(shard), new Uint8Array(0), options);
    } catch (error) {
      if (!hasCode(error, OTHER_STREAM)) throw error;
    }
  }

  private streamSettings(
    shard: number,
    replicas: number,
  ): Pick<StreamConfig, "name" | "subjects"> & Partial<StreamConfig> {
    return {
      name: this.streamOf(shard),
      subjects: [this.subjectOf(shard)],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      num_replicas: replicas,
      max_age: MAX_AGE_MILLISECONDS * NANOSECONDS,
      max_bytes: MAX_BYTES,
      duplicate_window: DUPLICATES_MILLISECONDS * NANOSECONDS,
    };
  }

  private streamOf(shard: number): string {
    return `${this.settings.cluster}_log_${shard}`;
  }

  private subjectOf(shard: number): string {
    return `${this.settings.cluster}.log.${shard}`;
  }
}
