/**
 * Engines that nobody can reach any more: a copy of caio that a test runner has forgotten, an AsyncContext that was
 * never closed. Their threads and descriptors are given back.
 */

interface Core {
  destroy(): void;
}

/** Its callback is reached from every core that lives, so the registry lives as long as they do. */
const abandoned = new FinalizationRegistry<Core>((core) => core.destroy());

/** The addon holds this while an engine lives: through it the engine, but only while something is pending. */
export class Lifeline<Engine extends object> {
  #engine: Engine | undefined;

  /** The engine, for whom an operation has finished. */
  get busy(): Engine | undefined {
    return this.#engine;
  }

  begin(engine: Engine, core: Core): void {
    abandoned.register(engine, core, engine);
  }

  hold(engine: Engine): void {
    this.#engine = engine;
  }

  letGo(): void {
    this.#engine = undefined;
  }

  /** The core has been destroyed. */
  end(engine: Engine): void {
    abandoned.unregister(engine);
  }
}
