/** memfs through the js backend, as the scenarios get it. */

import { createFs } from "caio";
import type { Loaded } from "../subject";
import { enter, leave, memory, need } from "./machine";

export function loadInMemory(): Loaded {
  const another = (): string => {
    need("another process");
    return "process.exit()";
  };
  return {
    fs: createFs({ backend: "js", fs: memory }),
    surroundings: {
      get expression() {
        return another();
      },
      get specifier() {
        return another();
      },
      get following() {
        return another();
      },
    },
    served: () => ({}),
    memory: { enter, leave },
  };
}
