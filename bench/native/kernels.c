/* Evaluates one kernel over arrays, for the time that it takes. KERNEL and, where there is one, VECTOR come from the
 * command line of the compiler; REPEATS is how often the inputs are gone through.
 *
 * Standard input: int32 count, count int32 inputs; again and again.
 * Standard output: double seconds of all repeats, then count int32 outputs. The argument is scalar or array. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "vector.h"
#include "kernels.h"

__attribute__((noinline, optimize("no-tree-vectorize"))) static void scalar(const int32_t *in, int32_t *out, int n) {
  for (int i = 0; i < n; i++) out[i] = KERNEL(in[i]);
}

__attribute__((noinline)) static void array(const int32_t *in, int32_t *out, int n) {
  int i = 0;
#ifdef VECTOR
  for (; i + LANES <= n; i += LANES) *(v32_unaligned *)&out[i] = VECTOR(*(const v32_unaligned *)&in[i]);
#endif
  for (; i < n; i++) out[i] = KERNEL(in[i]);
}

int main(int argc, char **argv) {
  void (*run)(const int32_t *, int32_t *, int) = argc > 1 && strcmp(argv[1], "array") == 0 ? array : scalar;
  int32_t count;
  while (fread(&count, 4, 1, stdin) == 1) {
    int32_t *in = malloc((size_t)count * 4), *out = malloc((size_t)count * 4);
    if (fread(in, 4, count, stdin) != (size_t)count) return 2;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int repeat = 0; repeat < REPEATS; repeat++) run(in, out, count);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) * 1e-9;
    fwrite(&seconds, sizeof seconds, 1, stdout);
    fwrite(out, 4, count, stdout);
    fflush(stdout);
    free(in);
    free(out);
  }
  return 0;
}
