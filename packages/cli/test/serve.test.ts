import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestClient } from "../../server/test/kit/client.ts";
import { within } from "../../server/test/kit/wait.ts";
import { achex, start } from "./kit/achex.ts";
import { serve, temporaryFolder } from "./kit/serve.ts";

const PEM = join(import.meta.dir, "../../server/test/config/pem");
const tls = (cert: string, key: string) => ["--tls-cert", join(PEM, cert), "--tls-key", join(PEM, key)];

/** A start that must fail: its one line without `achex: `. */
async function refusal(args: readonly string[], surroundings: Parameters<typeof achex>[1] = {}): Promise<string> {
  const { code, out, err } = await achex(["serve", ...args], surroundings);
  expect([code, out]).toEqual([1, ""]);
  expect(err.indexOf("\n")).toBe(err.length - 1);
  expect(err).toStartWith("achex: ");
  return err.slice("achex: ".length, -1);
}

describe("achex serve: a start that cannot be says so in one line, exit code 1", () => {
  test("port taken", async () => {
    await using other = await serve();
    using folder = temporaryFolder();
    const port = other.classic.split(":")[1] ?? "";
    expect(await refusal(["--port", port, "--data", folder.path])).toBe(
      `port ${port} is in use by another program; stop it or choose another with --port`,
    );
    expect(await refusal(["--port", "0", "--cloud-port", port, "--data", folder.path])).toContain("with --cloud-port");
  });

  test("an address of another machine", async () => {
    using folder = temporaryFolder();
    expect(await refusal(["--host", "192.0.2.1", "--data", folder.path])).toContain(
      "192.0.2.1 is not an address of this machine",
    );
  });

  test("certificate missing, broken, or of another key", async () => {
    using folder = temporaryFolder();
    const common = ["--port", "0", "--tls-port", "0", "--data", folder.path];
    expect(await refusal([...common, ...tls("none.crt", "one.key")])).toContain("none.crt cannot be read: no such");
    expect(await refusal([...common, ...tls("one.key", "one.key")])).toContain("one.key cannot be used: use a cert");
    expect(await refusal([...common, ...tls("one.crt", "two.key")])).toContain("two.key does not match certificate");
  });

  test("data folder that cannot be made or written", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "file");
    writeFileSync(path, "");
    expect(await refusal(["--port", "0", "--data", path])).toBe(
      `data folder ${path} cannot be used: a file with that name exists`,
    );
    expect(await refusal(["--port", "0", "--data", join(path, "x")])).toContain("part of its path is a file");
  });

  test("config file missing or malformed, or with a bad key", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "achex.toml");
    expect(await refusal(["--config", path])).toBe(`config file ${path} cannot be read: no such file or folder`);
    writeFileSync(path, "port =");
    expect(await refusal(["--config", path])).toContain(`config file ${path} is not valid TOML: `);
    writeFileSync(path, "prot = 1");
    expect(await refusal([], { env: { ACHEX_CONFIG: path } })).toBe(
      `${path}, key prot is not a setting; did you mean port?`,
    );
    expect(await refusal([], { cwd: folder.path })).toBe("achex.toml, key prot is not a setting; did you mean port?");
  });

  test("a bad value by flag and by environment", async () => {
    expect(await refusal(["--auth", "maybe"])).toBe('--auth: "maybe" is not allowed; use one of open, claim, accounts');
    expect(await refusal([], { env: { ACHEX_MAX_FRAME: "lots" } })).toStartWith(
      'ACHEX_MAX_FRAME: "lots" is not allowed; ',
    );
    expect(await refusal([], { env: { ACHEX_PROT: "1" } })).toContain("did you mean ACHEX_PORT?");
  });
});

describe("achex serve: running", () => {
  test("flags, repeated ones too, outrank environment and file", async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "achex.toml"), 'port = 1\nauth = "claim"\nlog = "json"\n');
    const args = ["serve", "--port", "0", "--reserve", "a*", "--reserve", "b*", "--data", "here"];
    await using command = start(args, { cwd: folder.path, env: { ACHEX_HOST: "127.0.0.1", ACHEX_DATA: "/nowhere" } });
    const event: unknown = JSON.parse(await command.out.next("the listening event", 20_000));
    expect(event).toMatchObject({
      message: "listening",
      properties: { host: "127.0.0.1", auth: "claim", data: "here" },
    });
  });

  test("--log json: standard output is JSON lines from `listening` to `stopped`", async () => {
    const served = await serve("--max-sessions", "100");
    served.command.signal("SIGTERM");
    const { code, out, err } = await within("the server to stop", served.command.ended, 10_000);
    const events: { message: string }[] = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ message }) => message)).toEqual(["listening", "stopping", "stopped"]);
    expect([code, err]).toEqual([0, ""]);
    await served[Symbol.asyncDispose]();
  });

  test("pretty: where to go and what holds, without colours in a pipe", async () => {
    using folder = temporaryFolder();
    await using command = start(["serve", "--port", "0", "--data", folder.path]);
    let text = "";
    while (!text.includes("--host 0.0.0.0")) text += `${await command.out.next("the start text", 20_000)}\n`;
    expect(text).toMatch(/Website {2}http:\/\/localhost:\d+\/\n {2}Classic {2}ws:\/\/localhost:\d+\//);
    expect(text).toContain(`Data     ${folder.path}\n`);
    expect(text).toContain("Auth     open");
    expect(text).not.toContain("\u001b");
  });

  test("FORCE_COLOR colours a pipe, NO_COLOR wins", async () => {
    using folder = temporaryFolder();
    const args = ["serve", "--port", "0", "--data", folder.path];
    const third = async (env: Record<string, string>) => {
      await using command = start(args, { env });
      await command.out.next("an empty line", 20_000);
      return await command.out.next("the name", 20_000);
    };
    expect(await third({ FORCE_COLOR: "1" })).toContain("\u001b[");
    expect(await third({ FORCE_COLOR: "1", NO_COLOR: "1" })).not.toContain("\u001b[");
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s: sessions see 1001, exit code 0", async (signal) => {
    const served = await serve();
    const classic = await TestClient.classic(`ws://${served.classic}/`, "alice");
    const cloud = await TestClient.cloud(`ws://${served.cloud}/`, "bob");
    served.command.signal(signal);
    const closes = await within("the sessions to be closed", Promise.all([classic.closed, cloud.closed]));
    expect(closes.map(({ code }) => code)).toEqual([1001, 1001]);
    expect((await within("the server to stop", served.command.ended, 10_000)).code).toBe(0);
    await served[Symbol.asyncDispose]();
  });

  test("a second signal does not cut the drain short", async () => {
    const served = await serve();
    const client = await TestClient.classic(`ws://${served.classic}/`, "alice");
    served.command.signal("SIGTERM");
    served.command.signal("SIGTERM");
    served.command.signal("SIGINT");
    expect((await within("the session to be closed", client.closed)).code).toBe(1001);
    expect((await within("the server to stop", served.command.ended, 10_000)).code).toBe(0);
    await served[Symbol.asyncDispose]();
  });

  test("with a certificate: wss:// on its own port and the cloud port, plain on the main one", async () => {
    await using served = await serve("--tls-port", "0", ...tls("one.crt", "one.key"));
    const health = await fetch(`http://${served.classic}/health`);
    expect(health.status).toBe(200);
    const secure = await fetch(`https://${served.cloud}/health`, { tls: { ca: Bun.file(join(PEM, "one.crt")) } });
    expect(secure.status).toBe(200);
  });
});
