/** A backend that is killed and started again many times: so its code is kept compiled, as a server's is. */
import { loadKept } from '../../compiled-code.ts';

await loadKept(() => import('./killable-backend.ts'));
