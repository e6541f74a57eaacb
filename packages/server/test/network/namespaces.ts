import { spawnSync } from "node:child_process";
import { LINKS, type Link, MACHINES, type Machine, type Network, type Port } from "./network.ts";

const PORTS: Readonly<Record<Port, number>> = { relay: 4010, clients: 4222, routes: 6222, monitor: 8222 };

/** Different for runs at the same time, and short enough for the names of interfaces. */
const id = `x${process.pid % 10_000}`;
const controlNet = 64 + (process.pid % 128);

const numberOf = (machine: Machine): number => MACHINES.indexOf(machine) + 1;
const space = (machine: Machine) => `${id}-${machine}`;
const address = (machine: Machine) => `10.63.0.${numberOf(machine)}`;
const controlAddress = (machine: Machine) => `10.${controlNet}.${numberOf(machine)}.2`;
const bridge = ([one, other]: Link) => `${id}b${numberOf(one)}${numberOf(other)}`;

function ip(commands: readonly string[]): string | undefined {
  const { error, status, stderr } = spawnSync("ip", ["-batch", "-"], { encoding: "utf8", input: commands.join("\n") });
  return error ? error.message : status === 0 ? undefined : stderr.trim();
}

function mustRun(commands: readonly string[]): void {
  const failure = ip(commands);
  if (failure !== undefined) throw new Error(`ip: ${failure}`);
}

/** Why there can be no namespaces here; undefined if there can. */
export function namespacesMissing(): string | undefined {
  if (process.platform !== "linux") return "network namespaces need Linux";
  const probe = `${id}-probe`;
  const failure = ip([`netns add ${probe}`, `link add ${id}p type bridge`]);
  ip([`link del ${id}p`]);
  ip([`netns del ${probe}`]);
  return failure === undefined
    ? undefined
    : `network namespaces need root, and ip of the package iproute2 (${failure.split("\n")[0]})`;
}

/** A machine with one address, and a link from this process to it. */
function machineCommands(machine: Machine): string[] {
  const [name, outside] = [space(machine), `${id}c${numberOf(machine)}`];
  return [
    `netns add ${name}`,
    `link add ${outside} type veth peer name control netns ${name}`,
    `addr add 10.${controlNet}.${numberOf(machine)}.1/30 dev ${outside}`,
    `link set ${outside} up`,
  ];
}

function insideCommands(machine: Machine): string[] {
  return [
    "link set lo up",
    `addr add ${address(machine)}/32 dev lo`,
    `addr add ${controlAddress(machine)}/30 dev control`,
    "link set control up",
  ];
}

/** A bridge between two machines: when it is down, what they send is lost, and no interface of theirs shows it. */
function linkCommands(link: Link): string[] {
  const [one, other] = link;
  return [
    `link add ${bridge(link)} type bridge`,
    ...[[one, other] as const, [other, one] as const].flatMap(([from, to]) => {
      const outside = `${id}v${numberOf(from)}${numberOf(to)}`;
      return [
        `link add ${outside} type veth peer name to-${to} netns ${space(from)}`,
        `link set ${outside} master ${bridge(link)}`,
        `link set ${outside} up`,
      ];
    }),
    `link set ${bridge(link)} up`,
  ];
}

function within(machine: Machine, commands: readonly string[]): void {
  const input = commands.join("\n");
  const { status, stderr } = spawnSync("ip", ["-n", space(machine), "-batch", "-"], { encoding: "utf8", input });
  if (status !== 0) throw new Error(`ip -n ${space(machine)}: ${stderr}`);
}

const routeCommands = (from: Machine, to: Machine): string[] => [
  `link set to-${to} up`,
  `route add ${address(to)}/32 dev to-${to} src ${address(from)}`,
];

function remove(): void {
  for (const machine of MACHINES) ip([`netns del ${space(machine)}`]);
  for (const link of LINKS) ip([`link del ${bridge(link)}`]);
}

/** Each machine is a network namespace, and each link a bridge of its own. */
export function createNamespaces(): Network {
  try {
    mustRun(MACHINES.flatMap(machineCommands));
    for (const machine of MACHINES) within(machine, insideCommands(machine));
    mustRun(LINKS.flatMap(linkCommands));
    for (const [one, other] of LINKS) {
      within(one, routeCommands(one, other));
      within(other, routeCommands(other, one));
    }
  } catch (error) {
    remove();
    throw error;
  }
  return {
    canCut: true,
    on: (machine, command) => ["ip", "netns", "exec", space(machine), ...command],
    listen: (_machine, port) => `0.0.0.0:${PORTS[port]}`,
    address: (machine, port) => `${address(machine)}:${PORTS[port]}`,
    control: (machine, port) => `${controlAddress(machine)}:${PORTS[port]}`,
    setLink: (link, isUp) => mustRun([`link set ${bridge(link)} ${isUp ? "up" : "down"}`]),
    [Symbol.dispose]: remove,
  };
}
