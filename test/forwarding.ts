import { expect } from "chai";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { packageRoot } from "./matrix";

type Method = (...args: unknown[]) => unknown;

interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** The methods of the interface Engine, as its source has them, with how many parameters each. */
function methodsOfEngine(): Map<string, number> {
  const file = path.join(packageRoot, "src", "backends", "engine.ts");
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022);
  const engine = source.statements.filter(ts.isInterfaceDeclaration).find(({ name }) => name.text === "Engine");
  const methods = engine?.members.filter(ts.isMethodSignature) ?? [];
  return new Map(methods.map(({ name, parameters }) => [name.getText(source), parameters.length]));
}

/** What the decorators look into: the paths that a waiting operation keeps, and the lists. */
const sentinelsOf = (method: string, count: number): unknown[] => {
  if (method === "submit") return [[{ kind: "read", fd: 7, length: 1 }]];
  const isVector = method === "readv" || method === "writev";
  return Array.from({ length: count }, (_, index) => (isVector && index === 1 ? [Buffer.alloc(1)] : `sentinel ${index}`));
};

/** An engine of which every method notes what it was called with. */
function recorder(methods: ReadonlyMap<string, number>): { engine: object; calls: Call[] } {
  const calls: Call[] = [];
  const noting = (method: string): Method => (...args) => {
    calls.push({ method, args });
    return method === "submit" ? [{ ticket: undefined, result: 0 }] : 0;
  };
  const engine = { backend: "thread", pending: 0, ...Object.fromEntries([...methods.keys()].map((method) => [method, noting(method)])) };
  return { engine, calls };
}

const built = (name: string): Record<string, unknown> => require(path.join(packageRoot, "dist", "backends", name)) as Record<string, unknown>;
const { ForwardingEngine } = built("forwarding.js") as { ForwardingEngine: new (inner: object) => object };
const { LimitedEngine } = built("limited.js") as { LimitedEngine: new (inner: object, limits: object) => object };
const { tracedEngine } = built("traced.js") as { tracedEngine(engine: object): object };

const decorators: Readonly<Record<string, (inner: object) => object>> = {
  forwarding: (inner) => new ForwardingEngine(inner),
  limited: (inner) => new LimitedEngine(inner, { maxOpenFiles: 100, waits: true }),
  traced: tracedEngine,
};

/** Methods that have no operation to tell of: they are synchronous, or about the engine, or about memory alone. */
const untraced = ["opendirSync", "decode", "describe", "cancel", "flush", "registerBuffers", "registerFiles", "counters", "stats", "end"];

describe("An engine in front of another", () => {
  const methods = methodsOfEngine();

  it("has an interface to be held against", () => {
    expect(methods.size).greaterThan(40);
    expect(methods.get("copyFile")).equal(5);
  });

  for (const [name, decorate] of Object.entries(decorators)) {
    for (const [method, count] of methods) {
      it(`passes on all parameters of ${method} (${name})`, async () => {
        const { engine, calls } = recorder(methods);
        const args = sentinelsOf(method, count);
        await (decorate(engine) as Record<string, Method>)[method]?.(...args);
        // A traced engine tells of the result before the caller's continuation has it, or makes something of it.
        const own = name === "traced" && method.endsWith("Then") ? 1 : 0;
        const expected = name === "traced" && method === "statAs" ? { method: "stat", args: args.slice(0, 2) } : { method, args: args.slice(own) };
        expect(calls.map((call) => ({ ...call, args: call.args.slice(own) }))).deep.equal([expected]);
      });
    }
  }

  for (const method of [...methods.keys()].filter((each) => each.endsWith("Then"))) {
    it(`goes on with the caller's continuation when it is traced (${method})`, async () => {
      const view = Buffer.alloc(1);
      const inner = { backend: "thread", [method]: (own: { settle: Method }) => Promise.resolve(own.settle(7, view)) };
      const continuation = { settle: (...args: unknown[]) => ["settled", ...args] };
      const args = method === "submitThen" ? [{ kind: "read", fd: 3, length: 1, view }] : [3, view, 0, 1, 0, 0];
      const outcome = (tracedEngine(inner) as Record<string, Method>)[method]?.(continuation, ...args);
      expect(await outcome).deep.equal(["settled", 7, view]);
    });
  }

  for (const pending of [false, true]) {
    it(`makes of a stat's fields what was asked for when it is traced (${pending ? "later" : "at once"})`, async () => {
      const fields = { first: 0, numbers: new Float64Array(18), bigints: new BigInt64Array(18) };
      const inner = { backend: "thread", stat: () => (pending ? Promise.resolve(fields) : fields) };
      const shape = ({ numbers }: typeof fields): object => ({ made: numbers.length });
      expect(await (tracedEngine(inner) as Record<string, Method>)["statAs"]?.("name", true, shape)).deep.equal({ made: 18 });
    });
  }

  it("tells of every operation when it is traced", async () => {
    const silent: string[] = [];
    for (const [method, count] of methods) {
      let told = 0;
      const listener = (): void => void told++;
      subscribe("tracing:caio:operation:start", listener);
      try {
        await (tracedEngine(recorder(methods).engine) as Record<string, Method>)[method]?.(...sentinelsOf(method, count));
      } finally {
        unsubscribe("tracing:caio:operation:start", listener);
      }
      if (told !== 1) silent.push(method);
    }
    expect(silent).deep.equal(untraced);
  });
});
