import { html } from 'hono/html';
import { type Html, renderLayout } from './layout.ts';

type Question = { state: string; project: string; repository: string; login: string; email: string };

/**
 * The last question before a repository is bound. It names both accounts: who was led here by another's link sees an address
 * that is not their own.
 */
export function renderBindPage({ state, project, repository, login, email }: Question): Html {
  return renderLayout({
    title: 'Bind the repository',
    signedIn: true,
    main: html`<section class="single" aria-labelledby="bind">
<h1 id="bind">Bind <bdi>${repository}</bdi>?</h1>
<p>GitHub says that <strong><bdi>${login}</bdi></strong> runs this repository. You are signed in here as
<strong><bdi>${email}</bdi></strong>. If one of the two is not you, close this page.</p>
<p>From then on builds of this repository go to the project <strong><bdi>${project}</bdi></strong>, whose admins see them
and decide which workflows are trusted, and checks are posted on it.</p>
<form method="post" action="/connect/${state}"><button>Bind it</button></form>
</section>`,
  });
}
