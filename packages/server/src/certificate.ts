import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError } from "./config-error.ts";
import { failureText } from "./failure-text.ts";

export interface Certificate {
  /** Both in PEM. */
  readonly cert: string;
  readonly key: string;
}

function read<Result>(what: string, file: string, use: (text: string) => Result): { text: string; parsed: Result } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`${what} ${file} cannot be read: ${failureText(error)}`);
  }
  try {
    return { text, parsed: use(text) };
  } catch {
    throw new ConfigError(`${what} ${file} is not one in PEM form, unencrypted`);
  }
}

/** Reads a certificate and its key, and checks that they belong together. Throws ConfigError. */
export function readCertificate(certFile: string, keyFile: string): Certificate {
  const cert = read("certificate", certFile, (text) => new X509Certificate(text));
  const key = read("key", keyFile, (text) => createPrivateKey(text));
  if (!cert.parsed.checkPrivateKey(key.parsed)) {
    throw new ConfigError(
      `key ${keyFile} does not belong to certificate ${certFile}; give the pair that was made together`,
    );
  }
  return { cert: cert.text, key: key.text };
}
