/** caio/fs: node:fs/promises on the backend that serves here. */

import { engineFor } from "../backends/select";
import { makeFileSystem } from "./surface";

const fs = makeFileSystem(() => engineFor());

export = fs;
