import { Component, type VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Wall } from "../net/wall.ts";
import type { WallApp } from "../net/wall-app.ts";
import type { WallInstrument } from "../net/wall-instrument.ts";
import type { ListedAlarm } from "../rules/alarm-book.ts";
import { alarmsById, arrange } from "../rules/arrange.ts";
import { Field } from "./field.tsx";
import { Painter } from "./painter.ts";

/** The painter of a wall, as long as something of it shows. Tests and the bench read its figures. */
export function usePainter(wall: Wall): Painter {
  const painter = useMemo(() => new Painter(wall.now), [wall]);
  useEffect(() => {
    const timer = setInterval(() => {
      document.body.dataset.frames = JSON.stringify({
        work: painter.work.percentile(0.95),
        interval: painter.interval.percentile(0.95),
        frames: painter.interval.count,
        received: wall.instruments.peek().reduce((sum, { received }) => sum + received, 0),
      });
    }, 1_000);
    return () => {
      clearInterval(timer);
      painter.close();
    };
  }, [painter, wall]);
  return painter;
}

const NONE: readonly ListedAlarm[] = [];

/** Instruments and their alarms as the visitor has arranged them. */
export function useArranged(app: WallApp, wall: Wall) {
  wall.revision.value;
  const alarms = alarmsById(wall.alarms.value);
  const instruments = arrange(wall.instruments.value, alarms, app.arrangement.value);
  return { instruments, alarmsOf: (id: string) => alarms.get(id) ?? NONE };
}

interface FieldsProps {
  readonly app: WallApp;
  readonly wall: Wall;
  readonly painter: Painter;
  readonly instruments: readonly WallInstrument[];
  readonly alarmsOf: (id: string) => readonly ListedAlarm[];
  readonly isSmall: boolean;
}

/** What a field shows besides its values, which the painter writes. */
const signatureOf = (
  { revision, number }: WallInstrument,
  alarms: readonly ListedAlarm[],
  isSmall: boolean,
  day: number,
): string =>
  `${number} ${revision} ${isSmall} ${day} ${alarms.map(({ key, active, acknowledged }) => `${key} ${active} ${acknowledged}`).join()}`;

const DAY = 86_400_000;

/** Renders its child again only if the signature differs: of 100 fields, one has usually changed. */
class Unchanged extends Component<{ readonly signature: string; readonly children: VNode }> {
  override shouldComponentUpdate({ signature }: { readonly signature: string }): boolean {
    return signature !== this.props.signature;
  }

  override render(): VNode {
    return this.props.children;
  }
}

export function Fields({ app, wall, painter, instruments, alarmsOf, isSmall }: FieldsProps) {
  const clock = wall.connection.now();
  const day = Math.floor(clock / DAY);
  return (
    <ul class="fields">
      {instruments.map((instrument) => {
        const { id } = instrument;
        const alarms = alarmsOf(id);
        const open = () => {
          app.selected.value = id;
        };
        return (
          <Unchanged key={id} signature={signatureOf(instrument, alarms, isSmall, day)}>
            <Field {...{ instrument, alarms, painter, isSmall, clock, open }} />
          </Unchanged>
        );
      })}
    </ul>
  );
}
