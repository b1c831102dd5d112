/** Every attack that is asked, group by group. */
import { ANSWER_ATTACKS } from './answers.ts';
import type { Attack } from './attack.ts';
import { CREDENTIAL_ATTACKS } from './credentials.ts';
import { EXCHANGE_ATTACKS } from './exchange.ts';
import { HOOK_ATTACKS } from './hooks.ts';
import { HOST_ATTACKS } from './hosts.ts';
import { MISUSE_ATTACKS } from './misuse.ts';
import { PATH_ATTACKS } from './paths.ts';
import { SIGN_IN_ATTACKS } from './sign-in.ts';
import { SLOW_ATTACKS } from './slow.ts';
import { smallTokenAttacks } from './small-token.ts';
import { WIRE_FORMAT_ATTACKS } from './wire-format.ts';

export type Group = { name: string; attacks: readonly Attack[] };

/**
 * @param token of small scope; null: what needs one is left out
 * @param slow whether what takes minutes is asked too
 */
export function groupsOf({ token, slow }: { token: string | null; slow: boolean }): Group[] {
  return [
    { name: 'credentials', attacks: CREDENTIAL_ATTACKS },
    { name: 'requests', attacks: MISUSE_ATTACKS },
    { name: 'exchange', attacks: EXCHANGE_ATTACKS },
    { name: 'sign-in', attacks: SIGN_IN_ATTACKS },
    { name: 'http', attacks: WIRE_FORMAT_ATTACKS },
    { name: 'paths', attacks: PATH_ATTACKS },
    { name: 'hosts', attacks: HOST_ATTACKS },
    { name: 'answers', attacks: ANSWER_ATTACKS },
    { name: 'events', attacks: HOOK_ATTACKS },
    ...(token === null ? [] : [{ name: 'small token', attacks: smallTokenAttacks(token) }]),
    ...(slow ? [{ name: 'slow', attacks: SLOW_ATTACKS }] : []),
  ];
}
