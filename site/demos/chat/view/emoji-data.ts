// A file of its own, which is loaded when the picker opens.
import { emojiGroups } from "./emoji-groups.ts" with { type: "macro" };

export const groups = emojiGroups();
