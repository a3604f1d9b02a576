/** Methods that a FileHandle has with --experimental-stream-iter only, so in processes of their own. */

import { execFileSync } from "node:child_process";
import { plant } from "../plant";
import { group, type Scenario } from "../scenario";

const flag = "--experimental-stream-iter";

const printed = (folder: string, expression: string, body: string): unknown => {
  const program = `
    const fs = ${expression};
    const caught = (error) => ({ error: error.constructor.name, code: error.code, message: error.message });
    const collected = async (pieces) => { const all = []; for await (const lot of pieces) all.push(...lot); return Buffer.concat(all).toString(); };
    const state = async (handle) => [handle.fd < 0, await handle.close().then(() => "closed", caught)];
    (async () => { process.stdout.write(JSON.stringify(await (async () => { ${body} })())); })();
  `;
  return JSON.parse(execFileSync(process.execPath, [flag, "-e", program], { encoding: "utf8", cwd: folder, stdio: "pipe" }));
};

const pulling = group("FileHandle.pull", (add) => {
  add("gives the file's bytes, from where and as many as asked", [30], async (_fs, folder, { expression }) => {
    plant(folder, { file: "0123456789abcdef" });
    return printed(folder, expression, `
      const handle = await fs.open("file");
      const seen = [await collected(handle.pull({ start: 4, limit: 6, chunkSize: 4 })), await collected(handle.pull({ limit: 3 })), await collected(handle.pull())];
      return { seen, end: await state(handle) };
    `);
  });

  add("closes the handle on request, and locks it meanwhile", [62, 66], async (_fs, folder, { expression }) => {
    plant(folder, { file: "0123456789" });
    return printed(folder, expression, `
      const handle = await fs.open("file");
      let emitted = 0;
      handle.on("close", () => { emitted += 1; });
      const pieces = handle.pull({ autoClose: true, chunkSize: 3 });
      let locked;
      try { handle.pull(); } catch (error) { locked = caught(error); }
      const content = await collected(pieces);
      let after;
      try { handle.pull(); } catch (error) { after = caught(error); }
      return { content, locked, after, emitted, end: await state(handle) };
    `);
  });

  add("waits with a close for the end", [62], async (_fs, folder, { expression }) => {
    plant(folder, { file: "0123456789" });
    return printed(folder, expression, `
      const handle = await fs.open("file");
      const iterator = handle.pull({ chunkSize: 4 })[Symbol.asyncIterator]();
      const first = await iterator.next();
      let closed = false;
      const closing = handle.close().then(() => { closed = true; });
      await new Promise((resolve) => setTimeout(resolve, 20));
      const during = [closed, handle.fd > 0];
      await iterator.return();
      await closing;
      return { first: String(first.value[0]), during, after: [closed, handle.fd] };
    `);
  });

  add("ends at an abort", [46], async (_fs, folder, { expression }) => {
    plant(folder, { file: "0123456789" });
    return printed(folder, expression, `
      const handle = await fs.open("file");
      const signal = AbortSignal.abort(new Error("mine"));
      return [await collected(handle.pull({ signal })).catch(caught), await state(handle)];
    `);
  });

  add("gives the bytes synchronously, too", [62], async (_fs, folder, { expression }) => {
    plant(folder, { file: "0123456789" });
    return printed(folder, expression, `
      const handle = await fs.open("file");
      const seen = [...handle.pullSync({ start: 2, chunkSize: 5 })].map((lot) => Buffer.concat(lot).toString());
      const rest = [...handle.pullSync({ autoClose: true })].map((lot) => Buffer.concat(lot).toString());
      return { seen, rest, end: await state(handle) };
    `);
  });
});

const writing = group("FileHandle.writer", (add) => {
  add("writes piece by piece and tells how much", [33], async (_fs, folder, { expression }) =>
    printed(folder, expression, `
      const handle = await fs.open("file", "w+");
      const writer = handle.writer();
      await writer.write(Buffer.from("one,"));
      await writer.writev([Buffer.from("two,"), Buffer.from("three")]);
      const sync = [writer.writeSync(Buffer.from("!")), writer.writevSync([Buffer.from("?"), Buffer.from(".")])];
      const total = await writer.end();
      return { sync, total, content: String(await fs.readFile("file")), end: await state(handle) };
    `),
  );

  add("closes the handle at its end on request", [62], async (_fs, folder, { expression }) =>
    printed(folder, expression, `
      const handle = await fs.open("file", "w");
      const writer = handle.writer({ autoClose: true, start: 3, limit: 8 });
      await writer.write(Buffer.from("12345"));
      const tooMuch = await writer.write(Buffer.from("6789")).then(() => "written", caught);
      const total = await writer.end();
      const sync = await fs.open("other", "w");
      const other = sync.writer({ autoClose: true });
      other.writeSync(Buffer.from("x"));
      return { tooMuch, total, synchronously: other.endSync(), ends: [await state(handle), await state(sync)] };
    `),
  );

  add("reports what cannot be written", [4], async (_fs, folder, { expression }) => {
    plant(folder, { file: "x" });
    return printed(folder, expression, `
      const handle = await fs.open("file", "r");
      const writer = handle.writer();
      const failed = await writer.write(Buffer.from("y")).then(() => "written", caught);
      writer.fail(new Error("given up"));
      return [failed, await writer.write(Buffer.from("z")).catch(caught), await state(handle)];
    `);
  });
});

// Node has the flag from 24.20 and 25.9 on.
export default (process.allowedNodeEnvironmentFlags.has(flag) ? [...pulling, ...writing] : []) satisfies Scenario[];
