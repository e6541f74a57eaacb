import { ConfigError, options } from "@achex/server/config";
import { loadConfig, serve } from "@achex/server/main";
import { version } from "@achex/server/version";
import { Command } from "commander";

const program = new Command("achex").description("The WebSocket relay that just works").version(version);
const serveCommand = program
  .command("serve")
  .description("run the relay")
  .option("--config <FILE>", "settings in TOML or JSON");
for (const { name, placeholder, help } of Object.values(options)) {
  serveCommand.option(`--${name} <${placeholder}>`, help);
}
serveCommand.action(async (flags) => {
  const { config, ...rest } = flags;
  const settings = Object.fromEntries(
    Object.entries(rest).map(([k, v]) => [k.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`), v]),
  );
  process.exit(await serve(loadConfig(settings, config)));
});
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`achex: ${error.message}`);
  process.exit(1);
}
