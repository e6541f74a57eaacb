import type { Log } from "../../src/log/log.ts";

export interface LogEvent {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its events for the test. */
export interface RecordedLog extends Log {
  readonly events: readonly LogEvent[];
}

export function recordedLog(): RecordedLog {
  const events: LogEvent[] = [];
  const at =
    (level: keyof Log) =>
    (message: string, fields: Record<string, unknown> = {}) =>
      void events.push({ level, message, fields });
  return { events, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
