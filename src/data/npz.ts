import { crc32 } from 'node:zlib';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { usageError } from '../diagnostic.js';
import { formatNpy, parseNpy, type NpyArray } from './npy.js';

const SUFFIX = '.npy';

/**
 * Reads an archive of `numpy.savez` or `numpy.savez_compressed`: names without `.npy`, in the archive's order.
 *
 * @param path what an error calls the archive
 * @throws ApproxgenError (status 2) where the archive or an array in it cannot be read, or a checksum does not fit
 */
export function parseNpz(bytes: Uint8Array, path?: string): Map<string, NpyArray> {
  const checksums = readChecksums(bytes, path);
  const files = unzip(bytes, path);
  const arrays = new Map<string, NpyArray>();
  for (const [file, checksum] of checksums) {
    const place = path === undefined ? file : `${path}:${file}`;
    const content = files[file];
    if (content === undefined || crc32(content) !== checksum) {
      throw usageError(
        'npz-corrupt',
        'the content does not have the checksum that the archive states',
        'the file was damaged; copy or write it again',
        place,
      );
    }
    arrays.set(file.endsWith(SUFFIX) ? file.slice(0, -SUFFIX.length) : file, parseNpy(content, place));
  }
  return arrays;
}

/**
 * Writes what `numpy.savez` writes: one stored (not compressed) `.npy` per entry, in the order of the map.
 * Time stamps are fixed: the same content gives the same bytes.
 */
export function formatNpz(entries: ReadonlyMap<string, NpyArray>): Uint8Array {
  const mtime = new Date(1980, 0, 1); // the earliest that zip can state; local, as fflate reads it: no time zone shows
  const files: Zippable = {};
  for (const [name, array] of entries) files[name + SUFFIX] = formatNpy(array);
  return zipSync(files, { level: 0, mtime });
}

function unzip(bytes: Uint8Array, path?: string): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (error) {
    throw notAnArchive(error instanceof Error ? error.message : String(error), path);
  }
}

/** The CRC-32 of each file by its name, from the archive's central directory: fflate does not check them. */
function readChecksums(bytes: Uint8Array, path?: string): Map<string, number> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 22 > view.length) throw notAnArchive('it has no directory', path);
  const count = view.readUInt16LE(end + 10);
  const checksums = new Map<string, number>();
  let offset = view.readUInt32LE(end + 16);
  for (let entry = 0; entry < count; entry++) {
    if (offset + 46 > end || view.toString('latin1', offset, offset + 4) !== 'PK\x01\x02') {
      throw notAnArchive(`entry ${entry + 1} of ${count} is not where its directory says`, path);
    }
    const nameLength = view.readUInt16LE(offset + 28);
    const name = view.toString('utf8', offset + 46, offset + 46 + nameLength);
    checksums.set(name, view.readUInt32LE(offset + 16));
    offset += 46 + nameLength + view.readUInt16LE(offset + 30) + view.readUInt16LE(offset + 32);
  }
  return checksums;
}

function notAnArchive(reason: string, path?: string): Error {
  return usageError(
    'npz-not-zip',
    `this is not a whole .npz (zip) archive: ${reason}`,
    'write it with numpy.savez, or copy it again',
    path,
  );
}
