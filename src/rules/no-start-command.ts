import { startRule } from './rule.ts';
import { about, refusedSteps } from './start-words.ts';

export const noStartCommand = startRule({
  id: 'no-start-command',
  title: 'The image does not say what to start',
  severity: 'error',
  what: 'The image config has neither an `ENTRYPOINT` nor a `CMD`, so there is no program that a container of it would run. (An `ENTRYPOINT [""]` counts as none.) An `ENTRYPOINT` such as `tini --` without a `CMD` is a note: by itself the image starts nothing, but it may be meant to be given its command.',
  why: '`docker run IMAGE` answers `no command specified`, and Kubernetes `CreateContainerError`. It usually means that the final stage starts `FROM scratch` or from a base without a command, and that the instruction stands in another stage. An `ENTRYPOINT` of one’s own also takes away the `CMD` of the base image.',
  fix: 'Add `ENTRYPOINT ["/path/to/program"]` (or `CMD`) to the final stage of the Dockerfile. An image that is only ever a source of files for `COPY --from` can be excepted with an `ignore` entry for `no-start-command`.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['nothing-to-start'])) {
      yield {
        ...about(trace, found),
        severity: 'note',
        title: `{platforms} {starts|start} nothing unless given a command`,
        message: `${found.step.via} starts ${found.step.name}, which starts the command that follows it, and none does. Whoever starts a container has to name one.`,
        fix: `Unless that is meant, add \`CMD ["/path/to/program"]\` to the final stage of the Dockerfile, or put the program behind ${found.step.name}.`,
      };
    }
    if (!trace.refusals.some(({ kind }) => kind === 'no-command')) return;
    yield {
      title: '{platforms} does not say what to start',
      message: 'The image config has neither an ENTRYPOINT nor a CMD.',
      runtimeError: 'docker: Error response from daemon: no command specified',
      evidence: {},
    };
  },
});
