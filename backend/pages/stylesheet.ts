import { readFileSync } from 'node:fs';

/** How all pages look: served as `/assets/style.css`. */
export const stylesheet = readFileSync(new URL('./style.css', import.meta.url), 'utf8');
