import { describe, expect, test } from '@jest/globals';
import { commitOf, isPrivileged, pullRequestOf, type WorkflowEvent } from '../../src/action/pull-request.ts';

const SHA = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);

function event(name: string, payload: unknown, ref = 'refs/heads/main'): WorkflowEvent {
  return { name, payload, ref, sha: SHA };
}

const PULL = { pull_request: { number: 7, head: { sha: HEAD } } };

describe('the pull request', () => {
  test.each<[string, WorkflowEvent, ReturnType<typeof pullRequestOf>]>([
    ['pull_request', event('pull_request', PULL), { kind: 'number', number: 7 }],
    ['pull_request_target', event('pull_request_target', PULL), { kind: 'number', number: 7 }],
    [
      'a comment on one',
      event('issue_comment', { issue: { number: 7, pull_request: {} } }),
      { kind: 'number', number: 7 },
    ],
    ['a comment on an issue', event('issue_comment', { issue: { number: 7 } }), { kind: 'none' }],
    [
      'workflow_run of the same repository',
      event('workflow_run', { workflow_run: { head_sha: HEAD, pull_requests: [{ number: 7 }] } }),
      { kind: 'number', number: 7 },
    ],
    [
      'workflow_run of a fork',
      event('workflow_run', { workflow_run: { head_sha: HEAD, pull_requests: [] } }),
      { kind: 'commit', sha: HEAD },
    ],
    [
      'a merge queue',
      event('merge_group', {}, `refs/heads/gh-readonly-queue/main/pr-7-${SHA}`),
      { kind: 'number', number: 7 },
    ],
    ['a push', event('push', {}), { kind: 'commit', sha: SHA }],
    ['a schedule', event('schedule', {}), { kind: 'none' }],
    ['an event without a payload', event('pull_request', null), { kind: 'none' }],
    ['a payload of nonsense', event('pull_request', { pull_request: [{ number: '7' }] }), { kind: 'none' }],
  ])('of %s', (_, one, expected) => {
    expect(pullRequestOf(one)).toEqual(expected);
  });

  test('links go to its own head, not to the merge that was built', () => {
    expect(commitOf(event('pull_request', PULL))).toBe(HEAD);
    expect(commitOf(event('push', {}))).toBe(SHA);
  });

  test('G16 events that run with the rights of the base are known', () => {
    expect(
      ['pull_request_target', 'workflow_run', 'pull_request', 'push'].map((name) =>
        isPrivileged(event(name, {})),
      ),
    ).toEqual([true, true, false, false]);
  });
});
