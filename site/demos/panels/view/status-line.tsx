import type { ComponentChildren } from "preact";
import { formatAge } from "../../shared/instruments/format.ts";
import type { OpenInstrument } from "../net/open-instrument.ts";
import { staleFor } from "./measured.tsx";

interface StatusLineProps {
  readonly instrument: OpenInstrument;
  /** By performance.now(). */
  readonly now: number;
  readonly children: ComponentChildren;
}

/** The upper edge of a screen: states, and whether what it shows is fresh. */
export function StatusLine({ instrument, now, children }: StatusLineProps) {
  const announced = instrument.announced.value;
  const stale = staleFor(instrument, now);
  const isGone = !announced || announced.isAway;
  return (
    <div class="status-line">
      {children}
      <span class="freshness">
        {isGone ? <strong class="offline">Offline</strong> : null}
        {stale === undefined ? null : `last reading ${formatAge(Math.floor(stale / 1_000) * 1_000)} ago`}
      </span>
    </div>
  );
}
