import { createSHA256 } from "hash-wasm";
import type { Bytes } from "./bytes.ts";
import type { CreateHasher } from "./storage.ts";

/** SHA-256 in WebAssembly, whose state takes 116 bytes. In a page, only its worker may run it. */
export const createWasmHasher: CreateHasher = async (state) => {
  const hasher = await createSHA256();
  if (state) hasher.load(state);
  else hasher.init();
  return {
    update(bytes: Bytes) {
      hasher.update(bytes);
    },
    save: () => Uint8Array.from(hasher.save()),
    digest: () => Uint8Array.from(hasher.digest("binary")),
  };
};
