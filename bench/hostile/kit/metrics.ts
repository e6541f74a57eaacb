const ADDRESS = "203.0.113.30";

/** The sum of a metric over all its labels; undefined if the relay has no such metric. */
export async function metric(port: number, name: string): Promise<number | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { "x-forwarded-for": ADDRESS } });
  const values = (await response.text())
    .split("\n")
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .map((line) => Number(line.slice(line.lastIndexOf(" ") + 1)));
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : undefined;
}
