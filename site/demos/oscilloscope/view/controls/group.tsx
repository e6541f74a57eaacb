import type { ComponentChildren } from "preact";

interface GroupProps {
  readonly title: string;
  readonly kind?: string;
  readonly children: ComponentChildren;
}

/** Controls that belong together, with an engraved name. */
export const Group = ({ title, kind = "", children }: GroupProps) => (
  <fieldset class={`scope-group ${kind}`.trim()}>
    <legend>{title}</legend>
    {children}
  </fieldset>
);
