// A worker: makes a key of a passphrase. Its response alone may compile WebAssembly.
import { argon2id } from "hash-wasm";

interface Request {
  readonly phrase: string;
  readonly salt: Uint8Array;
}

addEventListener("message", async ({ data }: MessageEvent<Request>) => {
  const { phrase, salt } = data;
  try {
    // 64 MiB and three passes: a third of a second here, and for everybody who tries to guess.
    const key = await argon2id({
      ...{ password: phrase.normalize("NFKC"), salt, memorySize: 65_536, iterations: 3, parallelism: 1 },
      ...{ hashLength: 32, outputType: "binary" },
    });
    postMessage({ key });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
