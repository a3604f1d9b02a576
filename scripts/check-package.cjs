"use strict";

// npm run check:package: the package as users get it. It is packed, looked at by publint and arethetypeswrong, and installed
// into empty projects whose PATH has nothing but node, npm and sh: with install scripts and without; without the addon
// that it brings; and then built from source with all that this machine has (CAIO_REQUIRE_ADDON=1).

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const root = path.join(__dirname, "..");
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "caio-package-"));
const bare = path.join(scratch, "bin");

/** These versions, so that two runs check the same. */
const publint = "publint@0.3.25";
const areTheTypesWrong = "@arethetypeswrong/cli@0.18.5";

function find(program) {
  const folder = process.env.PATH.split(path.delimiter).find((each) => fs.existsSync(path.join(each, program)));
  if (folder === undefined) throw new Error(`${program} is not in the path`);
  return path.join(folder, program);
}

function run(command, args, cwd, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, CAIO_IMPL: "", ...env },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${path.basename(command)} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return { stdout, stderr };
}

function assert(condition, complaint) {
  if (!condition) throw new Error(complaint);
}

function pack() {
  const packed = Object.values(JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", scratch], root).stdout))[0];
  const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`;
  console.log(`${packed.filename}: ${kilobytes(packed.size)}, ${kilobytes(packed.unpackedSize)} unpacked, ${packed.files.length} files`);
  assert(packed.files.some(({ path: name }) => name.startsWith("prebuilds/")), "there is no addon in the package");
  return path.join(scratch, packed.filename);
}

/** A real program: its own result, and which backends there are. */
const program = `
  const { backends, AsyncContext } = require("caio");
  import("caio/fs").then(async ({ default: fs }) => {
    await fs.writeFile("made.txt", "made");
    if (await fs.readFile("made.txt", "utf8") !== "made") throw new Error("not what was written");
    const handle = await fs.open("made.txt", "r");
    const context = new AsyncContext();
    if (String(await context.read(4, handle.fd, 0)) !== "made") throw new Error("not what was written");
    await context.close();
    await handle.close();
    console.log(JSON.stringify(backends()));
  });
`;

/** In a new project; what npm printed, and the backends there. */
function install(tarball, { args = [], env = { PATH: bare } } = {}) {
  const project = fs.mkdtempSync(path.join(scratch, "project-"));
  fs.writeFileSync(path.join(project, "package.json"), JSON.stringify({ name: "work", private: true }));
  const { stdout } = run(find("npm"), ["install", "--no-audit", "--no-fund", "--foreground-scripts", ...args, tarball], project, env);
  const modules = fs.readdirSync(path.join(project, "node_modules")).filter((name) => !name.startsWith("."));
  assert(modules.join() === "caio", `the user installs more than caio: ${modules.join(", ")}`);
  const ended = run(process.execPath, ["-e", program], project, { PATH: bare });
  assert(ended.stderr === "", `on stderr: ${ended.stderr}`);
  return { printed: stdout.split("\n").filter((line) => line.startsWith("caio")), backends: JSON.parse(ended.stdout), project };
}

const expected = require(root).backends();
const inUse = (backends) => backends.find((backend) => backend.inUse).name;

function native(title, { printed, backends }) {
  assert(printed.length === 0, `${title}: the install script printed ${printed.join("\n")}`);
  for (const [index, { name, available, reason }] of backends.entries())
    assert(available === expected[index].available, `${title}: ${name} is ${available ? "" : "not "}available, other than here (${reason})`);
  console.log(`${title}: ${inUse(backends)} serves`);
}

function withoutPrebuild(tarball) {
  const folder = path.join(scratch, "without");
  fs.mkdirSync(folder);
  run("tar", ["-xzf", tarball, "-C", folder], scratch);
  fs.rmSync(path.join(folder, "package", "prebuilds"), { recursive: true });
  const name = path.join(folder, path.basename(tarball));
  run("tar", ["-czf", name, "package"], folder);
  return name;
}

function main() {
  if (process.platform === "win32") return console.log("not on Windows: there is no native addon for it");
  assert(expected[2].available, "npm run build first: what is installed is compared with what is here");
  run(process.execPath, [path.join(__dirname, "prepack.cjs")], root);
  const tarball = pack();
  run("npx", ["--yes", publint, "run", "--strict", tarball], scratch);
  console.log(`${publint}: clean`);
  // node10, which knows no "exports", finds every entry but the package.json itself.
  run("npx", ["--yes", areTheTypesWrong, tarball, "--exclude-entrypoints", "package.json"], scratch);
  console.log(`${areTheTypesWrong}: clean`);

  fs.mkdirSync(bare);
  for (const tool of ["node", "npm", "sh", "env"]) fs.symlinkSync(tool === "node" ? process.execPath : fs.realpathSync(find(tool)), path.join(bare, tool));
  native("installed without compiler and CMake", install(tarball));
  native("the same with --ignore-scripts", install(tarball, { args: ["--ignore-scripts"] }));

  const sources = withoutPrebuild(tarball);
  const plain = install(sources);
  assert(plain.printed.length === 1 && inUse(plain.backends) === "js", `without any addon: ${plain.printed.join("\n")}, ${inUse(plain.backends)} serves`);
  console.log(`without any addon: ${inUse(plain.backends)} serves, and npm shows: ${plain.printed[0]}`);
  native("built from source", install(sources, { env: { CAIO_REQUIRE_ADDON: "1" } }));
}

try {
  main();
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
