import * as v from "valibot";
import { LINK } from "../rules/dice.ts";
import { HOST, MAX_SEATS, type Move } from "../rules/game.ts";
import { TERRITORIES } from "../rules/world.ts";

/** What travels between peers and what a file contains. The rules decide whether it is allowed; here is only its shape. */

const number = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const territory = number(0, TERRITORIES.length - 1);
const card = number(0, TERRITORIES.length + 1);
const seat = number(0, MAX_SEATS - 1);
const armies = number(0, 9_999);
export const linkSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]+$/), v.length(LINK));
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const shortText = (length: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(length));
const level = v.picklist(["easy", "hard"]);

export const optionsSchema = v.object({
  setup: v.picklist(["quick", "deal", "claim"]),
  sets: v.picklist(["rising", "fixed"]),
  fortify: v.picklist(["adjacent", "connected", "unlimited", "none"]),
  missions: v.boolean(),
  timer: number(0, 600),
});

const newcomer = v.object({
  id: shortText(64),
  name: shortText(100),
  bot: v.nullable(level),
  link: v.nullable(linkSchema),
  seal: v.nullable(digest),
});

/** Moves that a player proposes; those of the host only occur in the log. */
export const playerMoveSchema = v.variant("do", [
  v.object({ do: v.literal("chain"), link: linkSchema }),
  v.object({ do: v.literal("guard"), dice: v.picklist([1, 2]) }),
  v.object({ do: v.literal("claim"), at: territory }),
  v.object({
    do: v.literal("place"),
    at: v.pipe(v.array(territory), v.maxLength(2), v.readonly()),
    neutral: v.nullable(territory),
  }),
  v.object({
    do: v.literal("trade"),
    cards: v.pipe(v.array(card), v.length(3), v.readonly()),
    bonus: v.nullable(territory),
  }),
  v.object({ do: v.literal("reinforce"), at: territory, armies }),
  v.object({
    do: v.literal("attack"),
    from: territory,
    to: territory,
    dice: number(1, 3),
    keep: v.nullable(armies),
  }),
  v.object({ do: v.literal("occupy"), armies }),
  v.object({ do: v.literal("fortify"), from: territory, to: territory, armies }),
  v.object({ do: v.literal("end") }),
  v.object({ do: v.literal("mission"), secret: shortText(100) }),
]);

const hostMoveSchema = v.variant("do", [
  v.object({
    do: v.literal("begin"),
    room: shortText(32),
    options: optionsSchema,
    players: v.pipe(v.array(newcomer), v.maxLength(MAX_SEATS)),
  }),
  v.object({ do: v.literal("roll"), links: v.pipe(v.array(v.nullable(linkSchema)), v.maxLength(MAX_SEATS)) }),
  v.object({ do: v.literal("control"), seat, to: v.picklist(["human", "bot"]) }),
  v.object({ do: v.literal("sit"), seat, id: shortText(64), name: shortText(100) }),
]);

export const moveSchema: v.GenericSchema<Move> = v.union([playerMoveSchema, hostMoveSchema]);
export const entrySchema = v.object({ by: number(HOST, MAX_SEATS - 1), move: moveSchema });

export const hashSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
/** Entries of one message: more than a pause of the host can leave behind, and less than a frame may hold. */
export const PAGE = 60;
/** Longest game that is kept, in moves. */
export const LONGEST = 20_000;
const position = number(0, LONGEST);
const round = number(0, 1_000_000);

export const messages = {
  /** A player proposes a move; everybody sees it, so that the host cannot invent one. */
  move: v.object({ move: playerMoveSchema }),
  /** A player reveals its link for a roll. */
  reveal: v.object({ roll: position, link: linkSchema }),
  /** The host adds to the log: entries from a position on, and the hash of the state after the last of them. */
  entries: v.object({ round, from: position, list: v.pipe(v.array(entrySchema), v.maxLength(PAGE)), hash: hashSchema }),
  /** Asks the host for the log from a position on. */
  want: v.object({ from: position }),
  /** Where a peer is: its hash can be compared with one's own. */
  at: v.object({ seq: position, hash: hashSchema }),
  /** The host asks whether the page of the player whose turn it is still runs, and it answers. */
  ping: v.object({}),
  pong: v.object({}),
  /** A player is back and takes its seat over from the bot. */
  back: v.object({}),
  /** Somebody wants to take over a seat that a bot plays. */
  sit: v.object({ seat }),
};

/** What the host sets in the lobby. */
export const settingsSchema = v.object({
  options: optionsSchema,
  /** Players of a game, filled up with bots. */
  players: number(2, MAX_SEATS),
  level,
  /** Milliseconds between two moves of a bot. */
  pace: number(0, 5_000),
  /** Moves of the game that goes on, if one was loaded; 0 for a new one. */
  loaded: position,
});
export type Settings = v.InferOutput<typeof settingsSchema>;

export const DEFAULTS: Settings = {
  options: { setup: "quick", sets: "rising", fortify: "connected", missions: false, timer: 90 },
  players: 3,
  level: "easy",
  pace: 600,
  loaded: 0,
};

/** The log in the room's state: whole chunks are written once, and only the last one again. */
export const CHUNKS = 48;
const chunk = v.pipe(v.string(), v.maxLength(6_000));
export type ChunkKey = `log${number}`;
const chunkSchemas: Readonly<Record<ChunkKey, typeof chunk>> = Object.fromEntries(
  Array.from({ length: CHUNKS }, (_, index) => [`log${index}`, chunk]),
);

const whole = {
  settings: settingsSchema,
  head: v.object({ round, seq: position, hash: hashSchema }),
  tail: v.object({ from: position, text: chunk }),
};
export const checkpoints: typeof whole & typeof chunkSchemas = { ...whole, ...chunkSchemas };
