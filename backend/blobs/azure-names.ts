/** Where a tenant's blobs stand in an Azure account: in the container `<prefix>-<container>`. */

/** What Azure takes: 3 to 63 lower-case letters, digits and single hyphens inside. */
const CONTAINER = /^(?=.{1,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
const BLOB = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}$/;

/** @throws RangeError */
export function azureContainer(prefix: string, container: string): string {
  const name = `${prefix}-${container}`;
  if (!CONTAINER.test(container) || !CONTAINER.test(name)) {
    throw new RangeError(
      'a container name has lower-case letters, digits and single hyphens, with its prefix at most 63',
    );
  }
  return name;
}

/** @throws RangeError */
export function azureBlob(name: string): string {
  if (!BLOB.test(name)) throw new RangeError('a blob name has 1 to 128 letters, digits, "_", "-" or, not first, "."');
  return name;
}
