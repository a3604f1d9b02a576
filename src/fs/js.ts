/** caio/fs on the backend `js`, and on no other: the import throws where it is not available. */

import { engineFor, requireBackend } from "../backends/select";
import { makeFileSystem } from "./surface";

requireBackend("js");
const fs = makeFileSystem(() => engineFor("js"));

export = fs;
