import { type Bytes, base64Of, bytesFromBase64, type KnownSecret, type SecretStore } from "@achex/files";

const KEY = "achex.files.secrets";
const KEPT = 32;

interface Stored {
  readonly secret: string;
  readonly isVerified: boolean;
}

function isStored(value: unknown): value is Stored {
  return typeof value === "object" && value !== null && "secret" in value && "isVerified" in value;
}

/** Secrets shared with other devices, in the storage of this browser, so that a reload does not make strangers of two devices. */
export class BrowserSecrets implements SecretStore {
  list(): readonly KnownSecret[] {
    return this.#read().flatMap(({ secret, isVerified }) => {
      const bytes = bytesFromBase64(secret, 32);
      return bytes ? [{ secret: bytes, kind: "remembered" as const, isVerified: isVerified === true }] : [];
    });
  }

  remember(secret: Bytes, isVerified: boolean): void {
    const text = base64Of(secret);
    const others = this.#read().filter((one) => one.secret !== text);
    try {
      localStorage.setItem(KEY, JSON.stringify([{ secret: text, isVerified }, ...others].slice(0, KEPT)));
    } catch {
      // Without storage, devices are strangers again after a reload.
    }
  }

  #read(): readonly Stored[] {
    try {
      const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(list) ? list.filter(isStored) : [];
    } catch {
      return [];
    }
  }
}
