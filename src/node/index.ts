/** approxgen as a library in Node: all of it, with worker threads, files and compilers. */
import { useHost } from '../host.js';
import { nodeHost } from './host.js';

export * from '../index.js';

useHost(nodeHost);
