import type { Stack } from "./bag.ts";
import type { ItemId } from "./items.ts";
import type { Look } from "./look.ts";

export interface Choice {
  readonly text: string;
  /** The node that follows; none ends the talk. */
  readonly to?: string;
  /** Only offered at this step of the quest. */
  readonly step?: number;
  /** Only offered once the hunt of that step is done. */
  readonly hunted?: boolean;
  readonly takes?: readonly Stack[];
  readonly gives?: readonly Stack[];
  /** The step of the quest that begins with it. */
  readonly begins?: number;
  /** Restores all health. */
  readonly rests?: boolean;
}

export interface TalkNode {
  readonly text: string;
  readonly choices: readonly Choice[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly look: Look;
  readonly hat?: ItemId;
  readonly tool?: ItemId;
  /** An object that one can use, without a figure of its own. */
  readonly thing?: boolean;
  /** The first one whose step fits begins the talk. */
  readonly opens: readonly { readonly node: string; readonly step?: number; readonly from?: number }[];
  readonly nodes: Readonly<Record<string, TalkNode>>;
}
