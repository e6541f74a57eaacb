import type { ComponentChildren } from "preact";

interface KeyProps {
  readonly children: ComponentChildren;
  /** A key that stays on is lit; undefined for one that only does something. */
  readonly isOn?: boolean;
  /** It is on its way to the instrument. */
  readonly isPending?: boolean;
  readonly isLocked?: boolean;
  /** Its name, if the face does not say it. */
  readonly label?: string;
  readonly tone?: "output" | "alarm";
  readonly onPress: () => void;
}

/** A key of a front panel. One that is locked can be pressed, and the page says who is in control. */
export function Key({ children, isOn, isPending = false, isLocked = false, label, tone, onPress }: KeyProps) {
  const classes = ["key", tone ?? "", isPending ? "pending" : "", isLocked ? "locked" : ""];
  return (
    <button
      type="button"
      class={classes.filter((one) => one !== "").join(" ")}
      aria-pressed={isOn}
      aria-label={label}
      aria-disabled={isLocked || undefined}
      onClick={onPress}
    >
      <span>{children}</span>
      {isOn === undefined ? null : <i class="key-lamp" aria-hidden="true" />}
    </button>
  );
}

interface KeyGroupProps {
  readonly legend: string;
  readonly children: ComponentChildren;
  readonly kind?: string;
}

/** Keys that belong together, with an engraved name. */
export const KeyGroup = ({ legend, children, kind = "" }: KeyGroupProps) => (
  <fieldset class={`key-group ${kind}`.trim()}>
    <legend>{legend}</legend>
    {children}
  </fieldset>
);
