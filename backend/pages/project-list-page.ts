/** The projects of a tenant, for its admin: which repository each is for, and what it waits for. */
import { html } from 'hono/html';
import type { ProjectView } from '../contract/projects.ts';
import { type Html, renderLayout } from './layout.ts';

const BINDING = { pending: 'Waits for a proof', bound: 'Bound', owner_changed: 'Waits: new owner' } as const;

export function renderProjectListPage({ projects }: { projects: readonly ProjectView[] }): Html {
  return renderLayout({
    title: 'Projects',
    signedIn: true,
    main: html`<section aria-labelledby="projects">
<h1 id="projects">Projects</h1>
${projects.length === 0 ? html`<p class="note">There is no project yet.</p>` : renderTable(projects)}
</section>`,
  });
}

function renderTable(projects: readonly ProjectView[]): Html {
  return html`<p>CI of a repository is trusted once its project is bound: somebody with an account that administers or maintains the
repository proves so, or the operator of this server approves.</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="projects">
<table>
<thead><tr><th scope="col">Project</th><th scope="col">Repository</th><th scope="col">Binding</th></tr></thead>
<tbody>${projects.map(renderRow)}</tbody>
</table>
</div>`;
}

function renderRow(project: ProjectView): Html {
  const { binding } = project;
  return html`<tr>
<th scope="row"><bdi>${project.name}</bdi> <span class="muted"><code>${project.projectId}</code></span></th>
<td><bdi>${project.repository}</bdi> <span class="muted">number ${project.repositoryId}, owner ${project.ownerId}</span></td>
<td><div><span class="outcome ${binding === 'bound' ? 'passed' : 'flaky'}">${BINDING[binding]}</span></div>
${project.proveUrl === null ? renderWay(binding) : html`<a href="/projects/${project.projectId}/prove">Prove access at GitHub</a>`}</td>
</tr>`;
}

const renderWay = (binding: ProjectView['binding']): Html | '' =>
  binding === 'bound' ? '' : html`<span class="muted">The operator approves it.</span>`;
