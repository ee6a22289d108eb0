/** Lanes of a vector, and bytes of an element. */
export const LANES = 2;
export const ELEMENT = 8;
export const PAIR = LANES * ELEMENT;
