import { useEffect, useRef } from "preact/hooks";
import { formatAge, formatReading, NO_VALUE } from "../../shared/instruments/format.ts";
import type { WallInstrument } from "../net/wall-instrument.ts";
import type { ListedAlarm } from "../rules/alarm-book.ts";
import { calibrationAt } from "../rules/calibration.ts";
import type { Channel } from "../rules/channel.ts";
import { Mark } from "./mark.tsx";
import type { Painter, Row } from "./painter.ts";

/** Rows of a field. What else there is shows in its details. */
const ROWS = 3;

/** What an instrument is, in a word; nothing as long as it is as it should be. */
export function stateText({ liveness, isPresent }: WallInstrument): string {
  if (liveness === "offline") return isPresent ? "no readings" : "offline";
  return liveness === "live" ? "" : liveness;
}

/** In a small field, the first channel that has a value at the moment. */
const shownChannels = ({ channels }: WallInstrument, rows: number): readonly Channel[] =>
  rows === 1
    ? [channels.find(({ value }) => typeof value === "number") ?? channels[0]].flatMap((one) => one ?? [])
    : channels.slice(0, rows);

interface FieldProps {
  readonly instrument: WallInstrument;
  /** Its alarms that are not shelved, most urgent first. */
  readonly alarms: readonly ListedAlarm[];
  readonly painter: Painter;
  readonly isSmall: boolean;
  readonly clock: number;
  readonly open: () => void;
}

function writeRow({ value, unit }: Row, channel: Channel | undefined): void {
  const formatted = channel ? formatReading(channel.value, channel.quantity) : { digits: NO_VALUE, unit: "" };
  const { digits } = formatted;
  if (value.textContent !== digits) value.textContent = digits;
  // An arrow before the digits.
  const beyond = channel?.beyond ?? "";
  if (value.dataset.beyond !== beyond) value.dataset.beyond = beyond;
  if (unit.textContent !== formatted.unit) unit.textContent = formatted.unit;
}

/** Keeps digits, bars and trends of a field up to date, without rendering it again. */
function usePainting({ instrument, painter, isSmall }: FieldProps, rows: number) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const age = useRef<HTMLSpanElement>(null);
  const list = useRef<HTMLDivElement>(null);
  // Other channels have other elements.
  const names = instrument.channels.map(({ name }) => name).join(" ");
  useEffect(() => {
    const place = canvas.current;
    const ageElement = age.current;
    if (!place || !ageElement) return undefined;
    const elements = [...(list.current?.querySelectorAll<HTMLElement>(".row") ?? [])];
    const parts = elements.flatMap((element) => {
      const [name, value, unit] = ["dt", ".digits", ".inst-unit"].map((part) =>
        element.querySelector<HTMLElement>(part),
      );
      return name && value && unit ? [{ name, value, unit }] : [];
    });
    const channels = () => shownChannels(instrument, rows);
    return painter.add({
      ...{ instrument, canvas: place, channels, rows: parts, age: ageElement },
      write(now) {
        for (const [at, part] of parts.entries()) {
          const channel = channels()[at];
          if (part.name.textContent !== channel?.quantity.title) part.name.textContent = channel?.quantity.title ?? "";
          writeRow(part, channel);
        }
        const { liveness, lastAt } = instrument;
        const isOld = liveness === "stale" || liveness === "offline";
        const text = isOld && lastAt !== undefined ? formatAge(now - lastAt) : "";
        if (ageElement.textContent !== text) ageElement.textContent = text;
      },
    });
  }, [instrument, painter, rows, isSmall, names]);
  return { canvas, age, list };
}

interface LastLineProps {
  readonly instrument: WallInstrument;
  /** There are more channels than rows. */
  readonly isFull: boolean;
  readonly rows: number;
}

/** What is doubtful about the instrument, or why it shows nothing. */
function LastLine({ instrument, isFull, rows }: LastLineProps) {
  const { marks, channels, sendsWaveforms, liveness } = instrument;
  const [mark] = marks.list;
  if (mark)
    return (
      <p class="doubt" title={marks.list.map(({ text }) => text).join(" ")}>
        {mark.text}
      </p>
    );
  const nothing = liveness === "live" ? "Measures nothing" : "No description yet";
  if (channels.length === 0) return <p class="doubt plain">{sendsWaveforms ? "Sends waveforms" : nothing}</p>;
  return isFull ? <p class="doubt plain">{`and ${channels.length - rows} more`}</p> : null;
}

/** One instrument on the wall. Grey, until something is wrong with it. */
export function Field(props: FieldProps) {
  const { instrument, alarms, isSmall, clock, open } = props;
  const { announcement, liveness, channels, status } = instrument;
  const rows = Math.min(isSmall ? 1 : ROWS, channels.length);
  const { canvas, age, list } = usePainting(props, rows);
  const [worst] = alarms;
  const calibration = calibrationAt(clock, announcement.due);
  const words = [stateText(instrument), ...(liveness === "live" ? status : [])].filter(Boolean);
  const classes = [
    "field",
    liveness,
    isSmall ? "small-field" : "",
    worst && !worst.acknowledged ? `unacknowledged priority-${worst.priority}` : "",
  ];
  return (
    <li class={classes.filter(Boolean).join(" ")} data-id={instrument.id} data-rows={rows}>
      <header>
        <h2>
          <button type="button" onClick={open}>
            <bdi>{announcement.title}</bdi>
          </button>
        </h2>
        {worst ? <Mark priority={worst.priority} isFilled={!worst.acknowledged} /> : null}
        {alarms.length > 1 ? <span class="more">{`+${alarms.length - 1}`}</span> : null}
      </header>
      <p class="field-line">
        <span class="field-id">{instrument.id}</span>
        <span class="words">{words.join(" · ")}</span> <span ref={age} class="age" />
        {calibration === "overdue" ? <span class="words">calibration overdue</span> : null}
      </p>
      <div class="field-rows" ref={list}>
        <dl>
          {Array.from({ length: rows }, (_, at) => (
            <div class="row" key={channels[at]?.name ?? at}>
              <dt />
              <dd class="inst-value">
                <span class="digits" /> <span class="inst-unit" />
              </dd>
            </div>
          ))}
        </dl>
        <canvas ref={canvas} />
      </div>
      <LastLine instrument={instrument} isFull={channels.length > rows && !isSmall} rows={rows} />
    </li>
  );
}
