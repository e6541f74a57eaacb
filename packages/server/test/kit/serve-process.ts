// Run by restarting-relay.ts: a relay as the command runs it, with the settings given as JSON; signals stop it.
import { createConfig } from "../../src/config/config.ts";
import { noAssets } from "../../src/http/assets.ts";
import { serve } from "../../src/main.ts";

const origin = (name: string) => `test setting ${name}`;
const settings = JSON.parse(process.argv[2] ?? "{}");
const config = createConfig([{ origin, settings }]);
await serve({ config, settings }, { colours: false, assets: noAssets, command: [] });
process.exit(0);
