import { createFlowMeter } from "./kinds/flow-meter.ts";
import { createFunctionGenerator } from "./kinds/function-generator.ts";
import { createMultimeter } from "./kinds/multimeter.ts";
import { createPowerSupply } from "./kinds/power-supply.ts";
import { createTemperatureChamber } from "./kinds/temperature-chamber.ts";
import { createVacuumGauge } from "./kinds/vacuum-gauge.ts";
import type { Instrument, Making } from "./model.ts";

/** Every simulated kind, by the name that its service has, with the beginning of its ids. */
export const KINDS = {
  "power-supply": { prefix: "psu", create: createPowerSupply },
  multimeter: { prefix: "dmm", create: createMultimeter },
  "temperature-chamber": { prefix: "chamber", create: createTemperatureChamber },
  "flow-meter": { prefix: "flow", create: createFlowMeter },
  "vacuum-gauge": { prefix: "vacuum", create: createVacuumGauge },
  "function-generator": { prefix: "gen", create: createFunctionGenerator },
} as const satisfies Readonly<Record<string, { readonly prefix: string; create(making: Making): Instrument }>>;

export type Kind = keyof typeof KINDS;

export const isKind = (name: string): name is Kind => Object.hasOwn(KINDS, name);
