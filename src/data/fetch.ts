import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { targetError, type ApproxgenError } from '../diagnostic.js';

const MOST_REDIRECTS = 5;
/** Far more than any file of USPS. */
const MOST_BYTES = 64 * 2 ** 20;

export interface FetchOptions {
  /** The longest time without a byte, in milliseconds. */
  readonly timeoutMs: number;
  /** Called as bytes come in; `total` is undefined where the server does not state it. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/**
 * Fetches a file as it lies on the server. (The global `fetch` would unpack what a server labels
 * `Content-Encoding: gzip`, as some label every .gz file, and the checksum would not fit.)
 *
 * @throws ApproxgenError (status 1): no connection, status other than 200, a connection that breaks or stalls
 */
export async function fetchBytes(url: URL, options: FetchOptions): Promise<Buffer> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), options.timeoutMs);
  try {
    const response = await openFollowing(url, controller.signal);
    return await readBody(url, response, () => timer.refresh(), options.onProgress);
  } catch (error) {
    if (controller.signal.aborted) {
      throw fetchError(
        'data-timeout',
        `nothing came for ${options.timeoutMs / 1000} s`,
        'try again, with a longer --timeout, or from another --mirror',
        url,
      );
    }
    if (error instanceof Error && 'code' in error) {
      throw fetchError(
        'data-network',
        `the file cannot be fetched: ${networkReason(error)}`,
        'check the connection, try again, or name another server with --mirror; the files can also be put in place by hand',
        url,
      );
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function openFollowing(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  let target = url;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const response = await open(target, signal);
    const { statusCode = 0, statusMessage = '' } = response;
    if (statusCode === 200) return response;
    response.destroy();
    const { location } = response.headers;
    if (statusCode < 300 || statusCode >= 400 || location === undefined) {
      throw fetchError(
        'data-http-status',
        `the server answered ${statusCode} ${statusMessage}`.trimEnd() + '; expected 200',
        'the file may have moved; name another server with --mirror',
        target,
      );
    }
    target = redirected(location, target);
  }
  throw fetchError(
    'data-redirects',
    `the server redirects more than ${MOST_REDIRECTS} times`,
    'name another server with --mirror',
    url,
  );
}

function redirected(location: string, from: URL): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (target?.protocol !== 'https:' && target?.protocol !== 'http:') {
    throw fetchError(
      'data-redirects',
      `the server redirects to ${JSON.stringify(location)}; expected an http or https address`,
      'name another server with --mirror',
      from,
    );
  }
  return target;
}

function open(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  return new Promise((resolve, reject) => {
    get(url, { signal, headers: { 'accept-encoding': 'identity' } }, resolve).on('error', reject);
  });
}

async function readBody(
  url: URL,
  response: IncomingMessage,
  onByte: () => void,
  onProgress: FetchOptions['onProgress'],
): Promise<Buffer> {
  const stated = response.headers['content-length'];
  const total = stated === undefined ? undefined : Number(stated);
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    onByte();
    chunks.push(chunk);
    received += chunk.length;
    if (received > MOST_BYTES) {
      throw fetchError(
        'data-too-long',
        `the server sends more than ${MOST_BYTES} bytes; USPS has less than 3 MB a file`,
        'name another server with --mirror',
        url,
      );
    }
    onProgress?.(received, total);
  }
  return Buffer.concat(chunks);
}

/** What happened on the network, in words where the system has none. */
function networkReason(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((each: Error) => each.message).join('; ');
  return error.message === 'aborted' ? 'the connection broke before the end of the file' : error.message;
}

function fetchError(code: string, message: string, hint: string, url: URL): ApproxgenError {
  return targetError(code, message, hint, url.href);
}
