/** The one place where a scenario lies to the compiler: a value of a type that the function does not take. */
export function bad<T>(value: unknown): T {
  return value as T;
}
