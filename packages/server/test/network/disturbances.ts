import { spawnSync } from "node:child_process";
import type { Random } from "../sim/random.ts";
import type { Hosts, Service } from "./hosts.ts";
import { HOSTS, type HostNumber, type Link, natsOf, others, relayOf } from "./network.ts";

/** What is done to the cluster, and how it is undone. */
export interface Disturbance {
  readonly what: string;
  /** Nodes that others may take for dead. */
  readonly affected: readonly HostNumber[];
  /** Nodes that the others do not hear at all. */
  readonly dead: readonly HostNumber[];
  readonly withoutQuorum: readonly HostNumber[];
  apply(): void | Promise<void>;
  heal(): void | Promise<void>;
}

type Make = (hosts: Hosts, random: Random) => Disturbance;

const anyHost = (random: Random): HostNumber => random.pick(HOSTS);

function cut(hosts: Hosts, links: readonly Link[]): Pick<Disturbance, "apply" | "heal"> {
  const set = (isUp: boolean) => () => {
    for (const link of links) hosts.network.setLink(link, isUp);
  };
  return { apply: set(false), heal: set(true) };
}

function paused(...services: readonly Service[]): Pick<Disturbance, "apply" | "heal"> {
  const send = (signal: "SIGSTOP" | "SIGCONT") => () => {
    for (const service of services) service.signal(signal);
  };
  return { apply: send("SIGSTOP"), heal: send("SIGCONT") };
}

function ended(signal: "SIGKILL" | "SIGTERM", ...services: readonly Service[]): Pick<Disturbance, "apply" | "heal"> {
  return {
    async apply() {
      await Promise.all(services.map((service) => service.end(signal)));
    },
    heal() {
      for (const service of services) service.start();
    },
  };
}

const NONE = { affected: [], dead: [], withoutQuorum: [] } as const;

/** The NATS server that a relay is connected to, as its machine sees it. */
function natsUsedBy(hosts: Hosts, host: HostNumber): HostNumber {
  const [program = "", ...args] = hosts.network.on(relayOf(host), ["ss", "-Htn", "state", "established"]);
  const { stdout } = spawnSync(program, args, { encoding: "utf8" });
  return HOSTS.find((nats) => stdout.includes(hosts.network.address(natsOf(nats), "clients"))) ?? host;
}

/** Those that need links. */
const cuts: Readonly<Record<string, Make>> = {
  relayFromItsNats(hosts, random) {
    const host = anyHost(random);
    const nats = natsUsedBy(hosts, host);
    const what = `relay ${host} loses its link to NATS ${nats}, which it uses`;
    return { ...NONE, what, affected: [host], ...cut(hosts, [[relayOf(host), natsOf(nats)]]) };
  },
  relayFromAll(hosts, random) {
    const host = anyHost(random);
    const links = HOSTS.map((nats): Link => [relayOf(host), natsOf(nats)]);
    const what = `relay ${host} loses its link to all NATS servers`;
    return { what, affected: [host], dead: [host], withoutQuorum: [host], ...cut(hosts, links) };
  },
  hostFromOthers(hosts, random) {
    const host = anyHost(random);
    const links = others(host).flatMap((other): Link[] => [
      [relayOf(host), natsOf(other)],
      [relayOf(other), natsOf(host)],
      host < other ? [natsOf(host), natsOf(other)] : [natsOf(other), natsOf(host)],
    ]);
    const what = `host ${host} loses its link to the others`;
    return { what, affected: HOSTS, dead: [host], withoutQuorum: [host], ...cut(hosts, links) };
  },
  natsFromNats(hosts, random) {
    const left = anyHost(random);
    const [one, other] = others(left);
    if (!one || !other) throw new Error("there are not three hosts");
    // Servers of NATS pass nothing on for others, so relays at the two do not hear each other, while the third hears both.
    const what = `NATS ${one} loses its link to NATS ${other}`;
    return { ...NONE, what, affected: HOSTS, ...cut(hosts, [[natsOf(one), natsOf(other)]]) };
  },
  natsFromEachOther(hosts) {
    const links: readonly Link[] = [
      [natsOf(1), natsOf(2)],
      [natsOf(1), natsOf(3)],
      [natsOf(2), natsOf(3)],
    ];
    return {
      ...NONE,
      what: "all NATS servers lose each other",
      affected: HOSTS,
      withoutQuorum: HOSTS,
      ...cut(hosts, links),
    };
  },
};

/** Those that need nothing but processes. */
const deaths: Readonly<Record<string, Make>> = {
  killNats(hosts, random) {
    const host = anyHost(random);
    const { nats } = hosts.host(host);
    return { ...NONE, what: `NATS ${host} is killed`, affected: HOSTS, ...ended("SIGKILL", nats) };
  },
  killRelay(hosts, random) {
    const host = anyHost(random);
    const { relay } = hosts.host(host);
    const what = `relay ${host} is killed`;
    return { ...NONE, what, affected: [host], dead: [host], ...ended("SIGKILL", relay) };
  },
  killHost(hosts, random) {
    const host = anyHost(random);
    const { relay, nats } = hosts.host(host);
    const what = `host ${host} is killed`;
    return { ...NONE, what, affected: HOSTS, dead: [host], ...ended("SIGKILL", relay, nats) };
  },
  killTwoNats(hosts, random) {
    const left = anyHost(random);
    const services = others(left).map((host) => hosts.host(host).nats);
    const what = `all NATS servers but ${left} are killed`;
    return { ...NONE, what, affected: HOSTS, withoutQuorum: HOSTS, ...ended("SIGKILL", ...services) };
  },
  pauseNats(hosts, random) {
    const host = anyHost(random);
    return { ...NONE, what: `NATS ${host} is paused`, affected: HOSTS, ...paused(hosts.host(host).nats) };
  },
  pauseRelay(hosts, random) {
    const host = anyHost(random);
    const { relay } = hosts.host(host);
    return { ...NONE, what: `relay ${host} is paused`, affected: [host], dead: [host], ...paused(relay) };
  },
  pauseHost(hosts, random) {
    const host = anyHost(random);
    const { relay, nats } = hosts.host(host);
    return { ...NONE, what: `host ${host} is paused`, affected: HOSTS, dead: [host], ...paused(relay, nats) };
  },
  restartRelay(hosts, random) {
    const host = anyHost(random);
    const { relay } = hosts.host(host);
    return { ...NONE, what: `relay ${host} is restarted`, affected: [host], dead: [host], ...ended("SIGTERM", relay) };
  },
  restartNats(hosts, random) {
    const host = anyHost(random);
    const { nats } = hosts.host(host);
    return { ...NONE, what: `NATS ${host} is restarted`, affected: HOSTS, ...ended("SIGTERM", nats) };
  },
};

/** Each kind comes as often as any other; the seed decides the order and the hosts. */
export function disturbanceOf(round: number, hosts: Hosts, random: Random): Disturbance {
  const kinds = Object.values(hosts.network.canCut ? { ...cuts, ...deaths } : deaths);
  const make = kinds[round % kinds.length];
  if (!make) throw new Error("there are no disturbances");
  return make(hosts, random);
}
