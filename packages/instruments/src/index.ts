import { type JoinAddress, JoinedInstrument } from "./join.ts";
import { isKind, KINDS, type Kind } from "./kinds.ts";
import type { Making } from "./model.ts";
import { type Command, ScpiInterpreter } from "./scpi/interpreter.ts";

export { Capture, type CaptureSettings, DIVISIONS, findTrigger, type Waveform } from "./capture.ts";
export { captureOf, captureSettings } from "./capture-settings.ts";
export type { Description, Instrument, Making, Quantity, Reading } from "./model.ts";
export { type Limits, SettingError, Settings, type SettingValue } from "./settings.ts";
export { Random } from "./signals/random.ts";
export { SHAPES, type Shape, type Signal, valueAt } from "./signals/waveform.ts";
export { type Command, isKind, type JoinAddress, JoinedInstrument, KINDS, type Kind, ScpiInterpreter };

/** The SCPI commands of a kind: those that every instrument has, and its own. */
export function commandsOf(kind: Kind): { readonly common: readonly Command[]; readonly own: readonly Command[] } {
  const { description, scpi } = KINDS[kind].create({ id: kind });
  const { commands } = new ScpiInterpreter(description, scpi, () => {});
  const common = commands.length - scpi.length;
  return { common: commands.slice(0, common), own: commands.slice(common) };
}

/** Makes a simulated instrument and joins the relay with it. Resolves when it has announced itself. */
export async function startInstrument(kind: Kind, making: Making, address: JoinAddress): Promise<JoinedInstrument> {
  const changed = () => {
    making.changed?.();
    // The first changes can come before it has joined.
    joined?.publishSettings();
  };
  let joined: JoinedInstrument | undefined;
  const instrument = KINDS[kind].create({ ...making, changed });
  const starting = new JoinedInstrument(instrument, address);
  await starting.start();
  joined = starting;
  return joined;
}
