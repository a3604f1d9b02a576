"use strict";

// npm run compat:runtimes: a small program on Bun and Deno, through every entry of the package. A backend that a runtime
// does not carry may be unavailable, and says why; what there is must work, and nothing may end the process.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const home = path.join(root, "scratch", "runtimes");
const { platform, arch } = process;
const runtimes = {
  bun: { name: `@oven/bun-${platform}-${arch === "arm64" ? "aarch64" : arch}`, program: "bin/bun", args: ["run"] },
  deno: { name: `@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`, program: "deno", args: ["run", "--allow-all", "--no-config", "--unstable-detect-cjs"] },
};
const entries = ["caio", "caio/uring", "caio/linux", "caio/thread", "caio/js", "caio/fs", "caio/fs/uring", "caio/fs/linux", "caio/fs/thread", "caio/fs/js", "caio/register"];

const program = (entry) => `
const file = ${JSON.stringify(path.join(home, "file"))};
let caio;
try { caio = require(${JSON.stringify(entry)}); }
catch (error) { if (error.code !== "ERR_CAIO_BACKEND_UNAVAILABLE") throw error; console.log("unavailable"); process.exit(0); }
(async () => {
  const fs = caio.readFile ? caio : require("node:fs/promises");
  await fs.writeFile(file, "written");
  const handle = await fs.open(file, "r+");
  if ((await handle.read(Buffer.alloc(9), 0, 9, 0)).bytesRead !== 7) throw new Error("read something else");
  if (caio.AsyncContext) { const context = new caio.AsyncContext(); if (String(await context.read(7, handle.fd, 0)) !== "written") throw new Error("context"); await context.close(); }
  await handle.close();
  const texts = await Promise.all(Array.from({ length: 50 }, () => fs.readFile(file, "utf8")));
  if (texts.some((text) => text !== "written")) throw new Error("read something else");
  const error = await fs.stat(file + "-none").catch((reason) => reason);
  if (error.code !== "ENOENT") throw new Error("no ENOENT");
  console.log("works");
})();
`;

const reasons = `
for (const { name, available, reason, mend } of require("caio").backends())
  if (!available) console.log(name + ": " + reason + (mend ? "; " + mend : ""));
`;

for (const [runtime, { name, program: binary, args }] of Object.entries(runtimes)) {
  const folder = path.join(home, runtime);
  const file = path.join(folder, "node_modules", name, binary);
  if (!fs.existsSync(file)) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "package.json"), "{}");
    spawnSync("npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", name], { cwd: folder, stdio: "inherit" });
  }
  const caio = path.join(folder, "node_modules", "caio");
  fs.rmSync(caio, { recursive: true, force: true });
  for (const part of ["package.json", "dist", "build/Release/caio.node"])
    if (fs.existsSync(path.join(root, part))) fs.cpSync(path.join(root, part), path.join(caio, part), { recursive: true });
  for (const entry of entries) {
    const script = path.join(folder, "program.cjs");
    fs.writeFileSync(script, program(entry));
    const { status, signal, stdout, stderr } = spawnSync(file, [...args, script], { cwd: folder, encoding: "utf8", timeout: 30_000 });
    const good = status === 0 && /^(works|unavailable)\n$/.test(stdout);
    console.log(`${runtime.padEnd(5)} ${entry.padEnd(15)} ${good ? stdout.trim() : `FAILED (${signal ?? status})\n${stdout}${stderr}`}`);
    if (!good) process.exitCode = 1;
  }
  const script = path.join(folder, "program.cjs");
  fs.writeFileSync(script, reasons);
  const { status, stdout, stderr } = spawnSync(file, [...args, script], { cwd: folder, encoding: "utf8", timeout: 30_000 });
  for (const line of stdout.trim().split("\n")) console.log(`${runtime.padEnd(5)} ${line}`);
  if (status !== 0 || /: (undefined)?(;|$)/m.test(stdout)) {
    console.log(`${runtime.padEnd(5)} FAILED (${status}): a backend that is not available does not say why\n${stderr}`);
    process.exitCode = 1;
  }
}
