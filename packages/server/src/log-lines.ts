import { configureSync, getConsoleSink, getJsonLinesFormatter, getLogger } from "@logtape/logtape";
import { getPrettyFormatter } from "@logtape/pretty";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";

/** The process's log on standard output, one event a line. */
export function createLog({ log, logLevel }: Pick<Config, "log" | "logLevel">): Log {
  const formatter =
    log === "json"
      ? getJsonLinesFormatter()
      : getPrettyFormatter({ timestamp: "time", properties: true, icons: false, categoryWidth: 5 });
  configureSync({
    reset: true,
    sinks: { console: getConsoleSink({ formatter }) },
    loggers: [
      { category: "achex", lowestLevel: logLevel, sinks: ["console"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["console"] },
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
