/** The example of the Python library caio's README, translated. */

import { open } from "node:fs/promises";
import { AsyncContext } from "caio";

export async function main(file: string, print: (line: string) => void): Promise<void> {
  // maxRequests is 512 by default
  await using ctx = new AsyncContext({ maxRequests: 128 });
  await using handle = await open(file, "w+");
  const { fd } = handle;

  // Execute one write operation
  await ctx.write("Hello world", fd, 0);

  // Execute one read operation
  print(String(await ctx.read(32, fd, 0)));

  // Execute one fdsync operation
  await ctx.fdsync(fd);

  const first = ctx.write("Hello from ", fd, 0);
  const second = ctx.write("async world", fd, 11);

  await Promise.all([first, second]);

  print(String(await ctx.read(32, fd, 0)));
  // Hello from async world
}

if (require.main === module) {
  main(process.argv[2] ?? "test.file", console.log).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
