import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { readCertificate } from "../../src/start/certificate.ts";

const pem = (name: string) => join(import.meta.dir, "pem", name);

describe("certificate and key", () => {
  test("a matching pair is read", () => {
    const { cert, key } = readCertificate(pem("one.crt"), pem("one.key"));
    expect(cert).toStartWith("-----BEGIN CERTIFICATE-----");
    expect(key).toStartWith("-----BEGIN PRIVATE KEY-----");
  });

  test("a key of another certificate is refused", () => {
    expect(() => readCertificate(pem("one.crt"), pem("two.key"))).toThrow(
      `key ${pem("two.key")} does not match certificate ${pem("one.crt")}`,
    );
  });

  test("swapped files are rejected, each by its name", () => {
    expect(() => readCertificate(pem("one.key"), pem("one.crt"))).toThrow(
      `certificate ${pem("one.key")} cannot be used: use a certificate in PEM form`,
    );
    expect(() => readCertificate(pem("one.crt"), pem("one.crt"))).toThrow(
      `key ${pem("one.crt")} cannot be used: use a private key in PEM format without a passphrase`,
    );
  });

  test("a missing file is refused", () => {
    expect(() => readCertificate(pem("none.crt"), pem("one.key"))).toThrow(
      `certificate ${pem("none.crt")} cannot be read: no such file or folder`,
    );
  });
});
