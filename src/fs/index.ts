/** caio/fs: node:fs/promises on the backend that serves here. */

import { engineFor, selectedBackend } from "../backends/select";
import { makeFileSystem } from "./surface";

// Whoever set CAIO_IMPL hears at import what becomes of it; the engine is made when it is first needed.
selectedBackend();
const fs = makeFileSystem(() => engineFor());

export = fs;
