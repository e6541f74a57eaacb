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
      });
    }, 1_000);
    return () => {
      clearInterval(timer);
      painter.close();
    };
  }, [painter]);
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

export function Fields({ app, wall, painter, instruments, alarmsOf, isSmall }: FieldsProps) {
  return (
    <ul class="fields">
      {instruments.map((instrument) => (
        <Field
          key={instrument.id}
          instrument={instrument}
          alarms={alarmsOf(instrument.id)}
          painter={painter}
          isSmall={isSmall}
          clock={wall.connection.now()}
          revision={instrument.revision}
          open={(id) => {
            app.selected.value = id;
          }}
        />
      ))}
    </ul>
  );
}
