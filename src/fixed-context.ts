/** AsyncContext with its backend named by the import: `caio/uring` and its siblings. */

import { invalidValue } from "./argument-errors";
import type { BackendName } from "./backends/engine";
import { requireBackend } from "./backends/select";
import { AsyncContext } from "./context";
import type { AsyncContextOptions } from "./context/options";

export type FixedContextOptions = Omit<AsyncContextOptions, "backend">;

export type FixedContextConstructor = new (options?: FixedContextOptions) => AsyncContext;

/** @throws Error ERR_CAIO_BACKEND_UNAVAILABLE with the diagnosis */
export function contextOn(backend: BackendName): FixedContextConstructor {
  requireBackend(backend);
  return class extends AsyncContext {
    static override readonly name = "AsyncContext";

    constructor(options: AsyncContextOptions = {}) {
      if (typeof options !== "object" || options === null) super(options);
      else if (options.backend !== undefined && options.backend !== backend) {
        throw invalidValue("options.backend", `is '${backend}' by its import`, options.backend);
      } else super({ ...options, backend });
    }
  };
}
