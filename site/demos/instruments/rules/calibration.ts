/** Days before the date at which the page begins to remind of it. */
const SOON = 30;
const DAY = 86_400_000;

export type Calibration = "unknown" | "valid" | "soon" | "overdue";

/** Whether the calibration that is due at that date (YYYY-MM-DD) is valid. It is, through the day itself, in every time zone. */
export function calibrationAt(now: number, due: string | undefined): Calibration {
  const date = due === undefined ? Number.NaN : Date.parse(`${due}T00:00:00Z`);
  if (Number.isNaN(date)) return "unknown";
  const left = date + DAY - now;
  return left < -DAY / 2 ? "overdue" : left < SOON * DAY ? "soon" : "valid";
}
