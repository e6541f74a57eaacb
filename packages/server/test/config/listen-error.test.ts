import { describe, expect, test } from "bun:test";
import { listenError } from "../../src/start/listen-error.ts";

const at = { host: "192.0.2.1", port: 443, flag: "--tls-port" };
const failure = (code: string) => Object.assign(new Error(`${code}:\n  something`), { code });

describe("a port that cannot be opened", () => {
  test.each([
    ["EADDRINUSE", "port 443 is in use by another program; stop it or choose another with --tls-port"],
    [
      "EADDRNOTAVAIL",
      "192.0.2.1 is not an address of this machine; choose one of its addresses with --host, or 0.0.0.0 for all",
    ],
    [
      "EINVAL",
      "192.0.2.1 is not an address of this machine; choose one of its addresses with --host, or 0.0.0.0 for all",
    ],
    ["EACCES", "port 443 requires more privileges than this user has; choose one above 1023 with --tls-port"],
    ["EWHAT", "cannot listen on 192.0.2.1, port 443: EWHAT: something"],
  ])("%s is explained with advice, on one line", (code, message) => {
    expect(listenError(failure(code), at).message).toBe(message);
  });

  test.each(["ENOENT", "ENOTFOUND", "EWHAT"])("a host name that does not resolve, as %s", (code) => {
    expect(listenError(failure(code), { ...at, host: "nowhere.invalid" }).message).toBe(
      "nowhere.invalid is not an address of this machine; choose one of its addresses with --host, or 0.0.0.0 for all",
    );
  });
});
