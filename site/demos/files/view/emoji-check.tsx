import type { Emoji } from "@achex/files";

/** Seven emoji that both people compare, each with its name. */
export const EmojiCheck = ({ emoji }: { readonly emoji: readonly Emoji[] }) => (
  <ul class="emoji-check" aria-label="Emoji to compare">
    {emoji.map(({ sign, name }, at) => (
      <li key={at}>
        <span aria-hidden="true">{sign}</span>
        {name}
      </li>
    ))}
  </ul>
);
