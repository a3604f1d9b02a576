/** caio/fs on the backend `linux`, and on no other: the import throws where it is not available. */

import { engineFor, requireBackend } from "../backends/select";
import { makeFileSystem } from "./surface";

requireBackend("linux");
const fs = makeFileSystem(() => engineFor("linux"));

export = fs;
