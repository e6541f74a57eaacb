import { formatText } from "../../../shared/instruments/format.ts";
import type { Scope, TriggerState } from "../scope.ts";

const MEANINGS: Readonly<Record<TriggerState, string>> = {
  "T'D": "triggered",
  WAIT: "waiting for a trigger",
  AUTO: "running without a trigger",
  STOP: "stopped",
  OFFLINE: "the instrument is offline",
};

/** The line above the screen: state of the trigger, time per division, trigger settings. */
export function StatusLine({ scope }: { readonly scope: Scope }) {
  const { settings } = scope.source;
  settings.value;
  const { state, averaged } = scope.readout.value;
  const { timebase, trigger } = scope.axes();
  const mode = String(settings.value["trigger-mode"] ?? "auto");
  return (
    <div class="scope-status inst-value">
      <strong class={`scope-state ${state === "T'D" ? "triggered" : state.toLowerCase()}`} title={MEANINGS[state]}>
        <span aria-hidden="true">{state}</span>
        <span class="visually-hidden">{`Trigger: ${MEANINGS[state]}`}</span>
      </strong>
      <span>{`${formatText(timebase, "s", 3)}/div`}</span>
      <span class="scope-trigger">
        {`CH${trigger.source + 1} ${trigger.slope === "rise" ? "rising" : "falling"} ${formatText(trigger.level, "V", 3)}, ${mode}`}
      </span>
      {averaged > 1 ? <span>{`mean of ${averaged}`}</span> : null}
    </div>
  );
}
