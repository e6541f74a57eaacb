// Run by restarting-relay.ts: a relay as the command runs it, with the settings given as JSON; signals stop it.
import { createConfig } from "../../src/config/config.ts";
import { noAssets } from "../../src/http/assets.ts";
import { serve } from "../../src/main.ts";

const origin = (name: string) => `test setting ${name}`;
const config = createConfig([{ origin, settings: JSON.parse(process.argv[2] ?? "{}") }]);
await serve(config, { colours: false, assets: noAssets });
process.exit(0);
