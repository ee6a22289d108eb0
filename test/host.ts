import { useHost } from '../src/host.js';
import { nodeHost } from '../src/node/host.js';

// Tests run in Node, and import what they test rather than the package's entry.
useHost(nodeHost);
