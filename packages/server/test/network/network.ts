/** Three hosts, each with a relay and a NATS server: six machines, so that the link between the two can be cut as well. */
export const HOSTS = [1, 2, 3] as const;
export type HostNumber = (typeof HOSTS)[number];
export type Machine = `relay${HostNumber}` | `nats${HostNumber}`;
export type Port = "relay" | "clients" | "routes" | "monitor";
export type Link = readonly [Machine, Machine];

/** What the machines are, and what is between them. */
export interface Network extends Disposable {
  /** False if its links cannot be cut. */
  readonly canCut: boolean;
  /** The command line that runs a command on a machine. */
  on(machine: Machine, command: readonly string[]): string[];
  /** Where a program listens, and how other machines and this process reach it: `10.77.0.4:4222`. */
  listen(machine: Machine, port: Port): string;
  address(machine: Machine, port: Port): string;
  control(machine: Machine, port: Port): string;
  /** What the two machines send each other is lost, in both directions and without a word, or no longer. */
  setLink(link: Link, isUp: boolean): void;
}

export const relayOf = (host: HostNumber): Machine => `relay${host}`;
export const natsOf = (host: HostNumber): Machine => `nats${host}`;
export const others = (host: HostNumber): HostNumber[] => HOSTS.filter((other) => other !== host);
export const MACHINES: readonly Machine[] = HOSTS.flatMap((host) => [relayOf(host), natsOf(host)]);

/** Relays do not talk to each other. */
export const LINKS: readonly Link[] = [
  ...HOSTS.flatMap((relay) => HOSTS.map((nats): Link => [relayOf(relay), natsOf(nats)])),
  [natsOf(1), natsOf(2)],
  [natsOf(1), natsOf(3)],
  [natsOf(2), natsOf(3)],
];

/** All machines on the loopback interface: processes can be killed and paused, links cannot be cut. */
export function loopbackNetwork(): Network {
  const ports = new Map<string, number>();
  const portOf = (machine: Machine, port: Port): number =>
    ports.getOrInsertComputed(`${machine} ${port}`, () => {
      const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
      listener.stop();
      return listener.port;
    });
  const address = (machine: Machine, port: Port) => `127.0.0.1:${portOf(machine, port)}`;
  return {
    canCut: false,
    on: (_machine, command) => [...command],
    ...{ listen: address, address, control: address },
    setLink() {
      throw new Error("links on the loopback interface cannot be cut");
    },
    [Symbol.dispose]() {},
  };
}
