import { describe, expect, test } from "bun:test";
import { clientAddress, trustedProxies } from "../../src/http/client-address.ts";
import { AddressLimiter, addressKey } from "../../src/session/address-limits.ts";

describe("L1 what one address is", () => {
  const keys: readonly (readonly [address: string, key: string])[] = [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["2001:db8:0:1::9", "2001:db8:0:1::/64"],
    ["2001::1:2:3:4:5", "2001:0:0:1::/64"],
    ["1::4:5:6:7:8", "1:0:0:4::/64"],
    ["::2:3:4:5:6:7:8", "0:2:3:4::/64"],
    ["1:2:3:4:5:6:7::", "1:2:3:4::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
  ];
  for (const [address, key] of keys) {
    test(`[L1] ${address} counts as ${key}`, () => expect(addressKey(address)).toBe(key));
  }
});

describe("L1 sessions of one address", () => {
  test("[L1] are counted together, those that have not logged in once more", () => {
    const addresses = new AddressLimiter({ sessionsPerAddress: 3, unnamedPerAddress: 2 });
    const first = addresses.sessionOpened("192.0.2.7");
    expect(addresses.exceededLimit("192.0.2.7")).toBeUndefined();
    addresses.sessionOpened("::ffff:192.0.2.7");
    expect(addresses.exceededLimit("192.0.2.7")).toBe("unnamed-per-address");
    first.unnamed--;
    const third = addresses.sessionOpened("192.0.2.7");
    expect(addresses.exceededLimit("192.0.2.7")).toBe("sessions-per-address");
    expect(addresses.exceededLimit("192.0.2.8")).toBeUndefined();
    addresses.sessionClosed(first, true);
    expect(addresses.exceededLimit("192.0.2.7")).toBe("unnamed-per-address");
    addresses.sessionClosed(third, false);
    expect(addresses.exceededLimit("192.0.2.7")).toBeUndefined();
  });

  test("[L1] start from nothing once all are gone", () => {
    const addresses = new AddressLimiter({ sessionsPerAddress: 1, unnamedPerAddress: 1 });
    const use = addresses.sessionOpened("2001:db8::1");
    expect(addresses.exceededLimit("2001:db8::2")).toBe("sessions-per-address");
    addresses.sessionClosed(use, false);
    expect(addresses.exceededLimit("2001:db8::2")).toBeUndefined();
    expect(addresses.sessionOpened("2001:db8::3")).not.toBe(use);
  });

  test("[L1] are not limited on loopback, in whatever form", () => {
    const addresses = new AddressLimiter({ sessionsPerAddress: 1, unnamedPerAddress: 1 });
    for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) {
      addresses.sessionOpened(address);
      addresses.sessionOpened(address);
      expect(addresses.exceededLimit(address)).toBeUndefined();
    }
  });
});

describe("L1 the client behind a proxy", () => {
  const trusted = trustedProxies(["10.0.0.0/8", "127.0.0.1", "2001:db8:ffff::/48"]);
  const cases: readonly (readonly [peer: string, forwarded: string | null, client: string, why: string])[] = [
    ["192.0.2.7", null, "192.0.2.7", "no proxy"],
    ["192.0.2.7", "198.51.100.1", "192.0.2.7", "a stranger's header is made up"],
    ["127.0.0.1", null, "127.0.0.1", "a proxy that says nothing"],
    ["127.0.0.1", "198.51.100.1", "198.51.100.1", "a proxy"],
    ["::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1", "a proxy on a dual-stack port"],
    ["127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1", "what the client wrote itself is made up"],
    ["127.0.0.1", "203.0.113.9,198.51.100.1 , 10.1.2.3", "198.51.100.1", "two proxies"],
    ["127.0.0.1", "10.1.2.3", "10.1.2.3", "a client that is a proxy itself"],
    ["127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1", "a mapped address"],
    ["2001:db8:ffff::1", "2001:db8::5", "2001:db8::5", "IPv6"],
    ["127.0.0.1", "unknown", "127.0.0.1", "no address"],
    ["127.0.0.1", "198.51.100.1, unknown", "127.0.0.1", "entries before an invalid one are ignored"],
    ["127.0.0.1", "", "127.0.0.1", "an empty header"],
    ["127.0.0.1", ", ,", "127.0.0.1", "only commas"],
    ["127.0.0.1", "198.51.100.1:4711", "198.51.100.1", "a port"],
    ["127.0.0.1", "[2001:db8::5]:4711", "2001:db8::5", "IPv6 with a port"],
    ["127.0.0.1", "[2001:db8::5]", "2001:db8::5", "IPv6 in brackets"],
    ["127.0.0.1", "203.0.113.9:80, 198.51.100.1:4711, 10.1.2.3:1", "198.51.100.1", "two proxies that write ports"],
    ["127.0.0.1", "::ffff:c633:6401", "::ffff:c633:6401", "a mapped address in hexadecimal"],
    ["127.0.0.1", "198.51.100.1:", "127.0.0.1", "half a port"],
    ["127.0.0.1", "[x]:1", "127.0.0.1", "brackets around no address"],
    ["", "198.51.100.1", "", "a peer that is gone already"],
  ];
  for (const [peer, forwarded, client, why] of cases) {
    test(`[L1] ${why}: ${JSON.stringify(peer)} for ${JSON.stringify(forwarded)} is ${JSON.stringify(client)}`, () =>
      expect(clientAddress(peer, forwarded, trusted)).toBe(client));
  }

  test("[L1] nobody is trusted without a list", () => {
    expect(clientAddress("127.0.0.1", "198.51.100.1", trustedProxies([]))).toBe("127.0.0.1");
  });

  test("[L1] an entry that is neither an address nor a block is rejected, so that a typo trusts nobody", () => {
    for (const entry of ["", "x", "300.1.1.1", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/8/8", "::/129"])
      expect(() => trustedProxies([entry])).toThrow();
  });
});
