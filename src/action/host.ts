/** The runner. The only file that knows the Actions toolkit; what it cannot do is told, never thrown. */
import * as core from '@actions/core';
import type { Annotation } from '../reports/annotations.ts';
import type { CallGithub } from './comment.ts';

export interface Runner {
  readonly setOutput: (name: string, value: string) => void;
  readonly annotate: (annotation: Annotation) => void;
  readonly mask: (secret: string) => void;
  readonly print: (text: string) => void;
  readonly addSummary: (markdown: string) => Promise<void>;
  /** Talks to GitHub with this token; the client is loaded only then. */
  readonly callGithub: (token: string) => Promise<CallGithub>;
}

const SPEAK = { error: core.error, warning: core.warning, notice: core.notice } as const;

/** A comment is not worth waiting longer for. */
const PATIENCE = 10_000;

export const runner: Runner = {
  setOutput: core.setOutput,
  annotate: ({ level, title, message, place }) =>
    SPEAK[level](message, {
      title,
      ...(place === null ? {} : { file: place.file, startLine: place.line, endLine: place.endLine }),
    }),
  mask: core.setSecret,
  print: core.info,
  addSummary: async (markdown) => {
    await core.summary.addRaw(markdown, true).write();
  },
  callGithub: async (token) => {
    const { getOctokit } = await import('@actions/github');
    const octokit = getOctokit(token);
    return async (route, parameters) => {
      const request = { signal: AbortSignal.timeout(PATIENCE) };
      const { data }: { data: unknown } = await octokit.request(route, { ...parameters, request });
      return data;
    };
  },
};
