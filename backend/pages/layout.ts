/** The frame of every page. Nothing inline: one stylesheet, no script. */
import { html } from 'hono/html';

/** What a template gives; `hono/html` escapes every value that is not itself one. */
export type Html = ReturnType<typeof html>;

type Page = {
  title: string;
  main: Html;
  /** Seconds after which the page loads itself again. */
  refresh?: number | undefined;
  /** Whether somebody is signed in, who can sign out. */
  signedIn?: boolean;
};

export function renderLayout({ title, main, refresh, signedIn = false }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${refresh === undefined ? '' : html`<meta http-equiv="refresh" content="${refresh}">`}
<title>${title} · Devicelane</title>
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<span class="brand">${logo}Devicelane</span>
${signedIn ? html`<form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>` : ''}
</header>
<main id="main">
${main}
</main>
</body>
</html>
`;
}

/** Three lanes, one of which stops. */
const logo = html`<svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
<rect x="2" y="4" width="20" height="4" rx="2"/><rect x="2" y="10" width="11" height="4" rx="2" class="stop"/>
<rect x="2" y="16" width="20" height="4" rx="2"/></svg>`;
