/** A long list of Azure's, page by page, each asked for by itself so that one that fails can be asked for again. */
import { absentIsNull, call, type Pace } from './azure-call.ts';

const PAGE = 1000;

type Settings = { maxPageSize: number; continuationToken?: string };
type Pages<P> = { byPage(settings: Settings): AsyncIterator<P> };

/** None for a container that does not exist. @throws AzureRefused */
export async function* pages<P extends { continuationToken?: string }>(
  pace: Pace,
  list: () => Pages<P>,
): AsyncGenerator<P> {
  let continuationToken = '';
  do {
    const settings = { maxPageSize: PAGE, ...(continuationToken ? { continuationToken } : {}) };
    const page = await absentIsNull(call(pace, 'listing', () => list().byPage(settings).next()));
    if (!page || page.done) return;
    yield page.value;
    continuationToken = page.value.continuationToken ?? '';
  } while (continuationToken);
}
