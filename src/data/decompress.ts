import { gunzipSync } from 'node:zlib';
import Bunzip from 'seek-bzip';
import { usageError, type ApproxgenError } from '../diagnostic.js';

/**
 * Undoes gzip or bzip2, whichever the first bytes show; other bytes are returned as they are, whatever the file is
 * called, since browsers unpack what they download and keep the name.
 *
 * @param path what an error calls the file
 * @throws ApproxgenError (status 2) where the compressed data end early (`data-truncated`) or are damaged (`data-corrupt`)
 */
export function decompress(bytes: Uint8Array, path: string): Uint8Array {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzip(bytes, path);
  if (startsWithBzip2(bytes, 0)) return bunzip2(bytes, path);
  return bytes;
}

function gunzip(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR') {
      throw truncated('gzip', bytes.length, path);
    }
    throw corrupt('gzip', error, path);
  }
}

/** One stream after the other: parallel compressors write many into one file. */
function bunzip2(bytes: Uint8Array, path: string): Uint8Array {
  let position = 0;
  const input = {
    // No end is reported to the decoder, which would take one between two blocks for the end of the stream.
    readByte: (): number => {
      if (position >= bytes.length) throw truncated('bzip2', bytes.length, path);
      return bytes[position++];
    },
    read: (target: Uint8Array, offset: number, length: number): number => {
      for (let index = 0; index < length; index++) target[offset + index] = input.readByte();
      return length;
    },
  };
  let output = new Uint8Array(bytes.length * 8);
  let length = 0;
  const sink = {
    writeByte: (byte: number): void => {
      if (length === output.length) {
        const larger = new Uint8Array(length * 2);
        larger.set(output);
        output = larger;
      }
      output[length++] = byte;
    },
  };
  while (position < bytes.length) {
    try {
      Bunzip.decode(input, sink);
    } catch (error) {
      // The decoder's own complaints are TypeErrors; the truncation above passes through.
      throw error instanceof TypeError ? corrupt('bzip2', error, path) : error;
    }
  }
  return output.subarray(0, length);
}

function startsWithBzip2(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset] === 0x42 && bytes[offset + 1] === 0x5a && bytes[offset + 2] === 0x68; // "BZh"
}

function truncated(format: string, length: number, path: string): ApproxgenError {
  return usageError(
    'data-truncated',
    `the ${format} data end early: the file was cut short at ${length} bytes`,
    'delete it and fetch it again: npm run data',
    path,
  );
}

function corrupt(format: string, error: unknown, path: string): ApproxgenError {
  const reason = error instanceof Error ? error.message : String(error);
  return usageError(
    'data-corrupt',
    `the ${format} data are damaged: ${reason}`,
    'delete it and fetch it again: npm run data',
    path,
  );
}
