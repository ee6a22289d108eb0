import { formatName, maxRawBigint, minRawBigint, type QFormat } from '../fixedpoint/format.js';

/** What a raw integer of a format is, for the comment of a parameter or a result. */
export function rawAbout(format: QFormat): string {
  return `raw ${formatName(format)}: an integer from ${minRawBigint(format)} to ${maxRawBigint(format)}, in units of 2^-${format.fracBits}`;
}
