import { BlockList, isIP, isIPv6 } from "node:net";

const family = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/, "");

/** Some proxies also write the port, and IPv6 in brackets. */
const withoutPort = (hop: string) => /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;

/** Throws when an entry is neither an address nor a CIDR block. */
export function trustedProxies(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits, ...rest] = entry.split("/");
    // An empty prefix length would be read as 0 and trust the whole internet.
    if (rest.length > 0 || bits === "") throw new Error(`${entry} is not an address or CIDR block`);
    if (bits === undefined) list.addAddress(address, family(address));
    else list.addSubnet(address, Number(bits), family(address));
  }
  return list;
}

/**
 * The client's own address. X-Forwarded-For is read from its end, as long as the address that wrote the entry is a trusted
 * proxy; anyone else can write anything there.
 */
export function clientAddress(peer: string, forwarded: string | null, trusted: BlockList): string {
  let address = plain(peer);
  const hops = forwarded?.split(",") ?? [];
  while (hops.length > 0 && trusted.check(address, family(address))) {
    const hop = plain(withoutPort(hops.pop()?.trim() ?? ""));
    if (isIP(hop) === 0) break;
    address = hop;
  }
  return address;
}
