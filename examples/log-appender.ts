/**
 * A log whose records are on the disk when append() resolves. Records that come while one commit is under way go down
 * together with the next: one write and one sync for all of them.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import type { Example, FileSystem } from "./example";

interface Waiting {
  readonly line: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class LogAppender implements AsyncDisposable {
  #waiting: Waiting[] = [];
  #committing: Promise<void> | undefined;
  #commits = 0;

  private constructor(private readonly file: FileHandle) {}

  static async open(fs: FileSystem, name: string): Promise<LogAppender> {
    return new LogAppender(await fs.open(name, "a"));
  }

  get commits(): number {
    return this.#commits;
  }

  append(record: unknown): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  async close(): Promise<void> {
    await this.#committing;
    await this.file.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #commitAll(): Promise<void> {
    // What is appended in the same turn goes down together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        const bytes = Buffer.concat(group.map(({ line }) => line));
        for (let done = 0; done < bytes.length; ) done += (await this.file.write(bytes, done)).bytesWritten;
        await this.file.datasync();
        this.#commits++;
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#committing = undefined;
  }
}

export const example: Example = {
  name: "log appender with group commit",
  async exercise({ fs, folder, size }) {
    const name = path.join(folder, "log.jsonl");
    const writers = 16;
    const each = 20 * size;
    const log = await LogAppender.open(fs, name);
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let index = 0; index < each; index++) await log.append({ writer, index, text: "x".repeat(100) });
      }),
    );
    await log.close();
    const lines = (await fs.readFile(name, "utf8")).trimEnd().split("\n");
    assert.equal(lines.length, writers * each);
    assert(log.commits < lines.length / 2, `${log.commits} commits for ${lines.length} records`);
    const seen = new Array<number>(writers).fill(0);
    for (const line of lines) {
      const { writer, index } = JSON.parse(line) as { writer: number; index: number };
      assert.equal(index, seen[writer], "a writer's records are in its order");
      seen[writer] = index + 1;
    }
    return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
  },
};
