import { parseArgs } from "node:util";
import { type RivalId, rivalIds, type WorkloadId, workloadIds } from "./types.ts";

export interface Options {
  quick: boolean;
  install: boolean;
  runs: number;
  only: readonly WorkloadId[];
  rivals: readonly RivalId[];
  out: string | undefined;
}

export const usage = `npm run bench -- [options]
npm run bench -- hostile --help
npm run bench -- drops --help
npm run bench -- resume --help

  --quick           a smoke test: a tenth of the peers, windows of one second, one run
  --only a,b        only these workloads: ${workloadIds.join(", ")}
  --rivals a,b      only these servers: ${rivalIds.join(", ")}
  --runs N          runs of each step, of which the one in the middle is reported (3)
  --out FOLDER      where results go (bench/results for a complete run, build/bench otherwise)
  --no-install      leave out what is missing instead of installing it from Debian
`;

const chosen = <T extends string>(text: string | undefined, all: readonly T[], option: string): readonly T[] => {
  if (text === undefined) return all;
  return text.split(",").map((word) => {
    const known = all.find((id) => id === word.trim());
    if (known === undefined) throw new Error(`--${option}: "${word}" is none of ${all.join(", ")}`);
    return known;
  });
};

export const readOptions = (args: readonly string[]): Options | "help" => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", short: "h" },
      quick: { type: "boolean", default: false },
      "no-install": { type: "boolean", default: false },
      only: { type: "string" },
      rivals: { type: "string" },
      runs: { type: "string" },
      out: { type: "string" },
    },
  });
  if (values.help) return "help";
  const runs = Number(values.runs ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(runs) || runs < 1 || runs > 99) throw new Error("--runs: a whole number from 1 to 99");
  return {
    quick: values.quick,
    install: !values["no-install"],
    runs,
    only: chosen(values.only, workloadIds, "only"),
    rivals: chosen(values.rivals, rivalIds, "rivals"),
    out: values.out,
  };
};

/** Only a complete run may be saved in bench/results. */
export const isComplete = (options: Options): boolean =>
  !options.quick && options.only.length === workloadIds.length && options.rivals.length === rivalIds.length;
