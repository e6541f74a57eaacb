import { systemClock } from "../clock.ts";
import type { SharedLog } from "../cluster/shared-log.ts";
import { type Config, ConfigError } from "../config/config.ts";
import { keptChannel, keptStateAge } from "../config/keep-rules.ts";
import type { FollowedChannel } from "../engine.ts";
import type { Log } from "../log/log.ts";
import { LoggedKeep } from "./logged-keep.ts";
import { SqliteKeep, type SqliteKeepOptions } from "./sqlite-keep.ts";

type InUse = (channel: FollowedChannel) => boolean;

/**
 * The log of the kept channels in the data folder; undefined when no channel is kept. `inUse` says whether a channel has members; it
 * is asked only while the relay runs.
 */
export function openKeep(config: Config, log: Log, inUse: InUse): SqliteKeep | undefined {
  const options = keepOptions(config, log, inUse);
  return options && new SqliteKeep(options);
}

/** The same for a node of a cluster. */
export function openLoggedKeep(config: Config, log: Log, inUse: InUse, shared: SharedLog): LoggedKeep | undefined {
  const options = keepOptions(config, log, inUse);
  const { keep: rules } = config;
  const keepsState = rules.some((rule) => rule.keepsState);
  return (
    options &&
    new LoggedKeep({ ...options, log: shared, ...(keepsState && { stateAge: (room) => keptStateAge(rules, room) }) })
  );
}

function keepOptions(
  { keep: rules, keepSync: sync, data: folder, auth, claimTtl, limits }: Config,
  log: Log,
  inUse: InUse,
): SqliteKeepOptions | undefined {
  if (rules.length === 0) return undefined;
  if (auth === "open" && rules.some(({ kind }) => kind === "name"))
    throw new ConfigError(
      "keep: in mode open anybody could read what is kept for a name; use --auth claim or --auth accounts, or keep only hubs and broadcasts",
    );
  if (auth === "claim" && rules.some(({ kind }) => kind === "name"))
    log.warn(
      "the inboxes of names are readable by anyone who claims the name after its claim has ended; with --auth accounts only by its owner",
      { claimTtl },
    );
  return {
    folder,
    sync,
    clock: systemClock,
    maxChannels: limits.keptChannels,
    maxBytes: limits.keepDiskBytes,
    maxQueuedBytes: limits.keepQueueBytes || Number.POSITIVE_INFINITY,
    ruleOf: (channel) => keptChannel(rules, channel),
    inUse,
    failed: (error) => log.error("messages to kept channels cannot be stored; their senders are told", { error }),
    damaged: (movedTo, reason) =>
      log.error("the kept messages were damaged and have been moved aside; kept channels begin again", {
        movedTo,
        reason,
      }),
  };
}
