/**
 * The place of the first number that is not less than this one, in numbers that go up.
 *
 * @param count so many of them are looked at
 */
export function firstFrom(numbers: ArrayLike<number>, value: number, count = numbers.length): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
