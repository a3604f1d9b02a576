/**
 * A span of OpenTelemetry for each operation of caio, beneath the span of whoever called. It needs nothing but the API
 * package of the program that uses it: `instrument(require("@opentelemetry/api"))`. Here it runs against a tracer that
 * writes down what it is told.
 */

import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import path from "node:path";
import type { OperationContext } from "caio";
import type { Example } from "./example";

type Attribute = string | number;

export interface Span {
  setAttribute(name: string, value: Attribute): unknown;
  recordException(error: Error): void;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  end(): void;
}

/** What is used of `@opentelemetry/api`. */
export interface Api {
  readonly trace: { getTracer(name: string): { startSpan(name: string, options: { readonly attributes: Record<string, Attribute> }): Span } };
}

/** SpanStatusCode.ERROR */
const failed = 2;

const channelOf = (event: string): string => `tracing:caio:operation:${event}`;

/** @returns ends it */
export function instrument(api: Api): () => void {
  const tracer = api.trace.getTracer("caio");
  const spans = new WeakMap<OperationContext, Span>();
  const start = (message: unknown): void => {
    const operation = message as OperationContext;
    const { function: name, path: where, dest, fd, backend } = operation;
    const attributes: Record<string, Attribute> = { "caio.function": name, "caio.backend": backend };
    if (where !== undefined) attributes["file.path"] = String(where);
    if (dest !== undefined) attributes["caio.dest"] = String(dest);
    if (fd !== undefined) attributes["caio.fd"] = fd;
    // Called in the caller's context, so the span lies beneath the caller's.
    spans.set(operation, tracer.startSpan(`caio ${name}`, { attributes }));
  };
  const asyncEnd = (message: unknown): void => {
    const operation = message as OperationContext;
    const span = spans.get(operation);
    if (span === undefined) return;
    if (operation.bytes !== undefined) span.setAttribute("caio.bytes", operation.bytes);
    if (operation.servedBy !== undefined) span.setAttribute("caio.served_by", operation.servedBy);
    if (operation.error !== undefined) {
      span.recordException(operation.error);
      span.setStatus({ code: failed, message: operation.error.message });
    }
    span.end();
  };
  subscribe(channelOf("start"), start);
  subscribe(channelOf("asyncEnd"), asyncEnd);
  return () => {
    unsubscribe(channelOf("start"), start);
    unsubscribe(channelOf("asyncEnd"), asyncEnd);
  };
}

class WrittenSpan implements Span {
  readonly told: string[] = [];
  isEnded = false;

  constructor(readonly name: string, readonly attributes: Record<string, Attribute>) {}

  setAttribute(name: string, value: Attribute): void {
    this.attributes[name] = value;
  }

  recordException(error: Error): void {
    this.told.push(error.message);
  }

  setStatus({ code }: { readonly code: number }): void {
    this.told.push(`status ${code}`);
  }

  end(): void {
    this.isEnded = true;
  }
}

export const example: Example = {
  name: "OpenTelemetry",
  async exercise({ fs, isCaio, folder, size }) {
    const spans: WrittenSpan[] = [];
    const startSpan = (name: string, { attributes }: { attributes: Record<string, Attribute> }): WrittenSpan => {
      const span = new WrittenSpan(name, { ...attributes });
      spans.push(span);
      return span;
    };
    const stop = instrument({ trace: { getTracer: () => ({ startSpan }) } });
    const name = path.join(folder, "seen");
    try {
      for (let round = 0; round < size * 10; round++) {
        await fs.writeFile(name, "four");
        assert.equal(await fs.readFile(name, "utf8"), "four");
      }
      await assert.rejects(fs.stat(`${name}-not`), { code: "ENOENT" });
    } finally {
      stop();
    }
    const ours = spans.filter(({ attributes }) => String(attributes["file.path"]).startsWith(name));
    // Node's own functions publish nothing.
    assert.equal(ours.length, isCaio ? size * 20 + 1 : 0);
    assert(ours.every(({ isEnded }) => isEnded));
    if (isCaio) {
      assert.equal(ours[0]?.attributes["caio.bytes"], 4);
      assert.deepEqual(ours.at(-1)?.told, [`ENOENT: no such file or directory, stat '${name}-not'`, "status 2"]);
    }
    return "seen";
  },
};
