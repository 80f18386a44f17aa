/** Which pull request an event is about, from the event alone; where it does not say, its commit can be asked for. */
import { numberAt, textAt, valueAt } from './json-path.ts';

export interface WorkflowEvent {
  readonly name: string;
  readonly payload: unknown;
  /** GITHUB_REF and GITHUB_SHA. */
  readonly ref: string;
  readonly sha: string;
}

export type PullRequestHint =
  | { readonly kind: 'number'; readonly number: number }
  /** Pushes, and `workflow_run` of forks: the commit may belong to a pull request. */
  | { readonly kind: 'commit'; readonly sha: string }
  | { readonly kind: 'none' };

const QUEUE = /^refs\/heads\/gh-readonly-queue\/.+\/pr-(\d+)-[0-9a-f]+$/;

export function pullRequestOf({ name, payload, ref, sha }: WorkflowEvent): PullRequestHint {
  const number =
    numberAt(payload, 'pull_request', 'number') ??
    (valueAt(payload, 'issue', 'pull_request') === null ? null : numberAt(payload, 'issue', 'number')) ??
    numberAt(payload, 'workflow_run', 'pull_requests', 0, 'number') ??
    numberOf(QUEUE.exec(ref)?.[1]);
  if (number !== null) return { kind: 'number', number };
  if (name === 'workflow_run') return commitHint(textAt(payload, 'workflow_run', 'head_sha') ?? '');
  return name === 'push' || name === 'workflow_dispatch' ? commitHint(sha) : { kind: 'none' };
}

/** The commit that people look at: a pull request's own head, not the merge that its run was made from. */
export function commitOf({ payload, sha }: WorkflowEvent): string {
  return textAt(payload, 'pull_request', 'head', 'sha') ?? textAt(payload, 'workflow_run', 'head_sha') ?? sha;
}

/** Runs of these events have the rights of the base repository while the image may come from a fork. */
export function isPrivileged({ name }: WorkflowEvent): boolean {
  return name === 'pull_request_target' || name === 'workflow_run';
}

function commitHint(sha: string): PullRequestHint {
  return /^[0-9a-f]{40,64}$/.test(sha) ? { kind: 'commit', sha } : { kind: 'none' };
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
