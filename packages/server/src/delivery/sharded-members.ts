import type { Subscriber } from "../socket.ts";

/** Members of a channel that share one native topic. */
export interface Slice {
  readonly topic: string;
  size: number;
}

/** Members of one slice: as many as can be served in less than a millisecond. */
export const SLICE_MEMBERS = 128;

/** The members of a channel of several, each in one slice of it. */
export class Slices<Member extends { readonly socket: Subscriber }> {
  readonly list: Slice[] = [];
  private readonly places = new Map<Member, Slice>();
  private topics = 0;

  constructor(
    private readonly topic: string,
    private readonly most: number,
  ) {}

  get size(): number {
    return this.places.size;
  }

  of(member: Member): Slice | undefined {
    return this.places.get(member);
  }

  members(): Iterable<Member> {
    return this.places.keys();
  }

  add(member: Member): void {
    let slice = this.list.find(({ size }) => size < this.most);
    if (!slice) {
      slice = { topic: `${this.topic}.${++this.topics}`, size: 0 };
      this.list.push(slice);
    }
    slice.size++;
    this.places.set(member, slice);
    member.socket.subscribe(slice.topic);
  }

  delete(member: Member): void {
    const slice = this.places.get(member);
    if (!slice) return;
    this.places.delete(member);
    member.socket.unsubscribe(slice.topic);
    if (--slice.size === 0) this.list.splice(this.list.indexOf(slice), 1);
  }

  /** The member whose turn it is; it goes to the end of the line. */
  next(): Member | undefined {
    for (const [member, slice] of this.places) {
      this.places.delete(member);
      this.places.set(member, slice);
      return member;
    }
    return undefined;
  }
}
