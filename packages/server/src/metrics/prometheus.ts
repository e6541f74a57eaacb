import { Gauge, Histogram, Registry } from "prom-client";
import { type ClusterReadings, gaugeCluster } from "./cluster-metrics.ts";
import type { Counters } from "./counters.ts";
import { counted, gauged, tallied } from "./samples.ts";

/** Values that are read on each scrape. */
export interface MetricReadings {
  /** Bytes that wait to be written, over all sessions. */
  backlogBytes(): number;
  /** Bytes of received frames that wait to be handled, over all sessions. */
  queuedBytes(): number;
  /** Sessions whose frames wait for their rate or their turn. */
  waitingSessions(): number;
  uptimeSeconds(): number;
  /** Sessions whose connection has dropped and that may be resumed. */
  awaySessions(): number;
  /** Bytes of frames held for clients that may resume, over all sessions. */
  heldBytes(): number;
  openCalls(): number;
  presenceChannels(): number;
  presenceFollowers(): number;
  rooms(): number;
  stateFollowers(): number;
  stateKeys(): number;
  stateBytes(): number;
  /** Messages to kept channels that are being stored. */
  keepQueue(): number;
  /** Bytes on disk that kept channels and rooms use. */
  keepBytes(): number;
  rememberedIds(): number;
  /** undefined if the relay is not a node of a cluster. */
  readonly cluster: ClusterReadings | undefined;
}

const DELAY_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** Exports the counters to Prometheus. The hot path only adds numbers; the work is done on a scrape. */
export function createMetrics(counters: Counters, readings: MetricReadings): Registry {
  const registry = new Registry();
  new Gauge({
    name: "achex_sessions",
    help: "Connected sessions by dialect",
    labelNames: ["dialect"],
    registers: [registry],
    collect() {
      for (const [dialect, value] of Object.entries(counters.sessions)) this.set({ dialect }, value);
    },
  });
  tallied(
    registry,
    "achex_sessions_opened_total",
    "Connections of sessions by dialect, including those that resume a session",
    "dialect",
    () => counters.opened,
  );
  counted(registry, "achex_received_frames_total", "Frames received from clients", () => counters.framesIn);
  counted(registry, "achex_received_bytes_total", "Payload bytes received from clients", () => counters.bytesIn);
  counted(registry, "achex_sent_frames_total", "Frames sent to clients", () => counters.framesOut);
  counted(registry, "achex_sent_bytes_total", "Payload bytes sent to clients", () => counters.bytesOut);
  counted(registry, "achex_deliveries_total", "Messages delivered, once per receiver", () => counters.deliveries);
  tallied(registry, "achex_dropped_frames_total", "Frames dropped by reason", "reason", () => counters.drops);
  tallied(registry, "achex_closed_sessions_total", "Closed connections by cause", "cause", () => counters.closes);
  tallied(
    registry,
    "achex_oversized_frames_total",
    "Frames above --max-frame by dialect; each one closed its session",
    "dialect",
    () => counters.oversizedFrames,
  );
  tallied(registry, "achex_close_codes_total", "Closed connections by close code", "code", () => counters.closeCodes);
  tallied(registry, "achex_logins_total", "Logins by result", "result", () => counters.logins);
  tallied(
    registry,
    "achex_refused_connections_total",
    "Handshakes rejected by reason",
    "reason",
    () => counters.refusedConnections,
  );
  tallied(registry, "achex_faults_total", "Frames of achex.2 rejected by fault code", "code", () => counters.faults);
  counted(
    registry,
    "achex_stream_credit_stalls_total",
    "Times a stream used up its credit",
    () => counters.creditStalls,
  );
  countResumes(registry, counters);
  countRooms(registry, counters);
  gaugeReadings(registry, readings);
  gaugeRestored(registry, counters);
  gaugeRooms(registry, readings);
  observeInto(registry, counters);
  return registry;
}

function countResumes(registry: Registry, counters: Counters): void {
  const { sessionsMoved } = counters;
  tallied(registry, "achex_sessions_moved_total", "Sessions that moved here or away", "direction", () => sessionsMoved);
  tallied(registry, "achex_resumes_total", "Attempts to resume by outcome", "outcome", () => counters.resumes);
  counted(
    registry,
    "achex_held_deliveries_total",
    "Deliveries to sessions that are away",
    () => counters.heldDeliveries,
  );
  counted(
    registry,
    "achex_replayed_frames_total",
    "Frames sent to clients after a resume",
    () => counters.replayedFrames,
  );
  counted(
    registry,
    "achex_count_mismatches_total",
    "Sessions ended because client and server counted frames differently",
    () => counters.countMismatches,
  );
}

function gaugeReadings(registry: Registry, readings: MetricReadings): void {
  gauged(registry, "achex_open_calls", "Open calls and streams", readings.openCalls);
  gauged(registry, "achex_presence_channels", "Hubs and broadcasts with presence followers", readings.presenceChannels);
  gauged(
    registry,
    "achex_presence_followers",
    "Sessions that follow the presence of a hub or broadcast",
    readings.presenceFollowers,
  );
  gauged(registry, "achex_backlog_bytes", "Bytes waiting to be sent to slow readers", readings.backlogBytes);
  gauged(registry, "achex_queued_bytes", "Bytes of received frames waiting to be handled", readings.queuedBytes);
  gauged(
    registry,
    "achex_waiting_sessions",
    "Sessions with frames waiting for their rate limit or turn",
    readings.waitingSessions,
  );
  gauged(registry, "achex_away_sessions", "Sessions whose connection dropped and may resume", readings.awaySessions);
  gauged(registry, "achex_held_bytes", "Bytes of frames held for clients that may resume", readings.heldBytes);
  gauged(registry, "achex_resident_memory_bytes", "Resident memory of the process", () => process.memoryUsage.rss());
  if (readings.cluster) gaugeCluster(registry, readings.cluster);
  gauged(registry, "achex_uptime_seconds", "Seconds since the start", readings.uptimeSeconds);
}

function gaugeRestored(registry: Registry, counters: Pick<Counters, "restored">): void {
  gauged(registry, "achex_restored_sessions", "Sessions that the start restored", () => counters.restored.sessions);
  gauged(
    registry,
    "achex_restored_frames",
    "Held and waiting frames that the start restored",
    () => counters.restored.frames,
  );
  gauged(
    registry,
    "achex_restore_seconds",
    "Time that the start needed to restore sessions",
    () => counters.restored.seconds,
  );
  gauged(
    registry,
    "achex_restart_seconds",
    "Time from saving the sessions to restoring them",
    () => counters.restored.away,
  );
}

function countRooms(registry: Registry, counters: Counters): void {
  counted(
    registry,
    "achex_state_conflated_changes_total",
    "Changes of a room's state that a slow reader was not sent, because a newer value replaced them",
    () => counters.conflatedChanges,
  );
  counted(
    registry,
    "achex_latest_replaced_messages_total",
    "Latest-value messages that a slow reader was not sent, because a newer one replaced them",
    () => counters.replacedMessages,
  );
  counted(registry, "achex_room_host_changes_total", "Changes of the host of a room", () => counters.hostChanges);
}

function gaugeRooms(registry: Registry, readings: MetricReadings): void {
  gauged(registry, "achex_rooms", "Hubs and broadcasts with a state, a host or options", readings.rooms);
  gauged(registry, "achex_state_followers", "Sessions that follow the state of a room", readings.stateFollowers);
  gauged(registry, "achex_state_keys", "Keys in the states of all rooms", readings.stateKeys);
  gauged(registry, "achex_state_bytes", "Memory that the states of all rooms use, about", readings.stateBytes);
  gauged(registry, "achex_keep_waiting", "Messages to kept channels that are being stored", readings.keepQueue);
  gauged(registry, "achex_keep_bytes", "Bytes on disk that kept channels and rooms use", readings.keepBytes);
  gauged(registry, "achex_remembered_ids", "Ids of messages whose result is remembered", readings.rememberedIds);
}

function observeInto(registry: Registry, counters: Counters): void {
  const registers = [registry];
  const latency = new Histogram({
    name: "achex_latency_seconds",
    help: "Round-trip times measured at the request of clients",
    buckets: DELAY_BUCKETS,
    registers,
  });
  const delay = new Histogram({
    name: "achex_event_loop_delay_seconds",
    help: "Delay of a timer that runs every second",
    buckets: DELAY_BUCKETS,
    registers,
  });
  counters.observeLatency = (seconds) => latency.observe(seconds);
  counters.observeLoopDelay = (seconds) => delay.observe(seconds);
}
