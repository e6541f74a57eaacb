import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { areApart } from "./cores.ts";
import { calibrate } from "./load.ts";
import { outputOf } from "./shell.ts";

export interface Machine {
  cpu: string;
  cores: number;
  memoryGB: number;
  kernel: string;
  hypervisor: string;
  congestionControl: string;
  /** µs of a bare 130-byte send over loopback to one of 1,000 sockets: no server can deliver for less, unless it batches. */
  bareSendMicros: number | null;
  serverAndLoadApart: boolean;
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
};

export const describeMachine = async (): Promise<Machine> => ({
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  hypervisor: outputOf(["sh", "-c", "LC_ALL=C lscpu | sed -n 's/^Hypervisor vendor: *//p'"]) || "none",
  congestionControl: textOf("/proc/sys/net/ipv4/tcp_congestion_control"),
  bareSendMicros: await calibrate(),
  serverAndLoadApart: areApart(),
});
