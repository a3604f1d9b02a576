/** caio/fs on the backend `uring`, and on no other: the import throws where it is not available. */

import { engineFor, requireBackend } from "../backends/select";
import { makeFileSystem } from "./surface";

requireBackend("uring");
const fs = makeFileSystem(() => engineFor("uring"));

export = fs;
