/** What the system refuses, asked of node:fs/promises and of a backend in the same place: the outcomes must be the same. */

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { backends, type BackendName } from "caio";
import { packageRoot } from "./matrix";

export interface Situation {
  /** A command that makes the situation and becomes its arguments. */
  readonly within: readonly string[];
  /** Body of an async function of (fs, at, node, note): `note(name, promise)` keeps an outcome for the comparison. */
  readonly body: string;
  /** Outcomes that have to be among node's: a situation that did not come about proves nothing. */
  readonly expected: readonly string[];
}

export const isRoot = process.platform === "linux" && process.geteuid?.() === 0;

/** A mount in a namespace of its own: gone with the process. $1 is the place. */
export const mounted = (options: string): readonly string[] =>
  ["unshare", "-m", "--propagation", "private", "sh", "-c", `mount -t tmpfs -o ${options} none "$1" && shift && exec "$@"`, "sh"];

export function canMount(): string | undefined {
  if (!isRoot) return "only root can mount";
  const { error, status, stderr } = spawnSync("unshare", ["-m", "--propagation", "private", "sh", "-c", "mount -t tmpfs none /mnt"], { encoding: "utf8" });
  return error?.message ?? (status === 0 ? undefined : stderr.trim());
}

const program = (backend: BackendName, tryNow: boolean, body: string): string => `
  const node = require("node:fs");
  const at = process.argv[1];
  const scenario = async (fs, at, node, note) => { ${body} };
  async function outcomes(fs) {
    const list = [];
    await scenario(fs, at, node, async (name, promise) => {
      try { const value = await promise; list.push([name, "done", typeof value === "object" ? null : value ?? null]); return value; }
      catch (error) { list.push([name, error.code, error.name, error.message, error.errno, error.syscall, error.path, error.dest]); }
    });
    return list;
  }
  (async () => {
    const theirs = await outcomes(require("node:fs/promises"));
    for (const name of node.readdirSync(at)) { try { node.rmSync(at + "/" + name, { recursive: true, force: true }); } catch { /* read-only */ } }
    const fs = require("caio").createFs({ backend: "${backend}", tryNow: ${tryNow} });
    const ours = await outcomes(fs);
    await fs[Symbol.asyncDispose]?.();
    console.log(JSON.stringify({ theirs, ours }));
  })().catch((error) => { console.error(error); process.exitCode = 1; });
`;

type Outcomes = readonly (readonly unknown[])[];

function compare(backend: BackendName, tryNow: boolean, { within, body, expected }: Situation): void {
  const folder = fs.mkdtempSync("/tmp/caio-fault-");
  try {
    const [command = "", ...given] = within;
    const place = given.at(-1) === "sh" ? [folder] : [];
    const { stdout, stderr, status } = spawnSync(command, [...given, ...place, process.execPath, "-e", program(backend, tryNow, body), folder], {
      cwd: packageRoot, encoding: "utf8", timeout: 20_000,
    });
    expect({ stderr, status }).to.deep.equal({ stderr: "", status: 0 });
    const { theirs, ours } = JSON.parse(stdout) as { theirs: Outcomes; ours: Outcomes };
    expect(theirs.map(([, code]) => code)).to.include.members([...expected]);
    expect(ours).to.deep.equal(theirs);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** One test per backend, try-now on and off. */
export function eachBackend(title: string, why: () => string | undefined, situation: Situation): void {
  describe(title, function () {
    this.timeout(60_000);
    before(function () {
      const reason = why();
      if (reason === undefined) return;
      console.log(`      ${reason}`);
      this.skip();
    });
    for (const { name, available, reason } of backends()) {
      for (const tryNow of name === "js" ? [true] : [true, false]) {
        it(`${name}, try-now ${tryNow ? "on" : "off"}`, function () {
          if (!available) {
            console.log(`      ${name} is not available here: ${reason}`);
            this.skip();
          }
          compare(name, tryNow, situation);
        });
      }
    }
  });
}

export const fromUtilLinux = (name: "prlimit" | "unshare"): string | undefined =>
  process.platform === "linux" && spawnSync(name, ["--version"]).status === 0 ? undefined : `there is no ${name} here: ${path.basename(name)} is in util-linux`;
