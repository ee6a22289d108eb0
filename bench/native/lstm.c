/* One training step of the fixed-point LSTM in C, as fast as is reasonable on one core: what the other programs of
 * the benchmark are compared with. Q8.24 on int32; sums of products are exact in 64 bits and rounded once,
 * pseudo-stochastically. It never clamps: a batch in which anything comes near to where it would have to ends the
 * program, so that it cannot be fast by being wrong.
 *
 * Standard input: int32 count, then count int32, the order of the samples of an epoch; again and again.
 * Standard output: double seconds, then the parameters as int32, after each epoch. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "vector.h"
#include "kernels.h"

/* HIDDEN, RANK, FEATURES, STEPS, CLASSES and BATCH come from the command line of the compiler. */
#define ROWS (4 * HIDDEN)
#define INNER (RANK + HIDDEN)
#define STRIDE ((BATCH + 31) / 32 * 32)
#define ONE (1 << 24)
#define LIMIT INT32_MAX
_Static_assert(HIDDEN % 2 == 0 && RANK % 2 == 0 && CLASSES % 2 == 0 && FEATURES % 2 == 0, "rows go in pairs");

enum { PARAMETERS = ROWS * RANK + ROWS * HIDDEN + ROWS + CLASSES * HIDDEN + CLASSES + RANK * FEATURES };
enum { F, I, C, O }; /* the gates in the order of their rows */

typedef int32_t row[STRIDE];
#define ALIGNED __attribute__((aligned(64)))
static ALIGNED row inputs[STEPS][FEATURES];
/* What the gates multiply: the projected input, and below it the hidden state that the step starts from. */
static ALIGNED row operand[STEPS + 1][INNER];
static ALIGNED row gates[STEPS][ROWS], cells[STEPS + 1][HIDDEN], cell_tanh[STEPS][HIDDEN];
static ALIGNED row prediction[CLASSES], prediction_gradient[CLASSES];
static ALIGNED row gate_gradient[ROWS], operand_gradient[INNER], cell_gradient[HIDDEN];

static struct {
  int32_t w[ROWS * RANK], u[ROWS * HIDDEN], b[ROWS], wl[CLASSES * HIDDEN], bl[CLASSES], wr[RANK * FEATURES];
} parameters;
static int64_t gradient[PARAMETERS];
static int32_t first_moment[PARAMETERS], second_moment[PARAMETERS];
static int32_t stacked[ROWS * INNER];
static int64_t stacked_gradient[ROWS * INNER];
_Static_assert(sizeof parameters == 4 * PARAMETERS, "the parameters are one flat vector");

static v64 seen; /* all magnitudes that were rounded, or-ed together */

INLINE v64 round_sum(v64 sum) {
  v64 sign = sum >> 63;
  u64 magnitude = (u64)((sum ^ sign) - sign);
  seen |= (v64)magnitude;
  u64 up = ((magnitude & 0xfff) - ((magnitude >> 12) & 0xfff)) >> 63;
  v64 result = (v64)((magnitude >> 24) + up);
  return (result ^ sign) - sign;
}

INLINE v32 product(v32 a, v32 b) {
  return join(round_sum(multiply_even(a, b)), round_sum(multiply_even(odd(a), odd(b))));
}

static int64_t round_scalar(int64_t sum) {
  int64_t sign = sum >> 63, magnitude = (sum ^ sign) - sign;
  int64_t rounded = (magnitude >> 24) + (((magnitude >> 12) & 0xfff) > (magnitude & 0xfff));
  return sign ? -rounded : rounded;
}

static int32_t clamp(int64_t value) { return value > LIMIT ? LIMIT : value < -LIMIT ? -LIMIT : (int32_t)value; }
static int32_t scalar_product(int64_t a, int64_t b) { return clamp(round_scalar(a * b)); }

/* dst = the sum over parts of round(bias + a * b), a being (row, k) -> a[row * row_step + k * step]. */
INLINE void products(row *dst, const int32_t *a, int row_step, int step, const int32_t *bias, int rows, int inner,
                     int parts, const row *b) {
  for (int r = 0; r < rows; r += 2) {
    for (int j = 0; j < STRIDE; j += 2 * LANES) {
      v64 total[2][2][2] = {0};
      for (int part = 0; part < parts; part++) {
        v64 sum[2][2][2];
        for (int i = 0; i < 2; i++)
          for (int n = 0; n < 2; n++)
            for (int p = 0; p < 2; p++) sum[i][n][p] = (v64){} + (bias ? (int64_t)bias[r + i] * ONE : 0);
        for (int k = part * inner; k < (part + 1) * inner; k++) {
          for (int n = 0; n < 2; n++) {
            v32 even = *(const v32 *)&b[k][j + n * LANES], odds = odd(even);
            for (int i = 0; i < 2; i++) {
              v32 factor = broadcast(a[(r + i) * row_step + k * step]);
              sum[i][n][0] += multiply_even(even, factor);
              sum[i][n][1] += multiply_even(odds, factor);
            }
          }
        }
        for (int i = 0; i < 2; i++)
          for (int n = 0; n < 2; n++)
            for (int p = 0; p < 2; p++) total[i][n][p] += round_sum(sum[i][n][p]);
      }
      for (int i = 0; i < 2; i++)
        for (int n = 0; n < 2; n++)
          *(v32 *)&dst[r + i][j + n * LANES] = join(total[i][n][0], total[i][n][1]);
    }
  }
}

/* dst (rows x columns) += round(g * transposed b). */
INLINE void outer_products(int64_t *dst, const row *g, const row *b, int rows, int columns) {
  for (int r = 0; r < rows; r += 2) {
    for (int k = 0; k < columns; k += 2) {
      v64 sum[2][2] = {0};
      for (int j = 0; j < STRIDE; j += LANES) {
        v32 g0 = *(const v32 *)&g[r][j], g1 = *(const v32 *)&g[r + 1][j];
        v32 b0 = *(const v32 *)&b[k][j], b1 = *(const v32 *)&b[k + 1][j];
        v32 g0_odd = odd(g0), g1_odd = odd(g1), b0_odd = odd(b0), b1_odd = odd(b1);
        sum[0][0] += multiply_even(g0, b0) + multiply_even(g0_odd, b0_odd);
        sum[0][1] += multiply_even(g0, b1) + multiply_even(g0_odd, b1_odd);
        sum[1][0] += multiply_even(g1, b0) + multiply_even(g1_odd, b0_odd);
        sum[1][1] += multiply_even(g1, b1) + multiply_even(g1_odd, b1_odd);
      }
      for (int i = 0; i < 2; i++)
        for (int n = 0; n < 2; n++) {
          int64_t scalar = 0;
          for (int lane = 0; lane < VECTOR_BYTES / 8; lane++) scalar += sum[i][n][lane];
          dst[(r + i) * columns + k + n] += clamp(round_scalar(scalar));
        }
    }
  }
}

static void row_sums(int64_t *dst, const row *g, int rows) {
  for (int r = 0; r < rows; r++) {
    int64_t sum = 0;
    for (int j = 0; j < STRIDE; j++) sum += g[r][j];
    dst[r] += clamp(sum);
  }
}

static void forward(void) {
  for (int r = 0; r < ROWS; r++) {
    memcpy(&stacked[r * INNER], &parameters.w[r * RANK], RANK * 4);
    memcpy(&stacked[r * INNER + RANK], &parameters.u[r * HIDDEN], HIDDEN * 4);
  }
  for (int t = 0; t < STEPS; t++) {
    products(operand[t], parameters.wr, FEATURES, 1, 0, RANK, FEATURES, 1, inputs[t]);
    products(gates[t], stacked, INNER, 1, parameters.b, ROWS, INNER, 1, operand[t]);
    for (int r = 0; r < HIDDEN; r++) {
      for (int j = 0; j < STRIDE; j += LANES) {
        v32 *f = (v32 *)&gates[t][F * HIDDEN + r][j], *i = (v32 *)&gates[t][I * HIDDEN + r][j];
        v32 *c = (v32 *)&gates[t][C * HIDDEN + r][j], *o = (v32 *)&gates[t][O * HIDDEN + r][j];
        *f = sigmoid_vector(*f);
        *i = sigmoid_vector(*i);
        *o = sigmoid_vector(*o);
        *c = tanh_vector(*c);
        v32 before = *(v32 *)&cells[t][r][j];
        v64 even = multiply_even(*f, before) + multiply_even(*i, *c);
        v64 odds = multiply_even(odd(*f), odd(before)) + multiply_even(odd(*i), odd(*c));
        v32 cell = join(round_sum(even), round_sum(odds));
        v32 squashed = tanh_vector(cell);
        *(v32 *)&cells[t + 1][r][j] = cell;
        *(v32 *)&cell_tanh[t][r][j] = squashed;
        *(v32 *)&operand[t + 1][RANK + r][j] = product(*o, squashed);
      }
    }
  }
  products(prediction, parameters.wl, HIDDEN, 1, parameters.bl, CLASSES, HIDDEN, 1, &operand[STEPS][RANK]);
}

/* The gradient of the loss, zero in the columns beyond the batch. Returns the loss, for the report. */
static double squared_error(const uint8_t *labels, int size, int *hits) {
  const int32_t share = (int32_t)rint(1.0 / (CLASSES * size) * ONE);
  double loss = 0;
  for (int c = 0; c < CLASSES; c++)
    for (int j = 0; j < STRIDE; j++) {
      int32_t target = labels[j < size ? j : 0] == c ? 4 * ONE : -4 * ONE;
      double error = (prediction[c][j] - (double)target) / ONE;
      if (j < size) loss += error * error;
      prediction_gradient[c][j] =
          j < size ? scalar_product(prediction[c][j], share) - scalar_product(target, share) : 0;
    }
  for (int j = 0; j < size; j++) {
    int best = 0;
    for (int c = 1; c < CLASSES; c++)
      if (prediction[c][j] > prediction[best][j]) best = c;
    *hits += best == labels[j];
  }
  return loss / (2 * CLASSES * size);
}

static void backward(void) {
  int64_t *w = gradient, *u = w + ROWS * RANK, *b = u + ROWS * HIDDEN, *wl = b + ROWS, *bl = wl + CLASSES * HIDDEN,
          *wr = bl + CLASSES;
  row *hidden_gradient = &operand_gradient[RANK];
  memset(stacked_gradient, 0, sizeof stacked_gradient);
  memset(cell_gradient, 0, sizeof cell_gradient);
  row_sums(bl, prediction_gradient, CLASSES);
  outer_products(wl, prediction_gradient, &operand[STEPS][RANK], CLASSES, HIDDEN);
  products(hidden_gradient, parameters.wl, 1, HIDDEN, 0, HIDDEN, CLASSES, 1, prediction_gradient);

  for (int t = STEPS - 1; t >= 0; t--) {
    for (int r = 0; r < HIDDEN; r++) {
      for (int j = 0; j < STRIDE; j += LANES) {
        v32 f = *(v32 *)&gates[t][F * HIDDEN + r][j], i = *(v32 *)&gates[t][I * HIDDEN + r][j];
        v32 c = *(v32 *)&gates[t][C * HIDDEN + r][j], o = *(v32 *)&gates[t][O * HIDDEN + r][j];
        v32 squashed = *(v32 *)&cell_tanh[t][r][j], before = *(v32 *)&cells[t][r][j];
        v32 g = *(v32 *)&hidden_gradient[r][j];
        v32 cell = *(v32 *)&cell_gradient[r][j] + product(product(ONE + squashed, ONE - squashed), product(g, o));
        *(v32 *)&cell_gradient[r][j] = product(cell, f);
        *(v32 *)&gate_gradient[F * HIDDEN + r][j] = product(product(f, ONE - f), product(cell, before));
        *(v32 *)&gate_gradient[I * HIDDEN + r][j] = product(product(i, ONE - i), product(cell, c));
        *(v32 *)&gate_gradient[C * HIDDEN + r][j] = product(product(ONE + c, ONE - c), product(cell, i));
        *(v32 *)&gate_gradient[O * HIDDEN + r][j] = product(product(o, ONE - o), product(g, squashed));
      }
    }
    row_sums(b, gate_gradient, ROWS);
    outer_products(stacked_gradient, gate_gradient, operand[t], ROWS, INNER);
    products(operand_gradient, stacked, 1, INNER, 0, INNER, HIDDEN, 4, gate_gradient);
    outer_products(wr, operand_gradient, inputs[t], RANK, FEATURES);
  }
  for (int r = 0; r < ROWS; r++) {
    for (int k = 0; k < RANK; k++) w[r * RANK + k] += stacked_gradient[r * INNER + k];
    for (int k = 0; k < HIDDEN; k++) u[r * HIDDEN + k] += stacked_gradient[r * INNER + RANK + k];
  }
}

static struct {
  int32_t count, beta1, beta2, epsilon;
  double learning_rate;
} settings;

static void adam(void) {
  static double power1 = 1, power2 = 1;
  power1 *= settings.beta1 * 0x1p-24;
  power2 *= settings.beta2 * 0x1p-24;
  const int32_t size = (int32_t)rint(settings.learning_rate * sqrt(1 - power2) / (1 - power1) * ONE);
  int32_t *p = (int32_t *)&parameters;
  for (int i = 0; i < PARAMETERS; i++) {
    const int32_t g = clamp(gradient[i]);
    gradient[i] = 0;
    int32_t m = clamp((int64_t)scalar_product(first_moment[i], settings.beta1) +
                      scalar_product(g, ONE - settings.beta1));
    int32_t n = clamp((int64_t)scalar_product(scalar_product(g, ONE - settings.beta2), g) +
                      scalar_product(second_moment[i], settings.beta2));
    first_moment[i] = m;
    second_moment[i] = n;
    int32_t root = rsqrt_scalar(clamp((int64_t)n + settings.epsilon));
    p[i] = clamp((int64_t)p[i] + scalar_product(scalar_product(m, -size), root));
  }
}

static void load(const int32_t *samples, const uint8_t *labels, const int32_t *order, int size, uint8_t *batch) {
  for (int j = 0; j < size; j++) batch[j] = labels[order[j]];
  for (int first = 0; first < STRIDE; first += 16)
    for (int t = 0; t < STEPS; t++)
      for (int f = 0; f < FEATURES; f++)
        for (int j = first; j < first + 16; j++)
          inputs[t][f][j] = j < size ? samples[order[j] * (STEPS * FEATURES) + t * FEATURES + f] : 0;
}

static void read_or_stop(void *into, size_t bytes, FILE *file) {
  if (fread(into, 1, bytes, file) != bytes) exit(file == stdin ? 0 : 2);
}

int main(int argc, char **argv) {
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : 0;
  if (!file) return 2;
  read_or_stop(&settings, sizeof settings, file);
  int32_t *samples = malloc((size_t)settings.count * STEPS * FEATURES * 4);
  uint8_t *labels = malloc(settings.count), batch[STRIDE];
  read_or_stop(samples, (size_t)settings.count * STEPS * FEATURES * 4, file);
  read_or_stop(labels, settings.count, file);
  read_or_stop(&parameters, sizeof parameters, file);
  for (;;) {
    int32_t count;
    read_or_stop(&count, 4, stdin);
    int32_t *order = malloc((size_t)count * 4);
    read_or_stop(order, (size_t)count * 4, stdin);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    double loss = 0;
    int hits = 0;
    for (int first = 0; first < count; first += BATCH) {
      const int size = count - first < BATCH ? count - first : BATCH;
      load(samples, labels, order + first, size, batch);
      forward();
      loss += squared_error(batch, size, &hits);
      backward();
      adam();
      int64_t magnitudes = 0;
      for (int lane = 0; lane < VECTOR_BYTES / 8; lane++) magnitudes |= seen[lane];
      if (magnitudes >> 53) {
        fprintf(stderr, "a sum of products of 32 or more: this program does not clamp, and stops\n");
        return 3;
      }
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    free(order);
    if (!(loss >= 0) || hits < 0) return 70; /* keeps both in use */
    double seconds = (end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) * 1e-9;
    fwrite(&seconds, sizeof seconds, 1, stdout);
    fwrite(&parameters, sizeof parameters, 1, stdout);
    fflush(stdout);
  }
}
