import { describe, expect, test } from "bun:test";
import { ConfigError, createConfig, options, type Settings } from "../../src/config/config.ts";
import { environmentLayer, type Layer } from "../../src/config/layers.ts";
import { limitDefinitions } from "../../src/config/limits.ts";

const flags = (settings: Settings): Layer => ({ origin: (name) => `--${name}`, settings });
const file = (settings: Settings): Layer => ({ origin: (name) => `achex.toml, key ${name}`, settings });
const environment = (variables: Record<string, string | undefined>): Layer => environmentLayer(variables, options);

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("configuration: every option by flag, environment and file", () => {
  test("without settings every option has its default", () => {
    const config = createConfig();
    const { limits, ...others } = config;
    expect(Object.keys({ ...others, ...limits })).toHaveLength(options.length);
    expect(config).toMatchObject({
      port: 4010,
      host: "127.0.0.1",
      data: "./data",
      auth: "open",
      limits: { frameBytes: 1_048_576 },
    });
    expect(config.cloudPort).toBeUndefined();
  });

  test("names are unique, and each default is defaultText", () => {
    expect(new Set(options.map(({ name }) => name)).size).toBe(options.length);
    for (const { fallback, defaultText } of options)
      expect(defaultText === "none").toBe(fallback === undefined || String(fallback) === "");
  });

  test("each default with its own text is an allowed value of its option", () => {
    for (const { parse, defaultText, fallback, placeholder } of options) {
      if (defaultText === "none") continue;
      expect(parse(placeholder === "SECONDS" ? defaultText.replace(" s", "") : defaultText)).toEqual(fallback);
    }
  });

  test("a flag takes precedence over the environment, and that over the file", () => {
    const port = (...layers: Layer[]) => createConfig(layers).port;
    const [flag, variable, key] = [flags({ port: "1" }), environment({ ACHEX_PORT: "2" }), file({ port: 3 })];
    expect([port(flag, variable, key), port(variable, key), port(key)]).toEqual([1, 2, 3]);
  });

  test("each layer provides the settings that earlier ones do not", () => {
    const config = createConfig([flags({ port: "1" }), environment({ ACHEX_HOST: "::" }), file({ auth: "claim" })]);
    expect(config).toMatchObject({ port: 1, host: "::", auth: "claim" });
  });

  // Rules have tests of their own.
  const simple = options.filter(({ fromTable }) => !fromTable);
  test.each(simple.map(({ name, placeholder }) => [name, placeholder] as const))(
    "%s comes from its environment variable",
    (name, placeholder) => {
      const files = { FILE: "x", FOLDER: "x" };
      const samples: Record<string, string> = { ADDRESS: "10.0.0.1", ORIGIN: "http://a", URL: "nats://a", ...files };
      const text = samples[placeholder] ?? placeholder.split("|").at(-1) ?? "";
      const value = /^[A-Z]+$/.test(text) ? "77" : text;
      const variable = `ACHEX_${name.toUpperCase().replaceAll("-", "_")}`;
      const pair = name.startsWith("tls-") ? { ACHEX_TLS_CERT: "x", ACHEX_TLS_KEY: "x" } : {};
      const node = name === "cluster" ? { ACHEX_NODE: "n1" } : {};
      const key = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
      const config = createConfig([environment({ ...pair, ...node, [variable]: value })]);
      const limit = [...limitDefinitions].find(([, { option }]) => option.name === name)?.[0];
      const given = new Map(Object.entries<unknown>({ ...config, ...config.limits })).get(limit ?? key);
      expect([given].flat().map(String)).toEqual([value]);
    },
  );

  test("an empty environment variable counts as not set; other variables are ignored", () => {
    expect(
      createConfig([environment({ ACHEX_PORT: "", PORT: "1", ACHEX_PASSWORD: "x", ACHEX_CONFIG: "y" })]).port,
    ).toBe(4010);
  });
});

describe("configuration: errors name the key and the allowed values", () => {
  test("an unknown environment variable, with the nearest one", () => {
    expect(refusal(() => environment({ ACHEX_PROT: "1" }))).toBe(
      "environment variable ACHEX_PROT is not a setting; did you mean ACHEX_PORT?",
    );
  });

  test("an unknown key in a file, with the nearest one", () => {
    expect(refusal(() => createConfig([file({ "max-frames": 1 })]))).toBe(
      "achex.toml, key max-frames is not a setting; did you mean max-frame?",
    );
    expect(refusal(() => createConfig([file({ "MAX-FRAMES": 1 })]))).toContain("did you mean max-frame?");
  });

  test("an unknown key that is similar to none, with all of them", () => {
    const said = refusal(() => createConfig([file({ wibblewobble: 1 })]));
    expect(said).toStartWith("achex.toml, key wibblewobble is not a setting; the settings are port, host, ");
    for (const { name } of options) expect(said).toContain(name);
  });

  test("keys that every object has are not settings", () => {
    for (const key of ["__proto__", "constructor", "toString"]) {
      const settings: Settings = JSON.parse(`{"${key}":1}`);
      expect(refusal(() => createConfig([file(settings)]))).toContain(`key ${key} is not a setting`);
    }
  });

  test.each([
    [
      flags({ port: "4010x" }),
      '--port: "4010x" is not allowed; use a port number from 0 to 65535; 0 uses any free port',
    ],
    [flags({ port: "65536" }), '--port: "65536" is not allowed'],
    [environment({ ACHEX_PORT: "-1" }), 'ACHEX_PORT: "-1" is not allowed; use a port number'],
    [file({ port: 40.5 }), "achex.toml, key port: 40.5 is not allowed; use a port number"],
    [file({ port: true }), "achex.toml, key port: true is not allowed"],
    [file({ port: null }), "achex.toml, key port: null is not allowed"],
    [file({ port: ["1", "2"] }), 'achex.toml, key port: ["1","2"] is not allowed'],
    [flags({ auth: "Open" }), '--auth: "Open" is not allowed; use one of open, claim, accounts'],
    [environment({ ACHEX_LOG: "xml" }), 'ACHEX_LOG: "xml" is not allowed; use one of pretty, json'],
    [file({ "max-frame": "1.5MiB" }), 'achex.toml, key max-frame: "1.5MiB" is not allowed; use a number of bytes'],
    [flags({ "max-frame": "2GiB" }), '--max-frame: "2GiB" is not allowed; use a number of bytes below 2 GiB'],
    [flags({ "ping-after": "25s" }), '--ping-after: "25s" is not allowed; use a whole number of seconds'],
    [flags({ host: " " }), '--host: " " is not allowed; use a non-empty value'],
    [flags({ origins: "https://a.example/x" }), '--origins: "https://a.example/x" is not allowed; use origins such as'],
    [flags({ reserve: [], "trust-proxy": ["10.0.0.0/8", "x"] }), '--trust-proxy: "10.0.0.0/8,x" is not allowed'],
    [flags({ "trust-proxy": "10.0.0.0/33" }), '--trust-proxy: "10.0.0.0/33" is not allowed; use IP addresses or CIDR'],
    [flags({ cluster: "nats://a" }), "--cluster needs --node, a name that no other relay of the cluster has"],
    [flags({ "tls-cert": "a.pem" }), "tls-cert and tls-key must be set together: set both or neither"],
    [flags({ "cloud-port": "4010" }), "port and cloud-port are both 4010; use a different port for each"],
  ])("%#: a bad value", (layer, message) => {
    const said = refusal(() => createConfig([layer]));
    expect(said).toStartWith(message);
    expect(said).not.toContain("\n");
  });

  test("a bad value with lower precedence does no harm", () => {
    expect(createConfig([flags({ port: "1" }), file({ port: "x" })]).port).toBe(1);
  });

  test("free ports never conflict", () => {
    expect(createConfig([flags({ port: "0", "cloud-port": "0" })])).toMatchObject({ port: 0, cloudPort: 0 });
  });
});

test("R162 nothing a URL of NATS says can leave its subject", () => {
  const config = createConfig([flags({ cluster: "nats://user:secret@a:4222,tls://b", node: "n-1" })]);
  expect(config.cluster).toEqual(["nats://user:secret@a:4222", "tls://b"]);
  for (const cluster of ["http://a", "nats://", "nats://a/x", "nats://a?x", "a"])
    expect(refusal(() => createConfig([flags({ cluster, node: "n" })]))).toContain(
      "addresses such as nats://host:4222",
    );
  for (const word of ["", "a.b", "*", ">", "a b", "x".repeat(65)]) {
    expect(refusal(() => createConfig([flags({ node: word })]))).toContain("1 to 64 letters");
    expect(refusal(() => createConfig([flags({ "cluster-name": word })]))).toContain("1 to 64 letters");
  }
});

test("R148 R167 a node of a cluster can keep messages and the state of rooms", () => {
  const settings = { cluster: "nats://a", node: "n" };
  for (const keep of ["hub:x state=only", "hub:x"])
    expect(createConfig([flags({ ...settings, keep })]).keep).toHaveLength(1);
});
