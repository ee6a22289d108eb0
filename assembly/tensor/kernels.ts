/*
 * The generated kernels that the engine runs itself. A kernel is used only where its name and the hash of its
 * plan are those linked here, so that an engine that was built before a change is right, if slower.
 */
import * as sigmoid_q8_24 from '../../generated/wasm/sigmoid_q8_24.assembly';
import * as tanh_q8_24 from '../../generated/wasm/tanh_q8_24.assembly';
import * as rsqrt_q8_24 from '../../generated/wasm/rsqrt_q8_24.assembly';
import * as sigmoid_q8_24_original from '../../generated/wasm/sigmoid_q8_24_original.assembly';
import * as tanh_q8_24_original from '../../generated/wasm/tanh_q8_24_original.assembly';
import * as rsqrt_q8_24_original from '../../generated/wasm/rsqrt_q8_24_original.assembly';

/** How many there are. */
export function linkedKernels(): i32 {
  return 6;
}

/** The address of "name hash" as UTF-16, its length in bytes before it. */
export function linkedIdentity(index: i32): usize {
  switch (index) {
    case 0:
      return changetype<usize>(sigmoid_q8_24.IDENTITY);
    case 1:
      return changetype<usize>(tanh_q8_24.IDENTITY);
    case 2:
      return changetype<usize>(rsqrt_q8_24.IDENTITY);
    case 3:
      return changetype<usize>(sigmoid_q8_24_original.IDENTITY);
    case 4:
      return changetype<usize>(tanh_q8_24_original.IDENTITY);
    case 5:
      return changetype<usize>(rsqrt_q8_24_original.IDENTITY);
    default:
      return unreachable();
  }
}

/** dst = kernel `index` of src. */
export function linkedKernel(index: i32, dst: usize, src: usize, length: i32): void {
  switch (index) {
    case 0:
      sigmoid_q8_24.array(src, dst, length);
      return;
    case 1:
      tanh_q8_24.array(src, dst, length);
      return;
    case 2:
      rsqrt_q8_24.array(src, dst, length);
      return;
    case 3:
      sigmoid_q8_24_original.array(src, dst, length);
      return;
    case 4:
      tanh_q8_24_original.array(src, dst, length);
      return;
    case 5:
      rsqrt_q8_24_original.array(src, dst, length);
      return;
    default:
      unreachable();
  }
}
