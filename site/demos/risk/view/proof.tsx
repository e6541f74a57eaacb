import type { Step } from "../net/ledger.ts";
import { linkBefore, seedOf } from "../rules/dice.ts";
import type { Game } from "../rules/game.ts";
import { contributors } from "../rules/seats.ts";
import type { Session } from "../session.ts";

/** Rolls that are listed. */
const ROLLS = 8;
const short = (text: string): string => `${text.slice(0, 8)}…`;

interface Part {
  readonly name: string;
  readonly before: string;
  /** Null: it did not arrive in time. */
  readonly link: string | null;
  readonly isGenuine: boolean;
}

interface Proof {
  readonly move: number;
  readonly seed: string;
  readonly parts: readonly Part[];
  readonly dice: string;
}

/** Calculates again what the rules have checked already, for everybody to see. */
export function proofOf(before: Game, step: Step): Proof | undefined {
  const { move } = step.entry;
  if (move.do !== "roll") return undefined;
  const due = contributors(before);
  const parts = due.flatMap((at, index): Part[] => {
    const seat = before.seats[at];
    const link = move.links[index] ?? null;
    if (!seat) return [];
    const before_ = seat.link ?? "";
    return [
      {
        name: seat.name,
        before: before_,
        link,
        isGenuine: link !== null && linkBefore(before.room, seat.id, seat.revealed, link) === before_,
      },
    ];
  });
  const battle = step.happened.find(({ what }) => what === "battle");
  const dice =
    battle?.what === "battle"
      ? battle.exchanges.map(({ attacker, defender }) => `${attacker.join("")}:${defender.join("")}`).join(" ")
      : "the deal";
  const seed = seedOf(
    before.room,
    before.rolls,
    move.links.filter((link) => link !== null),
  );
  return { move: step.game.seq, seed, parts, dice };
}

const ProofLine = ({ proof: { move, parts, seed, dice } }: { readonly proof: Proof }) => (
  <li>
    <strong>Move {move}</strong>: {dice}
    <ul>
      {parts.map(({ name, before, link, isGenuine }) => (
        <li key={name}>
          {isGenuine ? "✓" : "✗"} {name}:{" "}
          {link === null ? (
            "nothing in time"
          ) : (
            <code>
              SHA-256(… {short(link)}) = {short(before)}
            </code>
          )}
        </li>
      ))}
      <li>
        {parts.length > 0 ? (
          <code>seed {short(seed)}</code>
        ) : (
          "Nobody was at the table: the dice follow from the state."
        )}
      </li>
    </ul>
  </li>
);

/** Why nobody can fake the dice, and whether all pages agree. */
export function Proofs({ session }: { readonly session: Session }) {
  const { table } = session;
  const { steps } = table.ledger;
  const length = Math.min(session.watch.shown.value, steps.length);
  const last = steps[length - 1];
  const proofs: Proof[] = [];
  for (let index = length - 1; index > 0 && proofs.length < ROLLS; index--) {
    const [before, step] = [steps[index - 1], steps[index]];
    const proof = before && step ? proofOf(before.game, step) : undefined;
    if (proof) proofs.push(proof);
  }
  return (
    <section class="proofs" aria-label="Proof of the dice">
      <p class="small">
        Before the game, each player has published the end of a chain of hashes. For each roll everybody reveals the
        next link; the dice are the hash of all links. Nobody can know or change them alone, and this page checks every
        link.
      </p>
      <p class="hash-line">
        State after move {last?.game.seq ?? 0}: <code data-hash={last?.hash ?? ""}>{last?.hash ?? "–"}</code>
      </p>
      <ul class="peer-hashes">
        {[...table.peers.value].map(([id, { seq, hash }]) => {
          const own = steps[seq - 1]?.hash;
          const name = table.room.players.value.find((player) => player.id === id)?.name ?? "a former player";
          return (
            <li key={id}>
              {own === undefined ? "…" : own === hash ? "✓" : "✗"} {name} at move {seq}: <code>{short(hash)}</code>
            </li>
          );
        })}
      </ul>
      {table.complaints.value.length > 0 ? (
        <ul class="complaints" role="alert">
          {table.complaints.value.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      ) : null}
      <ol class="rolls">
        {proofs.map((proof) => (
          <ProofLine key={proof.move} proof={proof} />
        ))}
      </ol>
    </section>
  );
}
