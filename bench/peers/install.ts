/** Runtimes from the npm registry, in a cache folder of the bench: none of them is a dependency of the package. */

import { execFile } from "node:child_process";
import { access, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../places";
import { messageOf } from "../refusal";
import { childFile, nodeCommand, nodeName } from "./this-node";
import type { RuntimeName } from "./peer";
import type { RuntimeCommand } from "./runtime-peer";

const run = promisify(execFile);

export interface Release {
  /** Folder in the cache. */
  readonly name: string;
  /** The package that holds the program itself: install scripts, which load from elsewhere, are not run. */
  readonly packageName: string;
  readonly range: string;
  /** Within the package. */
  readonly program: string;
  readonly titleOf: (version: string) => string;
  readonly runtimeOf: (version: string) => RuntimeName;
  readonly commandOf: (program: string) => string[];
}

const nodePackage = `node-${process.platform}-${process.arch}`;
const bunPackage = `@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
const denoPackage = `@deno/${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}`;

const nodeRelease = (range: string): Release => ({
  name: `node-${range}`,
  packageName: nodePackage,
  range,
  program: "bin/node",
  titleOf: (version) => `Node ${version}`,
  runtimeOf: nodeName,
  commandOf: nodeCommand,
});

/** Node's kept lines, its newest release, Bun and Deno. */
export const releases: readonly Release[] = [
  ...["20", "22", "24", "latest"].map(nodeRelease),
  {
    name: "bun",
    packageName: bunPackage,
    range: "latest",
    program: "bin/bun",
    titleOf: (version) => `Bun ${version}`,
    runtimeOf: () => "bun",
    commandOf: (program) => [program, "run", childFile],
  },
  {
    name: "deno",
    packageName: denoPackage,
    range: "latest",
    program: "deno",
    titleOf: (version) => `Deno ${version}`,
    runtimeOf: () => "deno",
    commandOf: (program) => [
      program,
      "run",
      "--allow-all",
      "--no-config",
      "--unstable-detect-cjs",
      "--v8-flags=--expose-gc",
      childFile,
    ],
  },
];

interface Manifest {
  readonly version: string;
}

/** Installs it unless it is there; a newer one is fetched when its folder has been removed. */
export async function runtimeCommand(release: Release): Promise<RuntimeCommand> {
  const folder = join(cacheFolder, release.name);
  const installed = join(folder, "node_modules", release.packageName);
  const program = join(installed, release.program);
  await access(program).catch(() => install(release, folder));
  await access(program);
  const { version } = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as Manifest;
  return {
    runtime: release.runtimeOf(version),
    title: release.titleOf(version),
    version,
    command: release.commandOf(program),
  };
}

async function install({ packageName, range }: Release, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const quiet = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", ...quiet, "--prefix", folder, `${packageName}@${range}`], { timeout: 300_000 }).catch(
    (error: unknown) => {
      throw new Error(`npm install ${packageName}@${range}: ${messageOf(error).split("\n").slice(1, 3).join(" ")}`, {
        cause: error,
      });
    },
  );
}
