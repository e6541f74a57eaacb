/** The counters of a server at one moment. */
export class Metrics {
  constructor(readonly values: ReadonlyMap<string, number>) {}

  /** 0 for a counter or label that has not been seen yet, as Prometheus would have it. */
  get(name: string): number {
    return this.values.get(name) ?? 0;
  }

  dropped(reason: string): number {
    return this.get(`achex_dropped_frames_total{reason="${reason}"}`);
  }

  closedBy(cause: string): number {
    return this.get(`achex_closed_sessions_total{cause="${cause}"}`);
  }

  refused(reason: string): number {
    return this.get(`achex_refused_connections_total{reason="${reason}"}`);
  }

  /** Open sessions of all dialects. */
  get sessions(): number {
    let sessions = 0;
    for (const [name, value] of this.values) if (name.startsWith("achex_sessions{")) sessions += value;
    return sessions;
  }

  /** Every drop by reason, for a test that must see one and no other. */
  get drops(): Record<string, number> {
    return this.labelled(/^achex_dropped_frames_total\{reason="(.+)"\}$/);
  }

  /** Every fault of achex.2 by code. */
  get faults(): Record<string, number> {
    return this.labelled(/^achex_faults_total\{code="(.+)"\}$/);
  }

  private labelled(pattern: RegExp): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [name, value] of this.values) {
      const label = pattern.exec(name)?.[1];
      if (label !== undefined && value > 0) counts[label] = value;
    }
    return counts;
  }
}

/** The sums of the counters of several servers. */
export function sumOf(all: readonly Metrics[]): Metrics {
  const sums = new Map<string, number>();
  for (const { values } of all) for (const [name, value] of values) sums.set(name, (sums.get(name) ?? 0) + value);
  return new Metrics(sums);
}

export async function readMetrics(url: string): Promise<Metrics> {
  const text = await (await fetch(url)).text();
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const space = line.lastIndexOf(" ");
    values.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return new Metrics(values);
}
