import { afterAll, afterEach, beforeAll } from "bun:test";
import type { Settings } from "../../src/config/config.ts";
import { TestClient } from "./client.ts";
import { startServer, type TestServer } from "./server.ts";

/** A relay for the tests of one file, with a bystander that must not be affected by them. */
export interface SharedServer {
  readonly server: TestServer;
  readonly port: number;
  readonly bystander: TestClient & { readonly id: number };
}

/** Must be called once at the top of a test file. After each test the bystander must still get replies, and nothing else. */
export function createSharedServer(settings: Settings = {}): SharedServer {
  let server: TestServer | undefined;
  let bystander: SharedServer["bystander"] | undefined;
  const present = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new Error("the server starts when the first test begins");
    return value;
  };
  beforeAll(async () => {
    server = await startServer(settings);
    bystander = await TestClient.classic(server.ws(), "bystander");
  });
  afterEach(() => bystander?.expectNothing());
  afterAll(async () => {
    bystander?.[Symbol.dispose]();
    await server?.stop();
  });
  return {
    get server() {
      return present(server);
    },
    get port() {
      return present(server).ports.main;
    },
    get bystander() {
      return present(bystander);
    },
  };
}
