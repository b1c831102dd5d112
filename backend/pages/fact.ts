/** One thing that a build says of itself: its name and its value. */
import { html } from 'hono/html';
import type { Html } from './layout.ts';

export type Fact = [name: string, value: Html | string];

export const MAX_NAMES = 100;

/** A list that is shut until somebody asks. */
export function names(summary: string, list: readonly string[]): Html {
  const more = list.length - MAX_NAMES;
  return html`<details class="names"><summary>${summary}</summary><ul class="plain">${list
    .slice(0, MAX_NAMES)
    .map(
      (name) => html`<li><bdi>${name}</bdi></li>`,
    )}${more > 0 ? html`<li class="muted">and ${more} more</li>` : ''}</ul></details>`;
}
