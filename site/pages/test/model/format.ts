/** Formats a number of bytes: `17 B`, `1.5 kB`, `1.0 MB` (powers of 1,000). */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

const two = (value: number, digits = 2): string => String(value).padStart(digits, "0");

/** Local time of day with milliseconds. */
export function timeText(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(date.getMilliseconds(), 3)}`;
}
