/** A command under a limit on the size of files, so that no call by chance fills a disk. */

/** In the shell's blocks of 512 or 1024 bytes: enough for every program here. */
const largestFile = 8192;

export const limited = (command: readonly string[]): readonly [string, ...string[]] => ["/bin/sh", "-c", `ulimit -f ${largestFile}; exec "$0" "$@"`, ...command];
