import { pace } from "../kit/pace.ts";
import { HOSTS, type HostNumber } from "./network.ts";
import { Session } from "./session.ts";
import type { RoundContext, Traffic } from "./trouble.ts";

const PAUSE_MILLISECONDS = 300;
/** A node that was taken for dead closes sessions whose name somebody else has in the meantime, within this. */
const SETTLED_MILLISECONDS = 5_000;

interface Holder {
  readonly host: HostNumber;
  readonly session: Session;
}

/** A name that clients of all nodes want, each with a password of its own. */
class Wanted {
  readonly holders = new Set<Holder>();
  granted = 0;
  refused = 0;
  lastDecided = 0;

  constructor(
    private readonly name: string,
    private readonly context: RoundContext,
  ) {}

  async run(host: HostNumber): Promise<void> {
    const { context, name } = this;
    while (context.isSending()) {
      const options = { urls: [], name, password: `of ${host}` };
      const sent = performance.now();
      const session = await Session.tryOpen(options, context.url(host));
      if (session?.fault === undefined && session) await this.hold({ host, session }, sent);
      else {
        if (session?.fault === "name-claimed") this.lastDecided = performance.now();
        this.refused++;
        session?.close();
      }
      await pace(PAUSE_MILLISECONDS * (0.5 + context.random.next()));
    }
  }

  private async hold(holder: Holder, sent: number): Promise<void> {
    const { context } = this;
    this.granted++;
    this.lastDecided = performance.now();
    context.decided(holder.session.url, sent, this.lastDecided, `the claim of ${this.name} at n${holder.host}`);
    this.holders.add(holder);
    this.check();
    const time = PAUSE_MILLISECONDS * (1 + 8 * context.random.next());
    await Promise.race([holder.session.closed, pace(time)]);
    this.holders.delete(holder);
    holder.session.close();
  }

  /** Two nodes have granted the name, although neither was taken for dead. */
  check(): void {
    const { trouble } = this.context;
    const isSettled = performance.now() > trouble.healed + SETTLED_MILLISECONDS;
    const spared = [...this.holders].filter(
      ({ host, session }) => session.isOpen && (isSettled || !trouble.isAffected(host)),
    );
    if (spared.length > 1)
      this.context.problem(`${this.name} is held at ${spared.map(({ host }) => `n${host}`).join(" and ")}`);
  }
}

/** Logins with different passwords for the same names at all nodes: PROTOCOL.md A2 and R166. */
export class ClaimTraffic implements Traffic {
  private readonly names: readonly Wanted[];
  private readonly running: Promise<void>[] = [];

  constructor(context: RoundContext) {
    this.names = ["gold", "salt"].map((name) => new Wanted(`${context.id}-${name}`, context));
  }

  get counts(): Readonly<Record<string, number>> {
    const sum = (of: (name: Wanted) => number) => this.names.reduce((total, name) => total + of(name), 0);
    return { claimsGranted: sum(({ granted }) => granted), claimsRefused: sum(({ refused }) => refused) };
  }

  async begin(): Promise<void> {
    for (const name of this.names) for (const host of HOSTS) this.running.push(name.run(host));
  }

  unsettled(since: number): string | undefined {
    return this.names.every(({ lastDecided }) => lastDecided > since) ? undefined : "no login was decided";
  }

  async finish(): Promise<void> {
    await Promise.all(this.running);
  }

  close(): void {
    for (const { holders } of this.names) for (const { session } of holders) session.close();
  }
}
