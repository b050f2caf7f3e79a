/** What has come so far, by position, as soon as that is enough, or nothing more will come: who is silent holds nobody up. The promises must not reject. */
export async function untilEnough<T>(
  asked: readonly Promise<T | undefined>[], enough: (soFar: readonly (T | undefined)[]) => boolean,
): Promise<readonly (T | undefined)[]> {
  const soFar: (T | undefined)[] = asked.map(() => undefined);
  let missing = asked.length;
  return new Promise((resolve) => {
    asked.forEach((each, position) => void each.then((value) => {
      soFar[position] = value;
      missing--;
      if (missing === 0 || enough(soFar)) resolve([...soFar]);
    }));
  });
}

/** Whether so many of them are true, as soon as they are. The promises must not reject. */
export async function areTrue(count: number, asked: readonly Promise<boolean>[]): Promise<boolean> {
  const isEnough = (soFar: readonly (boolean | undefined)[]): boolean => soFar.filter(Boolean).length >= count;
  return isEnough(await untilEnough(asked, isEnough));
}

/** Whether one of them is true, as soon as it is. The promises must not reject. */
export async function anyTrue(asked: readonly Promise<boolean>[]): Promise<boolean> {
  return areTrue(1, asked);
}
