/** Node 20 has Symbol.asyncDispose from 20.5 on; what it stands for is this registered symbol there. */
export const asyncDispose: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? (Symbol.for("nodejs.asyncDispose") as typeof Symbol.asyncDispose);
