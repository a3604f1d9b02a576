/** The package under test, from the project or from a copy with another addon, and its floors below the public names. */

import { join } from "node:path";
import type nodePromises from "node:fs/promises";
import type { AsyncContext, AsyncContextOptions, BackendName, BackendReport, OperationCounters } from "caio";

/** From out/endurance as from endurance: found by name, as users find it. */
export const project = join(require.resolve("caio/package.json"), "..");

export type FileSystem = typeof nodePromises;

/** What is looked at from outside. */
export interface Engine {
  readonly backend: BackendName;
  readonly pending: number;
  flush(): void;
  counters(): OperationCounters;
  end(): Promise<void>;
}

interface EngineOptions {
  readonly maxRequests: number;
  readonly poolSize: number;
  readonly tryNow: boolean;
}

interface Index {
  readonly AsyncContext: new (options: AsyncContextOptions) => AsyncContext;
  backends(): BackendReport[];
}

interface Select {
  readonly defaultOptions: EngineOptions;
  createEngine(name: BackendName, options: EngineOptions): { engine: Engine };
}

interface Surface {
  makeFileSystem(makeEngine: () => Engine): FileSystem;
}

export interface Served {
  readonly fs: FileSystem;
  readonly engine: Engine;
}

export class Package {
  readonly #index: Index;
  readonly #select: Select;
  readonly #surface: Surface;

  constructor(root: string) {
    this.#index = require(join(root, "dist", "index.js")) as Index;
    this.#select = require(join(root, "dist", "backends", "select.js")) as Select;
    this.#surface = require(join(root, "dist", "fs", "surface.js")) as Surface;
  }

  backends(): BackendReport[] {
    return this.#index.backends();
  }

  /** All of caio/fs on an engine of its own that can be looked into. */
  fileSystem(backend: BackendName, options: Partial<EngineOptions>): Served {
    const { engine } = this.#select.createEngine(backend, { ...this.#select.defaultOptions, ...options });
    return { fs: this.#surface.makeFileSystem(() => engine), engine };
  }

  context(options: AsyncContextOptions): AsyncContext {
    return new this.#index.AsyncContext(options);
  }
}
