/** What a proof is against, for those who print and must not know functions themselves. */
export { prepareFunction } from '../function/catalogue.js';
