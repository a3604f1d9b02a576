/** Loaded first: the js backend in the place of Node's functions, which caio/register leaves where they are on that backend. */

import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const dist = join(__dirname, "..", "..", "dist", "fs");

interface Oracle {
  replaceNodes(others: object): void;
}

(require(join(dist, "oracle.js")) as Oracle).replaceNodes(require(join(dist, "js.js")) as object);
syncBuiltinESMExports();
