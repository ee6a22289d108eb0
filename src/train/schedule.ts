/**
 * The factor on the learning rate in an epoch: 1 at first, then falling linearly over the last epochs, so that
 * the parameters settle instead of leaping until the last update.
 *
 * @param epoch counted from 0
 * @param decay share of the epochs, at the end, over which it falls; 0 keeps it at 1
 */
export function rateOfEpoch(epoch: number, epochs: number, decay: number): number {
  return decay === 0 ? 1 : Math.min(1, (epochs - epoch) / (decay * epochs));
}
