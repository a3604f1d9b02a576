/** The arguments of FileHandle.readv and writev. */

export const isViews = (buffers: unknown): buffers is readonly ArrayBufferView[] =>
  Array.isArray(buffers) && buffers.every((buffer) => ArrayBuffer.isView(buffer));

/** Where readv and writev go; anything that is no number means the cursor. */
export const vectorPositionOf = (position: unknown): number | undefined => {
  if (typeof position !== "number") return -1;
  return Number.isSafeInteger(position) && position >= -1 ? position : undefined;
};
