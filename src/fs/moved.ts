/**
 * What reads and writes resolve with: objects without a prototype, as in Node. Made by Object.create, which costs a
 * third of what a literal with `__proto__: null` does, on the functions that are called most.
 */

export interface BytesRead {
  bytesRead: number;
  buffer: unknown;
}

export interface BytesWritten {
  bytesWritten: number;
  buffer: unknown;
}

export function bytesReadInto(buffer: unknown, bytesRead: number): BytesRead {
  const moved = Object.create(null) as BytesRead;
  moved.bytesRead = bytesRead;
  moved.buffer = buffer;
  return moved;
}

export function bytesWrittenFrom(buffer: unknown, bytesWritten: number): BytesWritten {
  const moved = Object.create(null) as BytesWritten;
  moved.bytesWritten = bytesWritten;
  moved.buffer = buffer;
  return moved;
}

export interface VectorsRead {
  bytesRead: number;
  buffers: unknown;
}

export interface VectorsWritten {
  bytesWritten: number;
  buffers: unknown;
}

export function bytesReadIntoAll(buffers: unknown, bytesRead: number): VectorsRead {
  const moved = Object.create(null) as VectorsRead;
  moved.bytesRead = bytesRead;
  moved.buffers = buffers;
  return moved;
}

export function bytesWrittenFromAll(buffers: unknown, bytesWritten: number): VectorsWritten {
  const moved = Object.create(null) as VectorsWritten;
  moved.bytesWritten = bytesWritten;
  moved.buffers = buffers;
  return moved;
}
