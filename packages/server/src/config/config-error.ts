/** A setting or surrounding that stops the start; the message is one line for the person who runs the server. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
