import { describePages } from '../docs/pages.js';

describePages(true);
