/**
 * - `none`: the projection on the orthogonal polynomials of the measure, the chaos expansion itself;
 * - `minimax`: the polynomial with the least greatest error.
 */
export const POLISHES = ['minimax', 'none'] as const;
export type Polish = (typeof POLISHES)[number];
