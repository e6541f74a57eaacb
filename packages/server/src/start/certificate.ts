import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError } from "../config/layers.ts";
import { failureText } from "../log/log-text.ts";

export interface Certificate {
  /** Both in PEM. */
  readonly cert: string;
  readonly key: string;
}

interface PemKind<Result> {
  readonly what: string;
  readonly parse: (text: string) => Result;
  /** Advice for the operator when `parse` throws. */
  readonly advice: string;
}

function readPem<Result>(file: string, { what, parse, advice }: PemKind<Result>): { text: string; parsed: Result } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`${what} ${file} cannot be read: ${failureText(error)}`);
  }
  try {
    return { text, parsed: parse(text) };
  } catch {
    throw new ConfigError(`${what} ${file} cannot be used: ${advice}`);
  }
}

/** Reads a certificate and its key, and checks that they belong together. Throws ConfigError. */
export function readCertificate(certFile: string, keyFile: string): Certificate {
  const cert = readPem(certFile, {
    what: "certificate",
    parse: (text) => new X509Certificate(text),
    advice: "use a certificate in PEM format, which begins with -----BEGIN CERTIFICATE-----",
  });
  const key = readPem(keyFile, {
    what: "key",
    parse: (text) => createPrivateKey(text),
    advice: "use a private key in PEM format without a passphrase",
  });
  if (!cert.parsed.checkPrivateKey(key.parsed)) {
    throw new ConfigError(`key ${keyFile} does not match certificate ${certFile}; use a certificate and its own key`);
  }
  return { cert: cert.text, key: key.text };
}
