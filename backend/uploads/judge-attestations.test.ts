import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Examined } from '../attestations/port.ts';
import { judgeAttestations, NONE, type Pinned } from './judge-attestations.ts';

type Claimed = { sha256: string; issuer: string; repositoryId: string; ownerId: string; commit: string };

const vouched = ({ sha256, issuer, repositoryId, ownerId, commit }: Claimed): Examined => ({
  kind: 'vouched',
  attested: {
    digests: new Set([sha256]),
    issuer,
    repositoryId,
    ownerId,
    build: { repository: 'acme/app', workflow: 'build.yml', commit, runUrl: null, runner: null },
  },
});
const doubtful: Examined = { kind: 'doubtful', reason: 'authority' };

const digits = fc.stringMatching(/^\d{1,20}$/);
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const claimed = fc.record<Claimed>({
  sha256: hex(64),
  issuer: fc.webUrl(),
  repositoryId: digits,
  ownerId: digits,
  commit: hex(40),
});
const FACTS = {
  sha256: 'digest',
  issuer: 'issuer',
  repositoryId: 'repository',
  ownerId: 'owner',
  commit: 'commit',
} as const;

describe('an attestation', () => {
  test('of the same facts is verified, and of any other one a mismatch that names it', () => {
    const names = fc.subarray(Object.keys(FACTS) as (keyof Claimed)[]);
    fc.assert(
      fc.property(claimed, claimed, names, (pinned, other, changed) => {
        const said = { ...pinned };
        for (const name of changed) said[name] = other[name];
        const differs = changed.filter((name) => other[name] !== pinned[name]);
        const judged = judgeAttestations([vouched(said)], pinned);
        expect(judged.state).toBe(differs.length > 0 ? 'mismatch' : 'verified');
        expect([...judged.differs].sort()).toEqual(differs.map((name) => FACTS[name]).sort());
      }),
    );
  });

  test('is not held against a commit that nobody vouched for', () => {
    fc.assert(
      fc.property(claimed, hex(40), (said, commit) => {
        const pinned: Pinned = { ...said, commit: null };
        expect(judgeAttestations([vouched({ ...said, commit })], pinned)).toMatchObject({ state: 'verified' });
      }),
    );
  });

  test('that holds is found among any others, wherever it stands', () => {
    fc.assert(
      fc.property(claimed, fc.array(claimed), fc.nat(), (pinned, others, at) => {
        const all = [doubtful, { kind: 'other' } as const, ...others.map(vouched)];
        all.splice(at % (all.length + 1), 0, vouched(pinned));
        expect(judgeAttestations(all, pinned)).toMatchObject({ state: 'verified', differs: [] });
      }),
    );
  });
});

describe('of several', () => {
  const pinned: Claimed = { sha256: 'a', issuer: 'i', repositoryId: '1', ownerId: '2', commit: 'c' };

  test('the nearest mismatch is shown, before what proves nothing', () => {
    const far = vouched({ ...pinned, commit: 'd', repositoryId: '9', ownerId: '8' });
    const near = vouched({ ...pinned, commit: 'd' });
    expect(judgeAttestations([doubtful, far, near], pinned)).toMatchObject({ state: 'mismatch', differs: ['commit'] });
  });

  test('a doubtful one says why, and nothing of what it claims', () => {
    const expected = { state: 'unverified', differs: [], reason: 'authority', build: null };
    expect(judgeAttestations([{ kind: 'other' }, doubtful], pinned)).toEqual(expected);
  });

  test('without any, or of other things only, there is none', () => {
    expect(judgeAttestations([], pinned)).toEqual(NONE);
    expect(judgeAttestations([{ kind: 'other' }], pinned)).toEqual(NONE);
  });
});
