import { createHash, randomBytes } from "node:crypto";
import type { TokenSource } from "./tokens.ts";

const TOKEN_BYTES = 32;

export const tokenSource: TokenSource = {
  create: () => randomBytes(TOKEN_BYTES).toString("base64url"),
  digest: (token) => createHash("sha256").update(token).digest("base64url"),
};
