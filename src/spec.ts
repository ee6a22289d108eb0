/** What is wanted of a kernel: its options, how they are spelt, checked and completed, and what messages call them. */
export { SEGMENTATIONS, type KernelSpec, type ResolvedSpec, type Segmentation } from './spec/kernel-spec.js';
export { checkWhole, defaultName, resolveSpec } from './spec/resolve.js';
