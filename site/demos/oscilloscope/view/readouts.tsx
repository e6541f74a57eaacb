import { formatText, NO_VALUE } from "../../shared/instruments/format.ts";
import { unitOf } from "../signal/mathematics.ts";
import { CursorReadout } from "./cursor-readout.tsx";
import { deviationOf } from "./generator-settings.ts";
import { levelText, ROWS, textOf } from "./measured.ts";
import type { Scope } from "./scope.ts";

/** One box for each channel and for mathematics: what is shown, in which scale. */
function Boxes({ scope }: { readonly scope: Scope }) {
  const { channels, math, fft } = scope.options.value;
  scope.source.settings.value;
  const axes = scope.axes();
  const toggle = (channel: number) => {
    const [one, other] = channels;
    scope.change({ channels: channel === 0 ? [!one, other] : [one, !other] });
  };
  return (
    <div class="scope-boxes">
      {axes.channels.map(({ range, centre }, channel) => (
        <button
          key={channel === 0 ? "one" : "two"}
          type="button"
          class={`scope-box channel-${channel + 1}`}
          aria-pressed={channels[channel]}
          onClick={() => toggle(channel)}
        >
          <b>{`CH${channel + 1}`}</b>
          <span class="inst-value">{`${formatText(range, "V", 3)}/div`}</span>
          <span class="inst-value">{`centre ${formatText(centre, "V", 3)}`}</span>
        </button>
      ))}
      {math.operation === "off" ? null : (
        <p class="scope-box math">
          <b>{math.operation === "fft" ? "FFT" : "Math"}</b>
          <span class="inst-value">
            {math.operation === "fft"
              ? `CH${fft.source + 1}, ${fft.scale} dB/div, top ${fft.top} dBV`
              : `${formatText(math.range, unitOf(math.operation), 3)}/div`}
          </span>
          <Peak scope={scope} />
        </p>
      )}
    </div>
  );
}

function Peak({ scope }: { readonly scope: Scope }) {
  const { peak } = scope.readout.value;
  if (scope.options.value.math.operation !== "fft") return null;
  return (
    <span class="inst-value" data-peak={peak?.frequency ?? ""} data-level={peak?.level ?? ""}>
      {peak ? `peak ${formatText(peak.frequency, "Hz", 4)}, ${levelText(peak.level)}` : NO_VALUE}
    </span>
  );
}

/** The measurements as a table, which screen readers read by row and column. */
function Table({ scope }: { readonly scope: Scope }) {
  const { channels } = scope.readout.value;
  const settings = scope.source.settings.value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on phones, so the keyboard must reach it.
    <section class="scope-measurements" tabIndex={0} aria-label="Measurements">
      <table>
        <caption class="visually-hidden">Measurements</caption>
        <thead>
          <tr>
            <th scope="col">Measured</th>
            {ROWS.map(({ key, title }) => (
              <th key={key} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {channels.map((measured, channel) => (
            <tr key={channel === 0 ? "one" : "two"} class={`channel-${channel + 1}`}>
              <th scope="row">{`CH${channel + 1}`}</th>
              {ROWS.map((row) => {
                const deviation = deviationOf(row.key, measured, settings, channel);
                return (
                  <td key={row.key} class="inst-value" data-measured={`${row.key}-${channel + 1}`}>
                    {textOf(row, measured)}
                    {deviation === undefined ? null : (
                      <small title="Compared with the setting of the generator">{deviation}</small>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What is written below the screen. */
export const Readouts = ({ scope }: { readonly scope: Scope }) => (
  <>
    <Boxes scope={scope} />
    <CursorReadout scope={scope} />
    <Table scope={scope} />
  </>
);
