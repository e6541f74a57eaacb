const ANY = ["*IDN?", "SYST:ERR?"];
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  "power-supply": ["*IDN?", "VOLT 3.3", "OUTP ON", "MEAS:CURR?"],
  "function-generator": ["*IDN?", "APPL:SIN 1kHz, 2, 0.5", "FREQ?", "OUTP:LOAD INF"],
  multimeter: ["*IDN?", "FUNC RES", "READ?"],
};

/** Lines to begin with. The kind is any text that an instrument sent. */
export const examplesFor = (kind: string): readonly string[] =>
  (Object.hasOwn(EXAMPLES, kind) ? EXAMPLES[kind] : undefined) ?? ANY;

/** A header as one types it: short, without optional parts. `[SOURce:]VOLTage[:LEVel]` is `VOLT`. */
export function typedForm(header: string): string {
  const required = header.replace(/\[[^\]]*\]/g, "");
  return required.replace(/[a-z]+/g, "");
}
