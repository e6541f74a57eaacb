import { networkInterfaces } from "node:os";
import { resolve } from "node:path";
import { createColors } from "picocolors";
import type { Config } from "../config/config.ts";
import type { Ports } from "../relay.ts";
import { version } from "../version.ts";

const EVERYWHERE = ["0.0.0.0", "::"];
const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

/** Host names that reach this machine when it listens on `host`, in URL form. */
function reachableHosts(host: string): string[] {
  if (LOOPBACK.includes(host)) return [host === "::1" ? "[::1]" : "localhost"];
  if (!EVERYWHERE.includes(host)) return [host.includes(":") ? `[${host}]` : host];
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
  return ["localhost", ...outside];
}

const AUTH_MODES: Readonly<Record<Config["auth"], string>> = {
  open: "open: any name, passwords not checked",
  claim: "claim: the first password claims a name",
  accounts: "accounts: only users added with 'achex user add'",
};

/** Notes on addresses begin below each other. */
const COLUMN = 32;

export interface StartInfo {
  readonly config: Config;
  readonly ports: Ports;
  /** Milliseconds from the start of the process until it accepted connections. */
  readonly took: number;
  readonly colours: boolean;
  /** Of a relay that consists of several processes. */
  readonly workers?: { readonly nodes: readonly string[]; readonly admin: number | undefined };
}

/** The text shown at the terminal after a start: addresses, data folder, who may log in. */
export function startText({ config, ports, took, colours, workers }: StartInfo): string {
  const { bold, cyan, dim, green } = createColors(colours);
  const hosts = reachableHosts(config.host);
  const line = (label: string, value: string) => `  ${dim(label.padEnd(9))}${value}`;
  const addresses = (label: string, scheme: string, port: number | undefined, note: string, path = "/") => {
    if (port === undefined) return [];
    const url = (host: string) => `${scheme}://${host}:${port}${path}`;
    const width = Math.max(COLUMN, ...hosts.map((host) => url(host).length));
    return hosts.map((host, i) => {
      const remark = i === 0 && note !== "" ? `${" ".repeat(width - url(host).length)}  ${dim(note)}` : "";
      return line(i === 0 ? label : "", cyan(url(host)) + remark);
    });
  };
  const secure = ports.tls !== undefined;
  return [
    "",
    `  ${green("◆")} ${bold(`Achex ${version}`)} ${dim(`ready in ${Math.round(took)} ms`)}`,
    "",
    ...addresses("Website", "http", ports.main, ""),
    ...addresses("Classic", "ws", ports.main, "the original Achex protocol"),
    ...addresses("Cloud", "ws", ports.main, "its second version, with isolated instances", "/<instance>").slice(0, 1),
    ...addresses("", secure ? "wss" : "ws", ports.cloud, "cloud without an instance"),
    ...addresses("TLS", "wss", ports.tls, "classic and cloud, encrypted"),
    "",
    line("Data", resolve(config.data)),
    line("Auth", AUTH_MODES[config.auth]),
    ...(workers ? [line("Workers", workers.nodes.join(", "))] : []),
    ...addresses("Metrics", "http", workers?.admin, "of all workers", "/metrics").slice(0, 1),
    "",
    ...(LOOPBACK.includes(config.host)
      ? [dim("  Only this machine can connect. To let others connect, add --host 0.0.0.0"), ""]
      : []),
  ].join("\n");
}
