import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError } from "../config/config-error.ts";
import { failureText } from "../log/failure-text.ts";

export interface Certificate {
  /** Both in PEM. */
  readonly cert: string;
  readonly key: string;
}

interface Kind<Result> {
  readonly what: string;
  readonly use: (text: string) => Result;
  /** Said when `use` throws. */
  readonly wanted: string;
}

function read<Result>(file: string, { what, use, wanted }: Kind<Result>): { text: string; parsed: Result } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`${what} ${file} cannot be read: ${failureText(error)}`);
  }
  try {
    return { text, parsed: use(text) };
  } catch {
    throw new ConfigError(`${what} ${file} cannot be used: ${wanted}`);
  }
}

/** Reads a certificate and its key, and checks that they belong together. Throws ConfigError. */
export function readCertificate(certFile: string, keyFile: string): Certificate {
  const cert = read(certFile, {
    what: "certificate",
    use: (text) => new X509Certificate(text),
    wanted: "give a certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----",
  });
  const key = read(keyFile, {
    what: "key",
    use: (text) => createPrivateKey(text),
    wanted: "give a private key in PEM form that no passphrase protects",
  });
  if (!cert.parsed.checkPrivateKey(key.parsed)) {
    throw new ConfigError(
      `key ${keyFile} does not belong to certificate ${certFile}; give the pair that was made together`,
    );
  }
  return { cert: cert.text, key: key.text };
}
