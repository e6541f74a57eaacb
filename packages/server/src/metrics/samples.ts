import { Counter, Gauge, type Registry } from "prom-client";

/** Numbers by the value of a label. */
export type Tally = Readonly<Partial<Record<string, number>>>;

export function tallied(registry: Registry, name: string, help: string, label: string, tally: () => Tally): void {
  new Counter({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const [key, value] of Object.entries(tally())) this.inc({ [label]: key }, value ?? 0);
    },
  });
}

export function counted(registry: Registry, name: string, help: string, value: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(value());
    },
  });
}

export function gauged(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}
