import type { AnyApp } from "../app/any.ts";
import { COLORS } from "../room/colors.ts";
import { NAME_LENGTH } from "../room/names.ts";

/** Name and colour. */
export function MySettings({ app }: { readonly app: AnyApp }) {
  const seated = app.room.value?.me.value;
  const chosen = seated?.color ?? app.color.value;
  return (
    <div class="my-settings stack">
      <label class="field">
        <span>Your name</span>
        <input
          value={app.name.value}
          maxLength={NAME_LENGTH}
          autocomplete="nickname"
          spellcheck={false}
          onChange={({ currentTarget }) => {
            app.setName(currentTarget.value);
            currentTarget.value = app.name.value;
          }}
        />
      </label>
      <fieldset class="swatches" aria-label="Your colour">
        {COLORS.map(({ name, hex, mark }, index) => (
          <label key={name} title={name}>
            <input
              type="radio"
              name="player-color"
              aria-label={name}
              checked={index === chosen}
              onChange={() => app.setColor(index)}
            />
            <span style={{ color: hex }} aria-hidden="true">
              {mark}
            </span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}
