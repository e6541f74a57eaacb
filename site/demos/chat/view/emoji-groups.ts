// Runs when the site is built.
import data from "unicode-emoji-json/data-by-group.json";

/** All emoji with their names, without the variants of skin colours, as text: `name\temoji name\temoji name`. */
export const emojiGroups = (): string[] =>
  data.map(({ name, emojis }) => [name, ...emojis.map((one) => `${one.emoji} ${one.name}`)].join("\t"));
