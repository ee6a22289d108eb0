import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { obtainUspsFile, prepareDirectory, writeWhole, type UspsFile } from '../../src/data/usps-files.js';
import { failureOf, temporaryDirectory } from './files.js';
import { serve } from './server.js';

const content = gzipSync(Buffer.alloc(200_000, 'digits '));
const other = Buffer.from('an earlier file');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const file: UspsFile = { name: 'zip.test.gz', algorithm: 'sha256', checksum: sha256(content) };

/** Milliseconds: more than a busy machine lets a process wait, and less than the slow server takes in all. */
const LESS_THAN_SLOW = 3000;
/** More than anything here takes. */
const PATIENT = 600_000;

const requests: string[] = [];
const base = await serve((request, response) => {
  const path = String(request.url);
  requests.push(path);
  const [, how] = path.split('/');
  if (how === 'good') response.end(content);
  // As servers do that take .gz for an encoding: the bytes are those of the file all the same.
  else if (how === 'encoded') response.setHeader('content-encoding', 'x-gzip').end(content);
  else if (how === 'slow') {
    const pieces = Math.ceil(content.length / 16);
    const step = (1.2 * LESS_THAN_SLOW) / pieces;
    for (let i = 0; i < pieces; i++)
      setTimeout(() => response.write(content.subarray(16 * i, 16 * i + 16)), i * step);
    setTimeout(() => response.end(), pieces * step);
  } else if (how === 'short') response.end(content.subarray(0, 300));
  else if (how === 'flipped') response.end(Buffer.from(content).fill(1, 50, 51));
  else if (how === 'broken') {
    response.setHeader('content-length', content.length);
    response.write(content.subarray(0, 300), () => response.destroy());
  } else if (how === 'silent') request.resume();
  else if (how === 'stalled') response.write(content.subarray(0, 300));
  else if (how === 'moved') response.writeHead(302, { location: `../good/${file.name}` }).end();
  else if (how === 'round') response.writeHead(301, { location: path }).end();
  else if (how === 'away') response.writeHead(301, { location: 'file:///etc/hostname' }).end();
  else if (how === 'endless') {
    const chunk = Buffer.alloc(1 << 20);
    const more = (): void => void response.write(chunk, more);
    more();
  } else response.writeHead(how === 'down' ? 503 : 404).end('<html>no</html>');
});

const root = temporaryDirectory();
let directories = 0;
function newDirectory(present?: Buffer): string {
  const directory = join(root, String(directories++));
  mkdirSync(directory);
  if (present !== undefined) writeFileSync(join(directory, file.name), present);
  return directory;
}

const obtain = (how: string, directory: string, timeoutMs = PATIENT): ReturnType<typeof obtainUspsFile> =>
  obtainUspsFile(file, `${base}${how}/`, directory, { timeoutMs });

describe('obtaining a file', () => {
  it.each(['good', 'encoded', 'moved', 'slow'])('writes it whole: %s', async (how) => {
    const directory = newDirectory();
    const obtained = await obtain(how, directory, how === 'slow' ? LESS_THAN_SLOW : PATIENT);
    expect(obtained).toEqual({
      path: join(directory, file.name),
      state: 'fetched',
      bytes: content.length,
      sha256: file.checksum,
    });
    expect(readFileSync(obtained.path).equals(content)).toBe(true);
    expect(readdirSync(directory)).toEqual([file.name]);
  });

  it('does nothing where it is there already', async () => {
    const directory = newDirectory(content);
    const before = requests.length;
    expect((await obtain('good', directory)).state).toBe('already there');
    expect(requests).toHaveLength(before);
  });

  it('replaces a damaged file', async () => {
    const directory = newDirectory(other);
    expect((await obtain('good', directory)).state).toBe('fetched');
    expect(readFileSync(join(directory, file.name)).equals(content)).toBe(true);
  });

  it('checks md5 where that is what is published', async () => {
    const md5 = {
      ...file,
      algorithm: 'md5',
      checksum: createHash('md5').update(content).digest('hex'),
    } as const;
    const obtained = await obtainUspsFile(md5, `${base}good/`, newDirectory(), { timeoutMs: PATIENT });
    expect(obtained.sha256).toBe(file.checksum);
    const wrong = { ...md5, checksum: file.checksum };
    const failure = await failureOf(
      obtainUspsFile(wrong, `${base}good/`, newDirectory(), { timeoutMs: PATIENT }),
    );
    expect(failure.diagnostic.code).toBe('data-checksum');
  });

  it.each([
    ['short', 'data-checksum', 'the 300 bytes have sha256'],
    ['flipped', 'data-checksum', `expected ${file.checksum}`],
    ['broken', 'data-network', 'the connection broke before the end'],
    ['absent', 'data-http-status', '404 Not Found; expected 200'],
    ['down', 'data-http-status', '503'],
    ['silent', 'data-timeout', 'nothing came for 0.3 s'],
    ['stalled', 'data-timeout', 'nothing came for 0.3 s'],
    ['round', 'data-redirects', 'more than 5 times'],
    ['away', 'data-redirects', '"file:///etc/hostname"'],
    ['endless', 'data-too-long', 'more than 67108864 bytes'],
  ])('fails and leaves everything as it was: %s', async (how, code, message) => {
    for (const present of [undefined, other]) {
      const directory = newDirectory(present);
      const { diagnostic, exitStatus } = await failureOf(
        obtain(how, directory, code === 'data-timeout' ? 300 : PATIENT),
      );
      expect(diagnostic).toMatchObject({
        code,
        message: expect.stringContaining(message) as string,
        path: expect.stringContaining(`/${how}/${file.name}`) as string,
      });
      expect(exitStatus).toBe(1);
      expect(readdirSync(directory)).toEqual(present === undefined ? [] : [file.name]);
      if (present !== undefined) expect(readFileSync(join(directory, file.name)).equals(present)).toBe(true);
    }
  });

  it('explains a server that is not there', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const promise = obtainUspsFile(file, `http://127.0.0.1:${port}/`, newDirectory(), { timeoutMs: PATIENT });
    const { diagnostic, exitStatus } = await failureOf(promise);
    expect([diagnostic.code, exitStatus]).toEqual(['data-network', 1]);
    expect(diagnostic.message).toContain('ECONNREFUSED');
  });

  it('tells how far it is', async () => {
    const steps: [number, number | undefined][] = [];
    await obtainUspsFile(file, `${base}good/`, newDirectory(), {
      timeoutMs: PATIENT,
      onProgress: (received, total) => steps.push([received, total]),
    });
    expect(steps.at(-1)).toEqual([content.length, content.length]);
  });
});

describe('writing', () => {
  it('makes directories on the way and leaves nothing behind', async () => {
    const directory = join(newDirectory(), 'a', 'b');
    await prepareDirectory(directory);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('explains a place that cannot be written', async () => {
    const directory = newDirectory(other);
    const blocked = join(directory, file.name); // a file where a directory should be
    const failure = await failureOf(prepareDirectory(join(blocked, 'inside')));
    expect([failure.diagnostic.code, failure.exitStatus]).toEqual(['data-unwritable', 2]);
    mkdirSync(join(directory, 'occupied'));
    const occupied = await failureOf(writeWhole(join(directory, 'occupied'), other));
    expect(occupied.diagnostic).toMatchObject({ code: 'data-unwritable', path: join(directory, 'occupied') });
    expect(readdirSync(directory).toSorted()).toEqual(['occupied', file.name]);
  });
});
