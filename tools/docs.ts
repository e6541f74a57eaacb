// Every generated document. npm run docs writes them; docs.test.ts checks that they are current.
import { join } from "node:path";
import { apiReference } from "./docs/api.ts";
import { clientGuide } from "./docs/client.ts";
import { errorsPage } from "./docs/errors.ts";
import { instrumentsDocument } from "./docs/instruments.ts";
import { operatingGuide } from "./docs/operating.ts";
import { protocolDocument } from "./docs/protocol.ts";

const root = join(import.meta.dir, "..");

/** By path from the root: the document as it should be, made from what it is; of most, only a section is generated. */
export const generatedDocuments: Readonly<Record<string, (current: string) => string | Promise<string>>> = {
  "PROTOCOL.md": protocolDocument,
  "docs/api.md": apiReference,
  "docs/client.md": clientGuide,
  "docs/errors.md": errorsPage,
  "docs/instruments.md": instrumentsDocument,
  "docs/operating.md": operatingGuide,
};

export const documentFile = (path: string) => Bun.file(join(root, path));

if (import.meta.main) {
  for (const [path, generate] of Object.entries(generatedDocuments)) {
    const file = documentFile(path);
    const current = await file.text();
    const generated = await generate(current);
    if (generated === current) continue;
    await file.write(generated);
    console.log(`written: ${path}`);
  }
}
