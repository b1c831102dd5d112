/** Projects as they travel. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';

const HostNumber = z.string().check(z.regex(/^\d{1,20}$/));

export const NewProject = z.strictObject({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(100), z.regex(/^[^\p{C}]+$/u)),
  /** Of the identity tokens of the repository's CI. */
  issuer: z.url().check(z.maxLength(300)),
  /** The code host's numbers for the repository and its owner, or GitLab's for the project and its namespace. */
  ownerId: HostNumber,
  repositoryId: HostNumber,
  /** `owner/name`: for people and paths, never for trust. */
  repository: z.string().check(z.regex(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.-]{1,200}(?:\/[\w.-]{1,200}){1,20}$/)),
  /** Name of a farm connection. */
  defaultFarm: z._default(z.string().check(z.minLength(1), z.maxLength(100)), 'inspection'),
});
export type NewProject = z.output<typeof NewProject>;

export const ProjectView = z.object({
  projectId: idSchema('project'),
  name: z.string(),
  issuer: z.string(),
  ownerId: z.string(),
  repositoryId: z.string(),
  repository: z.string(),
  defaultFarm: z.string(),
  /**
   * `pending`: CI of the repository is not trusted, and nothing is posted there, until an admin proves with their own account
   * that they run it, or the operator approves. `owner_changed`: the same, for the owner that an admin has named since.
   */
  binding: z.enum(['pending', 'bound', 'owner_changed']),
  /** Where an admin proves it, in a browser; null where it is bound, and where only the operator can approve. */
  proveUrl: z.nullable(z.string()),
  createdAt: z.iso.datetime(),
});
export type ProjectView = z.infer<typeof ProjectView>;

export const ProjectList = z.object({ projects: z.array(ProjectView) });
export type ProjectList = z.infer<typeof ProjectList>;
