// The client library as a package, written to a file or as a folder; a relay serves the same file at /client.tgz.
//   node tools/bun.mjs tools/client-package.ts achex-client.tgz && npm install ./achex-client.tgz
import { join } from "node:path";
import { clientPackage, clientTarball } from "../site/pipeline/client-package.ts";

const [path] = process.argv.slice(2);
if (!path) throw new TypeError("Usage: client-package.ts FOLDER, or FILE.tgz");
if (path.endsWith(".tgz")) await Bun.write(path, await clientTarball());
else for (const [name, text] of await clientPackage()) await Bun.write(join(path, name), text);
