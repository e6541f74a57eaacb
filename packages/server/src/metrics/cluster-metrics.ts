import type { Registry } from "prom-client";
import { counted, gauged, type Tally, tallied } from "./samples.ts";

export interface ClusterReadings {
  readonly nodes: number;
  readonly isAlone: boolean;
  /** Questions to other nodes: those that wait for an answer, and those that got none in time. */
  readonly asks: { readonly waiting: number; readonly missed: number };
  readonly sharedLog: { readonly refused: { readonly counts: Tally } };
  readonly links: {
    readonly sent: number;
    readonly accepted: number;
    readonly refused: Tally;
    readonly waiting: number;
  };
}

export function gaugeCluster(registry: Registry, cluster: ClusterReadings): void {
  gauged(
    registry,
    "achex_cluster_nodes",
    "Nodes of the cluster that this one knows of, with itself",
    () => cluster.nodes,
  );
  gauged(registry, "achex_cluster_alone", "1 while the node has no connection to the others", () =>
    cluster.isAlone ? 1 : 0,
  );
  gauged(
    registry,
    "achex_cluster_open_questions",
    "Questions to other nodes that are not answered yet",
    () => cluster.asks.waiting,
  );
  counted(
    registry,
    "achex_cluster_missed_answers_total",
    "Questions that another node did not answer in time",
    () => cluster.asks.missed,
  );
  counted(registry, "achex_cluster_sent_frames_total", "Frames sent to other nodes", () => cluster.links.sent);
  counted(
    registry,
    "achex_cluster_received_frames_total",
    "Frames received from other nodes",
    () => cluster.links.accepted,
  );
  tallied(
    registry,
    "achex_cluster_refused_frames_total",
    "Frames of other nodes that were not handled, by reason",
    "reason",
    () => cluster.links.refused,
  );
  tallied(
    registry,
    "achex_cluster_refused_entries_total",
    "Entries of the log of the cluster that no node applies, by reason",
    "reason",
    () => cluster.sharedLog.refused.counts,
  );
  gauged(
    registry,
    "achex_cluster_waiting_frames",
    "Frames of other nodes that wait for their turn",
    () => cluster.links.waiting,
  );
}
