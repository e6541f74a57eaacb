import { useSignal } from "@preact/signals";
import { memo } from "preact/compat";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { COAST, CONTINENT_LINES, centre, OUTLINES, SEA_ROUTES, WIDTH } from "../map/outlines.ts";
import type { Step } from "../net/ledger.ts";
import { type Game, NOBODY } from "../rules/game.ts";
import { TERRITORIES } from "../rules/world.ts";
import { Camera, FULL_HEIGHT, FULL_WIDTH, LEFT, TOP } from "./camera.ts";
import type { Choice } from "./choice.ts";
import { listenToGestures } from "./gestures.ts";
import { SIDES, sideOf } from "./sides.ts";
import { TerritoryList } from "./territory-list.tsx";

const Patterns = () => (
  <defs>
    {SIDES.map(({ color, hatch }, seat) => (
      <pattern key={color} id={`land-${seat}`} width="8" height="8" patternUnits="userSpaceOnUse">
        <rect class="land-paper" width="8" height="8" />
        <rect width="8" height="8" fill={color} opacity="0.62" />
        <path d={hatch} stroke={color} stroke-width={seat === 3 ? 2.4 : 1.4} stroke-linecap="round" fill="none" />
      </pattern>
    ))}
    <marker id="arrow-head" viewBox="0 0 10 10" refX="7" refY="5" markerWidth="3.4" markerHeight="3.4" orient="auto">
      <path d="M0 0L10 5L0 10Z" class="arrow-head" />
    </marker>
  </defs>
);

const Lines = memo(() => (
  <g class="lines">
    <path d={CONTINENT_LINES} class="continent-line" />
    <path d={COAST} class="coast" />
  </g>
));

const SeaRoutes = memo(() => (
  <g class="sea-routes">
    {SEA_ROUTES.map(({ from, to }) => (
      <line key={`${from.x} ${to.x} ${to.y}`} x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
    ))}
  </g>
));

interface LandProps {
  readonly at: number;
  readonly owner: number;
  readonly state: string;
}

const Land = memo(({ at, owner, state }: LandProps) => (
  <path
    d={OUTLINES[at]}
    class={`land ${state}`}
    data-at={at}
    fill={owner >= 0 && owner < SIDES.length ? `url(#land-${owner})` : undefined}
    data-owner={owner === NOBODY ? "nobody" : owner}
  />
));

interface BadgeProps {
  readonly at: number;
  readonly owner: number;
  readonly armies: number;
}

/** Armies of a territory. The key changes with the number, so that it pops. */
const Badge = memo(({ at, owner, armies }: BadgeProps) => {
  const { x, y } = centre(at);
  const { color, ink, shape } = sideOf(owner);
  if (owner === NOBODY) return null;
  return (
    <g transform={`translate(${x} ${y})`} class="badge-place" data-badge={at}>
      <g class="badge-size">
        <g key={`${armies} ${owner}`} class="army-badge">
          <path d={shape} fill={color} />
          <text y={owner === 3 ? 8 : 5} fill={ink}>
            {armies}
          </text>
        </g>
      </g>
    </g>
  );
});

/** An arrow from one territory to another, the short way around the world. */
export function arrowPath(from: number, to: number): string {
  const [a, b] = [centre(from), centre(to)];
  const around = Math.abs(a.x - b.x) > WIDTH / 2;
  const target = around ? { x: a.x < b.x ? LEFT : WIDTH + 10, y: b.y } : b;
  const [dx, dy] = [target.x - a.x, target.y - a.y];
  const length = Math.hypot(dx, dy) || 1;
  const bend = Math.min(40, length / 5);
  const [mx, my] = [a.x + dx / 2 - (dy / length) * bend, a.y + dy / 2 + (dx / length) * bend];
  // It ends before the badge.
  const end = { x: target.x - (dx / length) * 14, y: target.y - (dy / length) * 14 };
  return `M${a.x} ${a.y}Q${mx} ${my} ${end.x} ${end.y}`;
}

function sceneEnds(scene: Step | undefined): readonly [number, number] | undefined {
  const battle = scene?.happened.find(({ what }) => what === "battle");
  if (battle?.what === "battle") return [battle.from, battle.to];
  if (scene?.entry.move.do === "fortify") return [scene.entry.move.from, scene.entry.move.to];
  return undefined;
}

const Arrow = ({ from, to, side, isPlan }: { from: number; to: number; side: number; isPlan: boolean }) => (
  <path
    key={`${from} ${to} ${isPlan}`}
    d={arrowPath(from, to)}
    class={isPlan ? "arrow plan" : "arrow"}
    stroke={sideOf(side).color}
    pathLength={1}
    marker-end="url(#arrow-head)"
  />
);

/** The chances of the attacks that can be chosen. */
function Odds({ game, choice }: { readonly game: Game; readonly choice: Choice }) {
  if (choice.from.value === undefined || choice.mode.value === "fortify") return null;
  const targets = [...choice.legal.value].flatMap((at) => {
    const odds = choice.oddsFor(game, at)?.odds;
    return odds === undefined ? [] : [{ at, odds }];
  });
  return (
    <g class="odds">
      {targets.map(({ at, odds }) => (
        <text key={at} x={centre(at).x} y={centre(at).y + 28}>
          {Math.round(odds * 100)} %
        </text>
      ))}
    </g>
  );
}

interface BoardProps {
  readonly game: Game;
  readonly choice: Choice;
  readonly scene: Step | undefined;
}

function stateOf(at: number, choice: Choice): string {
  const legal = choice.legal.value;
  if (at === choice.from.value) return "chosen";
  if (at === choice.to.value) return "target";
  return legal.has(at) ? "legal" : legal.size > 0 ? "idle" : "";
}

export function Board({ game, choice, scene }: BoardProps) {
  const camera = useMemo(() => new Camera(), []);
  const svg = useRef<SVGSVGElement>(null);
  const box = useSignal(`${LEFT} ${TOP} ${FULL_WIDTH} ${FULL_HEIGHT}`);
  useEffect(() => {
    const element = svg.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) camera.resize(entry.contentRect.width, entry.contentRect.height);
    });
    observer.observe(element);
    const stops = [
      camera.view.subscribe((view) => {
        box.value = camera.box(view);
        element.style.setProperty("--badge", String(camera.badgeScale));
      }),
      listenToGestures(element, camera, choice),
    ];
    return () => {
      observer.disconnect();
      for (const stop of stops) stop();
    };
  }, [camera, box, choice]);
  const ends = sceneEnds(scene);
  useEffect(() => {
    if (ends) camera.show((centre(ends[0]).x + centre(ends[1]).x) / 2, (centre(ends[0]).y + centre(ends[1]).y) / 2);
  });
  const [from, to] = [choice.from.value, choice.to.value];
  return (
    <div class="board">
      <svg ref={svg} viewBox={box.value} role="img" aria-label="Map of the world">
        <Patterns />
        <SeaRoutes />
        {TERRITORIES.map(({ name }, at) => (
          <Land key={name} at={at} owner={game.owner[at] ?? NOBODY} state={stateOf(at, choice)} />
        ))}
        <Lines />
        {ends ? <Arrow from={ends[0]} to={ends[1]} side={game.owner[ends[0]] ?? NOBODY} isPlan={false} /> : null}
        {!ends && from !== undefined && to !== undefined ? <Arrow from={from} to={to} side={game.turn} isPlan /> : null}
        {TERRITORIES.map(({ name }, at) => (
          <Badge key={name} at={at} owner={game.owner[at] ?? NOBODY} armies={game.armies[at] ?? 0} />
        ))}
        <Odds game={game} choice={choice} />
      </svg>
      <TerritoryList game={game} choice={choice} />
      <div class="zoom">
        <button type="button" aria-label="Zoom in" onClick={() => camera.zoomBy(1.5)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => camera.zoomBy(1 / 1.5)}>
          −
        </button>
        <button type="button" aria-label="Show the whole map" onClick={() => camera.fit()}>
          ⤢
        </button>
      </div>
    </div>
  );
}
