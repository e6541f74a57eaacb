import { configureSync, getJsonLinesFormatter, getLogger, type LogRecord } from "@logtape/logtape";
import { createColors } from "picocolors";
import type { Config } from "../config/config.ts";
import type { Log } from "./log.ts";
import { failureText, printable } from "./log-text.ts";

type LogFormat = (record: LogRecord) => string;

/** A field's value on one line, quoted unless it is a single plain word. */
function valueText(value: unknown): string {
  const text = value instanceof Error ? `${value.name}: ${failureText(value)}` : value;
  if (typeof text === "string" && /^[\w./:@+-]+$/.test(text)) return text;
  return printable(JSON.stringify(text) ?? String(text));
}

/** Time of day, level, event, then its fields as key=value. */
function prettyFormat(colours: boolean): LogFormat {
  const { dim, red, yellow, blue } = createColors(colours);
  const paint = { error: red, fatal: red, warning: yellow, info: blue, debug: dim, trace: dim };
  return ({ timestamp, level, message, properties }) => {
    const time = new Date(timestamp).toTimeString().slice(0, 8);
    const fields = Object.entries(properties)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ` ${dim(`${printable(key)}=`)}${valueText(value)}`);
    return `${dim(time)} ${paint[level](level.padEnd(7))} ${printable(message.join(""))}${fields.join("")}\n`;
  };
}

/** JSON does not escape C1 control characters, and some terminals obey them. */
function jsonFormat(): LogFormat {
  const format = getJsonLinesFormatter();
  return (record) => `${printable(format(record).trimEnd())}\n`;
}

/** The log of the process: one event per line, all levels to the same stream. */
export function createLog(
  { log, logLevel }: Pick<Config, "log" | "logLevel">,
  { colours, write }: { readonly colours: boolean; readonly write: (line: string) => unknown },
): Log {
  const format = log === "json" ? jsonFormat() : prettyFormat(colours);
  configureSync({
    reset: true,
    sinks: { lines: (record) => write(format(record)) },
    loggers: [
      { category: "achex", lowestLevel: logLevel, sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
    ],
  });
  const logger = getLogger("achex");
  return {
    debug: (message, fields) => logger.debug(message, fields),
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
    error: (message, fields) => logger.error(message, fields),
  };
}
