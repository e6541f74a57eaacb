import { useState } from "preact/hooks";

interface CodeFormProps {
  readonly label: string;
  /** On its button. */
  readonly action: string;
  readonly submit: (code: string) => void;
}

/** For a code that somebody reads from another screen. */
export function CodeForm({ label, action, submit }: CodeFormProps) {
  const [code, setCode] = useState("");
  return (
    <form
      class="join-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit(code);
      }}
    >
      <label class="field">
        <span>{label}</span>
        <input
          class="mono"
          value={code}
          maxLength={9}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder="K7BQ2"
          onInput={({ currentTarget }) => setCode(currentTarget.value)}
        />
      </label>
      <button type="submit" class="button">
        {action}
      </button>
    </form>
  );
}
