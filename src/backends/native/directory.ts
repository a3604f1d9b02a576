/** An open directory of a native engine. One that nobody holds any more is closed, and the program warned, as Node does it. */

import type { DirectoryListing, Eventual, OpenDirectory, Result } from "../engine";

/** How the engine is asked about the directory that it calls by this number. */
export interface DirectoryCalls {
  readDirectory(directory: number, count: number, asBuffers: boolean): Eventual<Result | DirectoryListing>;
  readDirectorySync(directory: number, count: number, asBuffers: boolean): Result | DirectoryListing;
  closeDirectory(directory: number): Eventual<Result>;
  closeDirectorySync(directory: number): Result;
}

interface Lost {
  readonly calls: DirectoryCalls;
  readonly directory: number;
}

async function closeLost({ calls, directory }: Lost): Promise<void> {
  // An engine that has ended has closed its directories itself.
  if ((await calls.closeDirectory(directory)) >= 0) process.emitWarning("Closing directory handle on garbage collection");
}

const held = new FinalizationRegistry<Lost>((lost) => void closeLost(lost));

export class NativeDirectory implements OpenDirectory {
  constructor(
    private readonly calls: DirectoryCalls,
    private readonly directory: number,
    private readonly bufferSize: number,
    private readonly asBuffers: boolean,
  ) {
    held.register(this, { calls, directory }, this);
  }

  read(): Eventual<Result | DirectoryListing> {
    return this.calls.readDirectory(this.directory, this.bufferSize, this.asBuffers);
  }

  readSync(): Result | DirectoryListing {
    return this.calls.readDirectorySync(this.directory, this.bufferSize, this.asBuffers);
  }

  close(): Eventual<Result> {
    held.unregister(this);
    return this.calls.closeDirectory(this.directory);
  }

  closeSync(): Result {
    held.unregister(this);
    return this.calls.closeDirectorySync(this.directory);
  }
}
