/** The error that a promise rejects with; a promise that resolves fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string; errno?: number; syscall?: string; path?: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error("rejected with what is no Error", { cause: error });
  }
  throw new Error("resolved, though it should have rejected");
}

/** The error that a call throws. */
export function thrown(call: () => unknown): Error & { code?: string } {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error("threw what is no Error", { cause: error });
  }
  throw new Error("returned, though it should have thrown");
}
