import type { Environment } from './environment.ts';

/** Where the files of this commit can be looked at, ending in a slash; null outside of GitHub's and GitLab's runners. */
export function sourceBaseOf(env: Environment, commit?: string): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: sha } = env;
  const at = commit ?? sha;
  if (server !== undefined && repository !== undefined && at !== undefined) {
    return `${server}/${repository}/blob/${at}/`;
  }
  const { CI_PROJECT_URL: project, CI_COMMIT_SHA: gitlabCommit } = env;
  return project !== undefined && gitlabCommit !== undefined ? `${project}/-/blob/${gitlabCommit}/` : null;
}
