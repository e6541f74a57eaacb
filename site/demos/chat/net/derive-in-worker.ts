import argonWorker from "./argon-wasm.ts?worker";
import type { DeriveKey } from "./keys.ts";

/** Argon2id in a worker, which ends afterwards and gives its memory back. */
export const deriveInWorker: DeriveKey = (phrase, salt) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(argonWorker, { type: "module" });
    const done = () => worker.terminate();
    worker.addEventListener(
      "message",
      ({ data }: MessageEvent<{ readonly key?: unknown; readonly error?: unknown }>) => {
        done();
        if (data.key instanceof Uint8Array) resolve(data.key);
        else reject(new Error(`The key could not be made from the passphrase: ${data.error}`));
      },
    );
    worker.addEventListener("error", ({ message }) => {
      done();
      reject(new Error(`This browser cannot make a key from a passphrase (WebAssembly): ${message}`));
    });
    worker.postMessage({ phrase, salt });
  });
