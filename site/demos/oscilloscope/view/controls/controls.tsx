import { useEffect } from "preact/hooks";
import type { ScopeApp } from "../../app.ts";
import type { Scope } from "../scope.ts";
import { Generator, Horizontal, pressed, RunKeys, Trigger, Vertical } from "./capture.tsx";
import { Cursors, Display, Mathematics, References, Save } from "./viewing.tsx";

/** Whether a key was meant for what has the focus. */
const isForFocus = ({ target, key }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  (target.matches("input, textarea, select") || (key === " " && target.matches("button, summary, a")));

/** Keys and knobs beside the screen: first what everybody shares, then what is one's own. */
export function Controls({ app, scope }: { readonly app: ScopeApp; readonly scope: Scope }) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isForFocus(event)) return;
      if (pressed(scope, event.key.toLowerCase())) event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [scope]);
  return (
    <div class="scope-controls">
      <section class="scope-panel" aria-label="Capture, the same for everybody">
        <RunKeys scope={scope} />
        <Vertical scope={scope} />
        <Horizontal scope={scope} />
        <Trigger scope={scope} />
      </section>
      <section class="scope-panel" aria-label="View, your own">
        <Display scope={scope} />
        <Mathematics scope={scope} />
        <Cursors scope={scope} />
        <References scope={scope} />
        <Save app={app} scope={scope} />
      </section>
      <section class="scope-panel" aria-label="Outputs">
        <Generator scope={scope} />
      </section>
    </div>
  );
}
