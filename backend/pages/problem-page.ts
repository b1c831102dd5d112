import { html } from 'hono/html';
import { type Html, renderLayout } from './layout.ts';

/** What went wrong, what to do about it, and the id by which the log knows it. */
export function renderProblemPage(status: number, title: string, detail: string, requestId: string): Html {
  return renderLayout({
    title,
    main: html`<section class="single" aria-labelledby="problem">
<p class="status" aria-hidden="true">${status}</p>
<h1 id="problem">${title}</h1>
<p>${detail}</p>
<p class="muted">Request <code>${requestId}</code></p>
</section>`,
  });
}
