import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startControl } from "./control.ts";
import { run } from "./programs.ts";

export const root = join(import.meta.dir, "../../..");
export const source = join(root, "clients/cpp");
/** Kept between runs, so that only what has changed is compiled. */
export const builds = join(root, "build/cpp");
/** Compilers are slow on a busy machine. */
export const LIMIT = 1_800_000;
/** Where the library is installed for the tests. */
export const installed = join(builds, "installed");

/** Configures and builds; returns the folder. */
export async function build(name: string, options: string[], targets: string[] = [], from = source): Promise<string> {
  const folder = join(builds, name);
  const cache = join(folder, "CMakeCache.txt");
  // CMake refuses a folder in which an older test has built another project.
  const isOurs = !existsSync(cache) || readFileSync(cache, "utf8").includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${from}\n`);
  if (!isOurs) rmSync(folder, { recursive: true });
  await run(["cmake", "-S", from, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=None", ...options]);
  const wanted = targets.flatMap((target) => ["--target", target]);
  await run(["cmake", "--build", folder, "--parallel", "2", ...wanted]);
  return folder;
}

export const strict = ["-DCMAKE_UNITY_BUILD=ON", "-DACHEX_WARNINGS_AS_ERRORS=ON", "-DCMAKE_CXX_FLAGS=-O1"];
export const gcc = ["-DCMAKE_CXX_COMPILER=g++", "-DBUILD_SHARED_LIBS=ON", `-DCMAKE_INSTALL_PREFIX=${installed}`];
export const clang = ["-DCMAKE_CXX_COMPILER=clang++", "-DACHEX_BUILD_EXAMPLES=OFF"];

/** Where the libraries of an installed package are, depending on the system. */
export const libraryFolders = ["lib", "lib/x86_64-linux-gnu"];

/** What a compiler needs for a program that uses an installed package. */
export async function packageFlags(prefix: string, ...options: string[]): Promise<string[]> {
  const path = libraryFolders.map((folder) => join(prefix, folder, "pkgconfig")).join(":");
  const flags = await run(["pkg-config", "--cflags", "--libs", ...options, "achex"], { PKG_CONFIG_PATH: path });
  return flags.trim().split(/\s+/);
}

/** The example in C, with what its compiler has to accept. */
export const strictC = ["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", join(source, "examples/hello.c")];

/** Fewer than in the long run, which takes minutes on two cores. */
const few: Readonly<Record<string, string>> = { ACHEX_TEST_MESSAGES: "10000", ACHEX_TEST_CYCLES: "200" };

/** Runs the tests of a build; returns their output, which is `verbose` or only that of failures. */
export async function ctest(folder: string, counts = few, verbose = false): Promise<string> {
  await using control = startControl();
  const command = ["ctest", "--test-dir", folder, verbose ? "--verbose" : "--output-on-failure", "--parallel", "2"];
  return await run(command, { ACHEX_TEST_CONTROL: control.url, ACHEX_TEST_ROOT: root, ...counts });
}
