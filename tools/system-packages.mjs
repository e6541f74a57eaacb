import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * What suites need from the operating system. `files` is the beginning of their test files' paths; each of `needs` is a
 * command, alternatives with |, or an absolute path of a file; `packages` are Debian's.
 */
// cspell:words libclang
const suites = [
  { name: "bench", files: "bench/", needs: ["g++"], packages: ["g++"] },
  {
    name: "quickstart",
    files: "site/test/quickstart-devices",
    needs: ["g++", "/usr/lib/python3/dist-packages/websocket"],
    packages: ["g++", "python3-websocket"],
  },
  {
    name: "recipes",
    files: "site/test/recipes",
    needs: ["/usr/lib/python3/dist-packages/websocket"],
    packages: ["python3-websocket"],
  },
  {
    name: "C++ client",
    files: "clients/cpp/",
    needs: [
      ...["g++", "cmake", "ninja", "pkg-config", "python3", "openssl", "/usr/include/boost/beast/websocket.hpp"],
      ...["/usr/include/openssl/ssl.h", "/usr/include/nlohmann/json.hpp", "/usr/include/doctest/doctest.h"],
    ],
    packages: [
      ...["g++", "cmake", "ninja-build", "pkg-config", "python3", "openssl", "libboost-dev", "libssl-dev"],
      ...["nlohmann-json3-dev", "doctest-dev"],
    ],
  },
  { name: "cluster", files: "packages/server/test/nats/", needs: ["nats-server"], packages: ["nats-server"] },
  {
    name: "cluster on hosts",
    files: "packages/server/test/network/",
    needs: ["nats-server"],
    packages: ["nats-server"],
  },
  { name: "cluster command", files: "packages/cli/test/cluster", needs: ["nats-server"], packages: ["nats-server"] },
  {
    name: "C++ format",
    files: "clients/cpp/test/format",
    needs: ["clang-format-14"],
    packages: ["clang-format-14"],
  },
  {
    name: "C++ client with Clang",
    files: "clients/cpp/test/clang",
    needs: ["clang++", "/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a"],
    packages: ["clang", "libclang-rt-14-dev"],
  },
  { name: "site", files: "site/", needs: ["/usr/bin/chromium"], packages: ["chromium"] },
  { name: "client", files: "packages/client/test/runtimes", needs: ["/usr/bin/chromium"], packages: ["chromium"] },
  {
    name: "client package",
    files: "packages/client/test/package/programs",
    needs: ["/usr/bin/chromium"],
    packages: ["chromium"],
  },
  { name: "React", files: "packages/client/test/package/react", needs: ["/usr/bin/chromium"], packages: ["chromium"] },
];

const isCommand = (name) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const isPresent = (need) => need.split("|").some((one) => (one.startsWith("/") ? existsSync(one) : isCommand(one)));
const lacking = ({ needs }) => needs.filter((need) => !isPresent(need));

/** How this user may install packages: the words before the command, or undefined when there is no way. */
function installer() {
  if (!isCommand("apt-get")) return undefined;
  if (process.getuid?.() === 0) return [];
  const sudo = isCommand("sudo") && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0;
  return sudo ? ["sudo", "-n"] : undefined;
}

function install(packages) {
  const as = installer();
  if (!as) return;
  console.log(`▶ apt-get install ${packages.join(" ")}`);
  const apt = (...args) => {
    const [command, ...rest] = [...as, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", ...args];
    return spawnSync(command, rest, { stdio: ["ignore", "inherit", "inherit"] }).status === 0;
  };
  // A fresh machine has no package lists, and without them nothing can be installed.
  if (!apt("update")) console.error("apt-get update failed; trying with the lists that are there");
  if (!apt("install", "-y", "--no-install-recommends", ...packages)) console.error("apt-get install failed");
}

/**
 * Installs what the test files need, when something is missing and when this user may; returns the files that can run and,
 * for each suite that cannot, a text that says why.
 */
export function ensurePackages(wanted) {
  const concerned = suites.filter(({ files }) => wanted.some((file) => file.startsWith(files)));
  const packages = concerned.filter((suite) => lacking(suite).length > 0).flatMap((suite) => suite.packages);
  if (packages.length > 0) install([...new Set(packages)]);
  const left = concerned.filter((suite) => lacking(suite).length > 0);
  return {
    files: wanted.filter((file) => !left.some((suite) => file.startsWith(suite.files))),
    missing: left.map(
      (suite) =>
        `${suite.name} tests were left out: no ${lacking(suite).join(", no ")} here; install ${suite.packages.join(" ")}`,
    ),
  };
}
