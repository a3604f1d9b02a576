/** A server of static files: ranges, conditional requests, and nothing from outside of its folder. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Stats } from "node:fs";
import { createServer, get, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { forEach, type Example, type FileSystem } from "./example";

const types: Readonly<Record<string, string>> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".txt": "text/plain; charset=utf-8" };

/** Files up to this size are read whole; larger ones are streamed. */
const whole = 64 * 1024;

const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "");

interface Span {
  readonly start: number;
  readonly end: number;
}

/** @returns undefined for the whole file, null for what cannot be given */
function spanOf(header: string | undefined, size: number): Span | null | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? null : { start, end };
}

const etagOf = ({ mtimeMs, size }: Stats): string => `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`;

async function serve(fs: FileSystem, folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://host");
  const wanted = path.join(folder, path.normalize(`/${decodeURIComponent(pathname)}`));
  const file = await fs.open(wanted);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw Object.assign(new Error("no file"), { code: "EISDIR" });
    const etag = etagOf(stats);
    response.setHeader("ETag", etag);
    response.setHeader("Accept-Ranges", "bytes");
    response.setHeader("Content-Type", types[path.extname(wanted)] ?? "application/octet-stream");
    if (request.headers["if-none-match"] === etag) {
      response.writeHead(304).end();
      return;
    }
    const span = spanOf(request.headers.range, stats.size);
    if (span === null) {
      response.writeHead(416, { "Content-Range": `bytes */${stats.size}` }).end();
      return;
    }
    const { start, end } = span ?? { start: 0, end: stats.size - 1 };
    const length = end - start + 1;
    response.setHeader("Content-Length", length);
    response.statusCode = span === undefined ? 200 : 206;
    if (span !== undefined) response.setHeader("Content-Range", `bytes ${start}-${end}/${stats.size}`);
    if (length > whole) await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
    else if (length === 0) response.end();
    else response.end((await file.read(Buffer.allocUnsafe(length), 0, length, start)).buffer);
  } finally {
    await file.close();
  }
}

export function staticServer(fs: FileSystem, folder: string): Server {
  return createServer((request, response) => {
    serve(fs, folder, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(isMissing(error) ? 404 : 500).end();
    });
  });
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Not fetch, which would tidy paths up before it asks. */
async function ask(port: number, where: string, headers: Record<string, string> = {}): Promise<Answer> {
  const [response] = (await once(get({ port, path: where, headers, agent: false }), "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) };
}

export const example: Example = {
  name: "static file server",
  async exercise({ fs, folder, size }) {
    const names = Array.from({ length: 20 }, (_, index) => `page-${index}.html`);
    await fs.mkdir(path.join(folder, "site"));
    await Promise.all(names.map((name, index) => fs.writeFile(path.join(folder, "site", name), `<p>${name}</p>\n`.repeat(10 + 500 * index))));
    await fs.writeFile(path.join(folder, "secret.txt"), "not for everybody");
    const server = staticServer(fs, path.join(folder, "site"));
    server.listen(0);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const digests = new Map<string, string>();
      await forEach(Array.from({ length: size * 5 }, () => names).flat(), 16, async (name) => {
        const { status, body } = await ask(port, `/${name}`);
        assert.equal(status, 200);
        digests.set(name, createHash("sha256").update(body).digest("hex"));
      });
      const { headers, body } = await ask(port, "/page-1.html");
      const { body: part, status } = await ask(port, "/page-1.html", { Range: "bytes=3-9" });
      assert.equal(status, 206);
      assert.deepEqual(part, body.subarray(3, 10));
      assert.equal((await ask(port, "/page-1.html", { Range: "bytes=99999999-" })).status, 416);
      assert.equal((await ask(port, "/page-1.html", { "If-None-Match": headers.etag ?? "" })).status, 304);
      for (const elsewhere of ["/missing", "/../secret.txt", "/%2e%2e/secret.txt", "/"]) assert.equal((await ask(port, elsewhere)).status, 404);
      return createHash("sha256").update(names.map((name) => digests.get(name)).join()).digest("hex");
    } finally {
      server.close();
      await once(server, "close");
    }
  },
};
