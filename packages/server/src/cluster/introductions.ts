import { TokenBuckets } from "../fairness/token-buckets.ts";
import { isCount } from "./sent-values.ts";

/** Incarnations that were replaced and may still be heard. */
const REPLACED = 64;
/** Other nodes that one knows at a time. */
export const MAX_NODES = 256;
/** Characters of names, incarnations and links. */
const MAX_NAME = 128;
/** How often a stream to one node may begin again: each time, that node is told everything. */
const BEGINS = { burst: 16, refillMilliseconds: 250 } as const;

/** How a node introduces itself: its name, its incarnation, and the number of its link. */
export interface Introduction {
  readonly node: string;
  readonly incarnation: string;
  readonly linkNumber: number;
}

const isName = (sent: unknown): sent is string =>
  typeof sent === "string" && sent.length > 0 && sent.length <= MAX_NAME;

/** Reads what follows the kind of such a frame. */
export function readIntroduction([, node, incarnation, linkNumber]: readonly unknown[]): Introduction | undefined {
  return isName(node) && isName(incarnation) && isCount(linkNumber) ? { node, incarnation, linkNumber } : undefined;
}

/** What is remembered of introductions, in bounded memory. */
export class Introductions {
  private readonly replaced = new Set<string>();
  private readonly begins = new TokenBuckets(BEGINS, MAX_NODES);

  /** The incarnation was dropped, or another one has its name. */
  replace(incarnation: string): void {
    this.replaced.add(incarnation);
    for (const oldest of this.replaced) {
      if (this.replaced.size <= REPLACED) return;
      this.replaced.delete(oldest);
    }
  }

  isReplaced(incarnation: string): boolean {
    return this.replaced.has(incarnation);
  }

  isBack(incarnation: string): void {
    this.replaced.delete(incarnation);
  }

  /** Whether the stream to a node may begin now; if not, its next beat asks for it again. */
  mayBegin(node: string, now: number): boolean {
    if (!this.begins.hasToken(node, now)) return false;
    this.begins.spend(node, now);
    return true;
  }
}
