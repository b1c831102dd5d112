import { html } from 'hono/html';
import { type Html, renderLayout } from './layout.ts';

/** A button that uses a one-time link: what only fetches the link, as a chat's preview does, does not use it up. */
export function renderSignInPage({ code }: { code: string }): Html {
  return renderLayout({
    title: 'Sign in',
    main: html`<section class="single" aria-labelledby="sign-in">
<h1 id="sign-in">Sign in</h1>
<p>This link works once, for you, and for a short time. If you did not ask for it, close this page.</p>
<form method="post" action="/sign-in/${code}"><button>Sign in</button></form>
</section>`,
  });
}
