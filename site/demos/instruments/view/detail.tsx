import { useEffect, useRef, useState } from "preact/hooks";
import { formatAge, formatText } from "../../shared/instruments/format.ts";
import { type Span, trendsCsv } from "../net/export.ts";
import type { Wall } from "../net/wall.ts";
import type { WallInstrument } from "../net/wall-instrument.ts";
import type { ListedAlarm } from "../rules/alarm-book.ts";
import { type Calibration, calibrationAt } from "../rules/calibration.ts";
import type { Channel } from "../rules/channel.ts";
import { clockText, stateOf } from "./alarm-list.tsx";
import { drawBar, drawTrend } from "./draw-channel.ts";
import { stateText } from "./field.tsx";
import { Mark } from "./mark.tsx";
import { followPalette, type Palette } from "./palette.ts";
import { fileName, saveText } from "./save.ts";

/** How often the details are drawn, ms. */
const DRAW = 100;
const WRITE = 250;

const CALIBRATIONS: Readonly<Record<Calibration, string>> = {
  unknown: "not stated",
  valid: "valid",
  soon: "due soon",
  overdue: "overdue",
};

/** Lowest and highest value of a trend. */
function extremes(channel: Channel, span: Span, now: number): string {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  channel[span].each(now, (_, least, most) => {
    low = Math.min(low, least);
    high = Math.max(high, most);
  });
  return low > high ? "no values" : `${channel.textOf(low)} to ${channel.textOf(high)}`;
}

interface BigChannelProps {
  readonly wall: Wall;
  readonly instrument: WallInstrument;
  readonly channel: Channel;
  readonly span: Span;
}

/** One quantity, large, with its trend. */
function BigChannel({ wall, instrument, channel, span }: BigChannelProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const digits = useRef<HTMLSpanElement>(null);
  const range = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    let palette: Palette | undefined;
    const unfollow = followPalette((next) => {
      palette = next;
    });
    let [request, drawnAt, writtenAt] = [0, 0, 0];
    const frame = () => {
      request = requestAnimationFrame(frame);
      const now = wall.now();
      if (now - writtenAt > WRITE && digits.current && range.current) {
        writtenAt = now;
        digits.current.textContent = channel.text;
        range.current.textContent = `${extremes(channel, span, now)} in the last ${span}`;
      }
      if (now - drawnAt < DRAW || !canvas.current || !palette) return;
      drawnAt = now;
      drawBig(canvas.current, channel, { span, palette, isOld: instrument.liveness !== "live", now });
    };
    frame();
    return () => {
      cancelAnimationFrame(request);
      unfollow();
    };
  }, [wall, instrument, channel, span]);
  const { title, low, high } = channel.quantity;
  const limit = (value: number | undefined) => (value === undefined ? "none" : channel.textOf(value));
  return (
    <section class="big-channel">
      <h3>{title}</h3>
      <p class="inst-value big-value">
        <span ref={digits} />
      </p>
      <canvas ref={canvas} />
      <p class="small muted" ref={range} />
      {low === undefined && high === undefined ? null : (
        <p class="small muted">{`Normal: from ${limit(low)} to ${limit(high)}`}</p>
      )}
    </section>
  );
}

interface Drawing {
  readonly span: Span;
  readonly palette: Palette;
  readonly isOld: boolean;
  readonly now: number;
}

function drawBig(canvas: HTMLCanvasElement, channel: Channel, { span, palette, isOld, now }: Drawing): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = Math.min(2, devicePixelRatio);
  const context = canvas.getContext("2d");
  if (!context || width === 0) return;
  if (canvas.width !== Math.round(width * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const colors = { color: isOld ? palette.stale : palette.trace, band: palette.band };
  const trend = { quantity: channel.quantity, trend: channel[span] };
  drawTrend(context, { x: 1, y: 2, width: width - 2, height: height - 22 }, trend, colors, now);
  drawBar(context, { x: 1, y: height - 12, width: width - 2, height: 6 }, channel, palette, isOld);
}

function Facts({ wall, instrument }: { readonly wall: Wall; readonly instrument: WallInstrument }) {
  const { announcement, received, missed, ignored, interval, status, lastAt, settings } = instrument;
  const calibration = calibrationAt(wall.connection.now(), announcement.due);
  const facts: readonly (readonly [string, string])[] = [
    ["State", stateText(instrument) || "online"],
    ["Last reading", lastAt === undefined ? "none" : `${formatAge(wall.now() - lastAt)} ago`],
    ["Status", status.join(", ") || "–"],
    ["Readings", `${received}, ${missed} missed, ${ignored} ignored`],
    ["Interval", formatText(interval / 1_000, "s", 3)],
    ["Maker", `${announcement.maker} ${announcement.model}`],
    ["Serial number", announcement.serial],
    ["Firmware", announcement.firmware],
    ["Calibrated", announcement.calibrated ?? "not stated"],
    ["Calibration due", `${announcement.due ?? ""} (${CALIBRATIONS[calibration]})`],
  ];
  const set = Object.entries(settings);
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {set.length > 0 ? (
        <details>
          <summary>{`Settings (${set.length})`}</summary>
          <dl class="facts">
            {set.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{typeof value === "boolean" ? (value ? "on" : "off") : String(value)}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </>
  );
}

interface DetailToolsProps extends Pick<DetailProps, "wall" | "instrument"> {
  readonly span: Span;
  readonly setSpan: (span: Span) => void;
}

/** What the trends show, and where else the instrument is. */
function DetailTools({ wall, instrument, span, setSpan }: DetailToolsProps) {
  const { id } = instrument;
  const save = () => saveText(fileName(`${id}-${span}`, wall.now()), trendsCsv([instrument], span, wall.now()));
  return (
    <div class="cluster">
      <button type="button" class="button small" aria-pressed={span === "minute"} onClick={() => setSpan("minute")}>
        Minute
      </button>
      <button type="button" class="button small" aria-pressed={span === "hour"} onClick={() => setSpan("hour")}>
        Hour
      </button>
      <button type="button" class="button small" onClick={save}>
        Export as CSV
      </button>
      <a class="button small" href={`/demos/panels?instrument=${id}`}>
        Front panel
      </a>
      {instrument.sendsWaveforms ? (
        <a class="button small" href={`/demos/oscilloscope?instrument=${id}`}>
          Oscilloscope
        </a>
      ) : null}
      {instrument.liveness === "offline" ? (
        <button type="button" class="button small danger" onClick={() => wall.forget(id)}>
          Remove from the wall
        </button>
      ) : null}
    </div>
  );
}

/** Its alarms that are not shelved. */
function DetailAlarms({ wall, alarms }: Pick<DetailProps, "wall" | "alarms">) {
  return (
    <>
      {alarms.map(({ key, priority, acknowledged, active, text, raisedAt }) => (
        <p key={key} class="detail-alarm">
          <Mark priority={priority} isFilled={!acknowledged} />
          <span>{`${text} (${clockText(raisedAt)}, ${stateOf({ active, acknowledged })})`}</span>
          {acknowledged ? null : (
            <button type="button" class="button small" onClick={() => wall.acknowledge([key])}>
              Acknowledge
            </button>
          )}
        </p>
      ))}
    </>
  );
}

interface DetailProps {
  readonly wall: Wall;
  readonly instrument: WallInstrument;
  readonly alarms: readonly ListedAlarm[];
  readonly close: () => void;
}

/** Everything about one instrument. */
export function Detail({ wall, instrument, alarms, close }: DetailProps) {
  const [span, setSpan] = useState<Span>("minute");
  const [, setTick] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [instrument.id]);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const { id, announcement, channels, marks } = instrument;
  return (
    <aside
      class="detail"
      aria-labelledby="detail-title"
      onKeyDown={({ key }) => {
        if (key === "Escape") close();
      }}
    >
      <header class="cluster apart">
        <h2 id="detail-title" ref={heading} tabIndex={-1}>
          <bdi>{announcement.title}</bdi>
        </h2>
        <button type="button" class="button small" onClick={close}>
          Close
        </button>
      </header>
      <p class="muted">
        {id} · {announcement.kind}
      </p>
      {marks.list.map(({ code, text }) => (
        <p key={code} class="doubt">
          {text}
        </p>
      ))}
      <DetailAlarms wall={wall} alarms={alarms} />
      <DetailTools {...{ wall, instrument, span, setSpan }} />
      {channels.map((channel) => (
        <BigChannel key={channel.name} wall={wall} instrument={instrument} channel={channel} span={span} />
      ))}
      <Facts wall={wall} instrument={instrument} />
    </aside>
  );
}
