/** Messages of which it is remembered how many took them, and questions that wait. */
const MAX = 10_000;

type Answer = (taken: number, held: number) => void;

/** How many sessions of this node took messages of other nodes, which ask before or after they have been delivered here. */
export class RecentTakers {
  private readonly delivered_ = new Map<string, readonly [taken: number, held: number]>();
  private readonly asked = new Map<string, Answer>();

  delivered(entry: string, taken: number, held: number): void {
    const answer = this.asked.get(entry);
    if (answer) {
      this.asked.delete(entry);
      answer(taken, held);
      return;
    }
    add(this.delivered_, entry, [taken, held] as const);
  }

  /** Calls back when the message has been delivered here; perhaps never. */
  ask(entry: string, answer: Answer): void {
    const known = this.delivered_.get(entry);
    if (!known) {
      add(this.asked, entry, answer);
      return;
    }
    this.delivered_.delete(entry);
    answer(...known);
  }
}

/** The oldest are forgotten first. */
function add<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  if (map.size <= MAX) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
