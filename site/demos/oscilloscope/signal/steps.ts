/** The steps of a knob: 1, 2, 5, 10, 20, 50 … */
const MANTISSAS = [1, 2, 5] as const;

/** The step of that index; 0 is 1, −1 is 0.5. */
export const stepAt = (index: number): number => {
  const decade = Math.floor(index / 3);
  return Number(`${MANTISSAS[index - 3 * decade] ?? 1}e${decade}`);
};

/** The index of the largest step that is not larger than the value. */
export function indexOf(value: number): number {
  let index = 3 * Math.floor(Math.log10(value));
  while (stepAt(index + 1) <= value * (1 + 1e-9)) index++;
  while (stepAt(index) > value * (1 + 1e-9)) index--;
  return index;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The next step up or down from a value, which may lie between steps, within a range. */
export function nextStep(value: number, direction: 1 | -1, { min, max }: Range): number {
  if (!(value > 0)) return stepUp(min);
  const index = indexOf(value);
  const isStep = stepAt(index) >= value * (1 - 1e-9);
  const next = stepAt(direction > 0 ? index + 1 : isStep ? index - 1 : index);
  return Math.max(min, Math.min(max, next));
}

/** The smallest step that is not smaller than a value. */
export function stepUp(value: number): number {
  const index = indexOf(value);
  return stepAt(index) >= value * (1 - 1e-9) ? stepAt(index) : stepAt(index + 1);
}
