/* Vectors of int32 lanes for AVX-512, AVX2 or whatever else gcc can vectorise. A product of two int32 is 64 bits
 * wide, so each vector of results is a pair: that of the even lanes and that of the odd ones. */
#ifndef VECTOR_H
#define VECTOR_H
#include <stdint.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#else
#define VECTOR_BYTES 32
#endif
#define LANES (VECTOR_BYTES / 4)

typedef int32_t v32 __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t u32 __attribute__((vector_size(VECTOR_BYTES)));
typedef int64_t v64 __attribute__((vector_size(VECTOR_BYTES)));
typedef uint64_t u64 __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t v32_unaligned __attribute__((vector_size(VECTOR_BYTES), aligned(4)));
#define INLINE static inline __attribute__((always_inline))

/* The exact products of the even lanes. */
INLINE v64 multiply_even(v32 a, v32 b) {
#if defined(__AVX512F__)
  return (v64)_mm512_mul_epi32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
  return (v64)_mm256_mul_epi32((__m256i)a, (__m256i)b);
#else
  return (((v64)a << 32) >> 32) * (((v64)b << 32) >> 32);
#endif
}

/* The odd lanes, moved to where multiply_even reads them. */
INLINE v32 odd(v32 a) { return (v32)((u64)a >> 32); }

/* One vector of the low words of both halves. */
INLINE v32 join(v64 even, v64 odd) {
#if defined(__AVX512F__)
  return (v32)_mm512_mask_blend_epi32(0xaaaa, (__m512i)even, (__m512i)((u64)odd << 32));
#elif defined(__AVX2__)
  return (v32)_mm256_blend_epi32((__m256i)even, (__m256i)((u64)odd << 32), 0xaa);
#else
  return (v32)(((u64)even & 0xffffffffu) | ((u64)odd << 32));
#endif
}

INLINE v32 gather(const int32_t *table, v32 index) {
#if defined(__AVX512F__)
  return (v32)_mm512_i32gather_epi32((__m512i)index, table, 4);
#elif defined(__AVX2__)
  return (v32)_mm256_i32gather_epi32(table, (__m256i)index, 4);
#else
  v32 result;
  for (int i = 0; i < LANES; i++) result[i] = table[index[i]];
  return result;
#endif
}

INLINE v32 broadcast(int32_t value) { return (v32){} + value; }

/* One step of Horner, rounded half up: ((y * t + half) >> shift) + c, or half even, for which one less is added where
 * the result would be odd. The low words of a logical shift are those of an arithmetic one, as shift <= 32, and the
 * plan's bounds say that the result fits. */
INLINE u64 rounded_shift(v64 product, int shift, int even) {
  const int64_t half = (int64_t)1 << (shift - 1);
  if (!even) return (u64)(product + half) >> shift;
  u64 parity = ((u64)product >> shift) & 1;
  return (u64)(product + (half - 1) + (v64)parity) >> shift;
}

INLINE v32 horner_step(v32 y, v32 t, v32 t_odd, int shift, int even, v32 c) {
  u64 evens = rounded_shift(multiply_even(y, t), shift, even);
  u64 odds = rounded_shift(multiply_even(odd(y), t_odd), shift, even);
  return join((v64)evens, (v64)odds) + c;
}
#endif
