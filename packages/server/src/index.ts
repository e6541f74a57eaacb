export type { Asset, Assets, Encoding } from "./assets.ts";
export { type Config, ConfigError, createConfig } from "./config.ts";
export { createRelay, type Relay } from "./relay.ts";
