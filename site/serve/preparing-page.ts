import type { Asset } from "@achex/server/assets";
import { contentHash, contentTypes, encodeText } from "../pipeline/site-file.ts";

const TEXT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="1">
<title>Preparing this page · Achex</title>
<h1>Preparing this page</h1>
<p>This relay has just been started for the first time, and is still building its pages. This one appears in a moment.</p>
<p>The relay itself is ready: programs can connect.</p>
</html>
`;

/** Shown instead of a page whose build takes too long to keep the reader waiting. It reloads automatically. */
export const preparingPage: Asset = {
  type: contentTypes.page,
  hash: contentHash(TEXT),
  body: encodeText(TEXT),
  encodings: [],
  immutable: false,
  shared: false,
  status: 503,
  retryAfter: 1,
};
