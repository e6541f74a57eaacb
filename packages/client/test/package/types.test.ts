import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { outputOf } from "../kit/runtimes.ts";
import { createProject, type Project, repository } from "./project.ts";

const IMPORTS = `
import { type Client, connect, Fault, type Message, type Options } from "@achex/client";
import { onStream, openStream } from "@achex/client/streams";
import { receiveFiles, sendFile } from "@achex/client/files";
import { cloud } from "@achex/client/legacy";
import * as full from "@achex/client/full";
`;

/** What any project may write; lines that are wrong say so at their end. */
const PROGRAM = `${IMPORTS}
type Lab = { hubs: { lab: { n: number } }; services: { calc: { request: { a: number }; answer: { sum: number } } };
  state: { lab: { score: number; "cursor/*": { x: number } } } };
export const ann: Client<Lab> = connect("ws://localhost", { name: "Ann", dialect: cloud });
export const options: Options<Lab> = { credentials: async () => ({ name: "Ann", passwd: "x" }) };
const same: full.Client<Lab> = ann;
ann.hub("lab").on("message", ({ data }) => data.n.toFixed());
ann.ask("calc", { a: 1 }).then(({ sum }) => sum.toFixed());
ann.on("message", (message: Message) => message.bytes?.byteLength.toFixed());
ann.on("message", ({ bytes }) => bytes && new DataView(bytes.buffer, bytes.byteOffset).getInt8(0));
ann.to("Bob").sendBinary(new Float32Array([1.5]), {}).catch((error: unknown) => error instanceof Fault && error.code);
ann.hub("lab").hold({ presence: true }).then((lease) => lease.release());
ann.to("Bob").send({ a: 1 }).catch((fault: unknown) => fault instanceof full.Fault && fault.retry);
ann.hub("lab").state.update("score", (score = 0) => score + 1).then((score) => score?.toFixed());
ann.hub("lab").state.set({ score: 1, "cursor/7": { x: 1 } }, { own: true, term: ann.hub("lab").term });
onStream(same, ({ readable }) => void readable);
receiveFiles(ann, (file) => void file.blob());
openStream(ann, "Bob").then(({ writable }) => void writable);
ann.hub("lab").send({ n: "1" }); // wrong
ann.hub("lab").state.set("score", "1"); // wrong
ann.hub("lab").state.set("points", 1); // wrong
ann.hub("lab").state.set("cursor/7", { y: 1 }); // wrong
ann.hub("lab").state.set("score", 1, { fenced: true }); // wrong
openStream(5, "Bob"); // wrong
connect<{ hub: { lab: string } }>("ws://localhost"); // wrong
ann.internals; // wrong
`;

/** With the DOM, or the types of Node, streams and blobs have their own members. */
const PLATFORM = `${IMPORTS}
declare const ann: Client<object>;
onStream(ann, ({ readable }) => readable.cancel());
receiveFiles(ann, async (file) => (await file.blob()).size.toFixed());
sendFile(ann, "Bob", new Blob([]), { signal: new AbortController().signal }).then(({ sha256 }) => sha256.length);
openStream(ann, "Bob").then(({ writable }) => writable.close());
ann.on("message", ({ bytes }) => bytes && new Blob([bytes]));
connect(new URL("ws://localhost"), { dialect: cloud });
ann.ready({ signal: 5 }); // wrong
export const used: [Message?, Options<object>?, Fault?, typeof full?] = [];
`;

const REACT = `
import { connect } from "@achex/client";
import { useClient, useClientState, useMessage, useRoom, useRoomMessage, useRoomState } from "@achex/client/react";
const shared = connect<{ hubs: { lab: { n: number } }; state: { lab: { score: number } } }>("ws://localhost", { name: "Ann", autoConnect: false });
export function Lab({ name }: { readonly name: string }) {
  const own = useClient<{ hubs: { lab: { n: number } } }>("ws://localhost", { name });
  const { members, status, fault } = useRoom(own.hub("lab"), { presence: true, attributes: { name } });
  useRoomMessage(shared.hub("lab"), ({ data }) => data.n.toFixed());
  useRoomState(shared.hub("lab"), "score")?.toFixed();
  useRoomState(shared.hub("lab")).score?.toFixed();
  useRoomState(shared.hub("lab"), "points"); // wrong
  useMessage(own, ({ from }) => from.length);
  useRoomMessage(own.hub("lab"), ({ data }) => data.text); // wrong
  useRoom(own.hub("lab"), { presence: 1 }); // wrong
  return <p title={fault?.remedy}>{useClientState(own)} {status} {members.map((one) => one.name).join()}</p>;
}
`;

const resolutions = { bundler: "preserve", node16: "node16", nodenext: "nodenext" } as const;
const every: readonly string[] = Object.keys(resolutions);
const one: readonly string[] = ["node16"];
const environments = {
  bare: { lib: ["es2022"], types: [], files: ["program"], resolutions: every },
  dom: { lib: ["es2022", "dom"], types: [], files: ["program", "platform", "react"], resolutions: every },
  node: { lib: ["es2022"], types: ["node"], files: ["program", "platform"], resolutions: one },
} as const;

let project: Project;
const configs: string[] = [];
beforeAll(async () => {
  project = await createProject(["react", "@types/react", "csstype", "@types/node", "undici-types"]);
  project.write({ "react.tsx": REACT });
  for (const extension of ["ts", "mts", "cts"])
    project.write({ [`program.${extension}`]: PROGRAM, [`platform.${extension}`]: PLATFORM });
  for (const [environment, { lib, types, files, ...their }] of Object.entries(environments)) {
    for (const [moduleResolution, module] of Object.entries(resolutions)) {
      if (!their.resolutions.includes(moduleResolution)) continue;
      const compilerOptions = {
        ...{ noEmit: true, strict: true, exactOptionalPropertyTypes: true, target: "es2022", jsx: "react-jsx" },
        // Checks the declarations of packages; only those of the compiler itself are left out.
        ...{ skipLibCheck: false, skipDefaultLibCheck: true, lib, types, module, moduleResolution },
      };
      const extensions = moduleResolution === "bundler" ? ["ts"] : ["mts", "cts"];
      const sources = files.flatMap((name) =>
        name === "react" ? "react.tsx" : extensions.map((extension) => `${name}.${extension}`),
      );
      const path = `tsconfig.${environment}-${moduleResolution}.json`;
      project.write({ [path]: JSON.stringify({ compilerOptions, files: sources }) });
      configs.push(join(project.folder, path));
    }
  }
}, 60_000);
afterAll(() => project?.remove());

/** The lines that a compiler must find in the files of a project, and no others. */
function wrongLines(config: string): string[] {
  const [, environment = "", resolution] = /tsconfig\.(\w+)-(\w+)\.json$/.exec(config) ?? [];
  const extensions = resolution === "bundler" ? ["ts"] : ["mts", "cts"];
  const texts = { program: PROGRAM, platform: PLATFORM, react: REACT };
  const { files } = environments[environment as keyof typeof environments];
  return files.flatMap((name) =>
    texts[name]
      .split("\n")
      .flatMap((line, at) => (line.endsWith("// wrong") ? [`${name}:${at + 1}`] : []))
      .flatMap((place) => (name === "react" ? [place] : extensions.map(() => place))),
  );
}

/** Errors in the project and in the package, shortened to "file:line" where they are in the project; others are not ours. */
function shortened(errors: readonly string[]): string[] {
  const own = errors.filter((error) => !/node_modules\/(?!@achex)/.test(error));
  return own.map((error) => /(?:^|\/)(program|platform|react)\.\w+:(\d+) /.exec(error)?.slice(1).join(":") ?? error);
}

/** What TypeScript 7 finds, in the form of compile.mjs. */
async function errorsOfNative(config: string): Promise<string[]> {
  const tsc = join(repository, "node_modules/typescript/bin/tsc");
  const { out } = await outputOf(["node", tsc, "--pretty", "false", "-p", config], {}, project.folder);
  return [...out.matchAll(/^(\S[^(\n]*)\((\d+),\d+\): error (TS\d+): (.*)$/gm)].map(
    ([, file, line, code, text]) => `${file}:${line} ${code} ${text}`,
  );
}

describe("types: bundler, node16 and nodenext; bare, with the DOM, and with the types of Node", () => {
  test.each(["5.4", "5.9"])(
    "TypeScript %s finds the mistakes and nothing else, with skipLibCheck off",
    async (version) => {
      const compiler = join(repository, `tools/compilers/typescript-${version}/node_modules/typescript`);
      const out = await project.run("node", join(import.meta.dir, "compile.mjs"), compiler, ...configs);
      const found: string[][] = JSON.parse(out);
      expect(found.map((errors) => shortened(errors).toSorted())).toEqual(
        configs.map((config) => wrongLines(config).toSorted()),
      );
    },
    120_000,
  );

  test("TypeScript 7 finds the mistakes and nothing else, with skipLibCheck off", async () => {
    for (const config of configs)
      expect([config, ...shortened(await errorsOfNative(config)).toSorted()]).toEqual([
        config,
        ...wrongLines(config).toSorted(),
      ]);
  }, 120_000);
});

test("its sources need no compiler: Node from 22.18 on and Deno only leave the types out", async () => {
  const sources = ["client/src/full.ts", "protocol/src/index.ts"].map((path) => join(repository, "packages", path));
  const tsc = join(repository, "node_modules/typescript/bin/tsc");
  const flags = ["--ignoreConfig", "--noEmit", "--erasableSyntaxOnly", "--strict", "--exactOptionalPropertyTypes"];
  const modules = ["--module", "preserve", "--moduleResolution", "bundler", "--allowImportingTsExtensions"];
  const types = ["--target", "esnext", "--lib", "esnext", "--types", "bun", "--pretty", "false"];
  const { out, code } = await outputOf(["node", tsc, ...flags, ...modules, ...types, ...sources]);
  expect([out.split("\n").filter((line) => line.includes("TS1294")), code]).toEqual([[], 0]);
}, 120_000);
