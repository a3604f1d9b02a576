// The house has floors, and an import only ever points down: this looks at every #include and every import.
// Floors from the ground up, each by how its files' paths begin; the longest match counts.

"use strict";

const { readFileSync, readdirSync } = require("node:fs");
const { join, posix } = require("node:path");

const root = join(__dirname, "..");

const cppFloors = [
  "cpp/system/faults.",
  "cpp/system/call.h",
  "cpp/system/descriptor.h",
  "cpp/operation.h",
  "cpp/system/",
  "cpp/backends/",
  "cpp/engine",
  "cpp/border/",
  "cpp/addon.cc",
];

/** Only these may know Node-API; all below runs as a plain executable too. */
const knowNodeApi = ["cpp/border/", "cpp/addon.cc"];
const nodeApiHeaders = /^(napi|node_api|js_native_api|uv|v8|node)(\b|-|_).*\.h$/;

/**
 * Only the system floor calls the system: above it neither a header that declares system calls may be included (types
 * alone are harmless), nor a function of the C library be called by its global name.
 */
const callsTheSystem = "cpp/system/";
const systemHeaders = /^(sys\/(?!types\.h|uio\.h)|linux\/|asm\/|(unistd|fcntl|poll|signal|pthread|dirent|aio|stdio)\.h$|cstdio$|csignal$|filesystem$|fstream$|iostream$)/;
/** Where the system is called by plain names: the macro itself, its faults, what is made for it, and what stands in for a newer C library. */
const definesCalls = /^cpp\/system\/(call|faults|raw|older_glibc)\./;
const globalCall = /(?<![\w>])::([a-z_]\w*)\s*\(/g;
/** Above the floor: of the dynamic linker and the allocator, not of the system. */
const harmless = ["dlsym", "free"];
/** Within the floor, without CAIO_CALL: what cannot fail when its arguments are right. */
const infallible =
  /^(free|malloc_(usable_)?size|munmap|sysconf|dirfd|sigaction|sigfillset|sigdelset|sched_getcpu|get(euid|egid)|pthread_(self|kill|sigmask|attr_(setstacksize|setdetachstate|destroy)))$/;

const srcFloors = ["typings/", "src/errors", "src/async-dispose", "src/backends/", "src/fs/", "src/"];

const filesBelow = (folder, extension) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => posix.join(folder, name))
    .filter((name) => extension.test(name));

function floorOf(floors, file) {
  const matches = floors.filter((floor) => file.startsWith(floor)).sort((a, b) => b.length - a.length);
  return matches.length === 0 ? -1 : floors.indexOf(matches[0]);
}

const problems = [];

function check(floors, file, imported) {
  const from = floorOf(floors, file);
  const to = floorOf(floors, imported);
  if (from < 0) problems.push(`${file}: belongs to no floor`);
  else if (to < 0) problems.push(`${file}: imports ${imported}, which belongs to no floor`);
  else if (to > from) problems.push(`${file}: imports ${imported}, which lies above it`);
}

for (const file of filesBelow("cpp", /\.(h|cc)$/)) {
  const text = readFileSync(join(root, file), "utf8");
  for (const [, quote, name] of text.matchAll(/^\s*#\s*include\s+(["<])([^">]+)[">]/gm)) {
    if (systemHeaders.test(name) && !file.startsWith(callsTheSystem))
      problems.push(`${file}: knows system calls (${name})`);
    if (nodeApiHeaders.test(name)) {
      if (!knowNodeApi.some((floor) => file.startsWith(floor))) problems.push(`${file}: knows Node-API (${name})`);
    } else if (quote === '"') check(cppFloors, file, posix.join("cpp", name));
  }
  if (definesCalls.test(file)) continue;
  const called = [...text.matchAll(globalCall)].map(([, name]) => name);
  for (const name of called) {
    if (file.startsWith(callsTheSystem)) {
      if (!infallible.test(name)) problems.push(`${file}: calls ${name} without CAIO_CALL, where no fault can reach it`);
    } else if (!harmless.includes(name)) {
      problems.push(`${file}: calls ${name} by itself; the system floor does that`);
    }
  }
}

for (const file of filesBelow("src", /\.m?ts$/)) {
  const text = readFileSync(join(root, file), "utf8");
  for (const [, name] of text.matchAll(/(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["']([^"']+)["']/g)) {
    if (name.startsWith(".")) check(srcFloors, file, posix.join(posix.dirname(file), name));
    else if (name === "caio" || name.startsWith("caio/")) problems.push(`${file}: imports its own package`);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log("floors: every import points down, and only the system floor calls the system");
