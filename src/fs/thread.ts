/** caio/fs on the backend `thread`, and on no other: the import throws where it is not available. */

import { engineFor, requireBackend } from "../backends/select";
import { makeFileSystem } from "./surface";

requireBackend("thread");
const fs = makeFileSystem(() => engineFor("thread"));

export = fs;
