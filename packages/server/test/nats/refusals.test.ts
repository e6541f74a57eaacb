import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nkeys } from "@nats-io/transport-node";
import { ConfigError, type Settings } from "../../src/config/config.ts";
import { type NatsServer, startNats } from "../kit/nats-server.ts";
import { startServer } from "../kit/server.ts";

const PEM = join(import.meta.dir, "../config/pem");

/** Why a relay does not start, without the beginning that says where NATS is and which data folder it has. */
async function refusal(settings: Settings): Promise<string> {
  try {
    const server = await startServer({ node: "n1", ...settings });
    await server.stop();
    return "it started";
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toContain("secret");
    expect(error.message).not.toContain("\n");
    return error.message.replace(/^the cluster at .* cannot be joined \(data folder [^)]*\): /, "");
  }
}

interface Configured extends AsyncDisposable {
  readonly nats: NatsServer;
  readonly folder: string;
  /** The address with what comes before the host. */
  at(login: string, scheme?: string): string;
}

async function configured(configuration: string): Promise<Configured> {
  const folder = mkdtempSync(join(tmpdir(), "achex-nats-"));
  const file = join(folder, "nats.conf");
  writeFileSync(file, configuration);
  const nats = await startNats("-c", file);
  const { host } = new URL(nats.url);
  return {
    nats,
    folder,
    at: (login, scheme = "nats") => `${scheme}://${login}${host}`,
    async [Symbol.asyncDispose]() {
      await nats[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe("a relay logs in to NATS, or says in one line why it cannot and what to do", () => {
  test("user and password", async () => {
    await using server = await configured("authorization { user: relay, password: secret }");
    expect(await refusal({ cluster: server.at("relay:secret@") })).toBe("it started");
    const wrong = "NATS rejects the user and password; correct those in --cluster";
    expect(await refusal({ cluster: server.at("relay:secretly@") })).toBe(wrong);
    expect(await refusal({ cluster: server.at("") })).toStartWith("NATS requires a login; write nats://user:");
    expect(await refusal({ cluster: server.at("secret@") })).toStartWith("NATS rejects the token; ");
  }, 60_000);

  test("token", async () => {
    await using server = await configured("authorization { token: secret }");
    expect(await refusal({ cluster: server.at("secret@") })).toBe("it started");
    expect(await refusal({ cluster: server.at("other@") })).toStartWith("NATS rejects the token; ");
  }, 60_000);

  test("nkey", async () => {
    const [own, other] = [nkeys.createUser(), nkeys.createUser()];
    await using server = await configured(`authorization { users: [ { nkey: ${own.getPublicKey()} } ] }`);
    const seedFile = (name: string, seed: Uint8Array | string): string => {
      const path = join(server.folder, name);
      writeFileSync(path, seed);
      return path;
    };
    const by = (path: string) => refusal({ cluster: server.at(""), "cluster-nkey": path });
    expect(await by(seedFile("own", own.getSeed()))).toBe("it started");
    expect(await by(seedFile("other", other.getSeed()))).toStartWith("NATS rejects the nkey; ");
    expect(await by(seedFile("none", "no seed"))).toContain("does not have the seed of an nkey");
    expect(await by(join(server.folder, "missing"))).toMatch(/^cluster-nkey: .*missing cannot be read: no such file/);
  }, 60_000);

  test("TLS with an authority of one's own", async () => {
    const tls = `tls { cert_file: "${PEM}/one.crt", key_file: "${PEM}/one.key" }`;
    await using server = await configured(tls);
    const by = (ca: string, scheme?: string) => refusal({ cluster: server.at("", scheme), "cluster-ca": ca });
    expect(await by(`${PEM}/one.crt`)).toBe("it started");
    expect(await by(`${PEM}/one.crt`, "tls")).toBe("it started");
    expect(await by(`${PEM}/two.crt`)).toBe("the certificate of NATS is not from the authority of --cluster-ca");
    expect(await by(`${PEM}/one.key`)).toMatch(/^cluster-ca: .*one.key does not have a cert/);
    const untrusted = "the certificate of NATS is not trusted; name its authority with --cluster-ca";
    expect(await refusal({ cluster: server.at("", "tls") })).toBe(untrusted);
    expect(await refusal({ cluster: server.at("") })).toBe(untrusted);
    await using plain = await startNats();
    const { host } = new URL(plain.url);
    expect(await refusal({ cluster: `tls://${host}` })).toStartWith("NATS does not use TLS; write nats://");
  }, 60_000);

  test("of several servers one suffices, also the last", async () => {
    await using nats = await startNats();
    expect(await refusal({ cluster: `nats://127.0.0.1:1,${nats.url}` })).toBe("it started");
  }, 60_000);

  test("NATS without permissions", async () => {
    await using without = await configured(
      "authorization { users: [ { user: a, password: b, permissions: { publish: x } } ] }",
    );
    expect(await refusal({ cluster: without.at("a:b@") })).toContain(
      "has not the permissions of docs/scaling.md#set-it-up",
    );
  }, 60_000);
});
