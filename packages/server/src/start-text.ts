import { networkInterfaces } from "node:os";
import { resolve } from "node:path";
import { createColors } from "picocolors";
import type { Config } from "./config.ts";
import type { Ports } from "./relay.ts";
import { version } from "./version.ts";

const EVERYWHERE = ["0.0.0.0", "::"];

/** Addresses other machines reach this one by, when it listens for them. */
function hosts(host: string): string[] {
  if (!EVERYWHERE.includes(host)) return [host === "127.0.0.1" ? "localhost" : host];
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
  return ["localhost", ...outside];
}

/** What a person at the terminal wants to know first: where to go, where the data is, who may log in. */
export function startText(config: Config, ports: Ports, colours: boolean): string {
  const { bold, cyan, dim, green } = createColors(colours);
  const line = (label: string, value: string) => `  ${dim(label.padEnd(9))} ${value}`;
  const each = (label: string, scheme: string, port: number | undefined, note: string) =>
    port === undefined
      ? []
      : hosts(config.host).map((host) => line(label, `${cyan(`${scheme}://${host}:${port}/`)}  ${dim(note)}`));
  const secure = config.tlsCert !== undefined;
  const modes = {
    open: "open: any name, passwords not checked",
    claim: "claim: the first password holds a name",
    accounts: "accounts: only users added with 'achex user add'",
  };
  return [
    "",
    `  ${green("◆")} ${bold("Achex")} ${dim(version)}`,
    "",
    ...each("Page", "http", ports.main, ""),
    ...each("Classic", "ws", ports.main, "and cloud on /<instance>"),
    ...each("TLS", "wss", ports.tls, "the same, encrypted"),
    ...each("Cloud", secure ? "wss" : "ws", ports.cloud, "cloud on every path"),
    line("Data", resolve(config.data)),
    line("Auth", modes[config.auth]),
    "",
    ...(EVERYWHERE.includes(config.host)
      ? []
      : [dim("  Only this machine can connect; --host 0.0.0.0 lets others in."), ""]),
  ].join("\n");
}
