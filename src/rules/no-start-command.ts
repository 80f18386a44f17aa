import { startRule } from './rule.ts';
import { about, placedAt, refusedSteps, scriptBehind } from './start-words.ts';

export const noStartCommand = startRule({
  id: 'no-start-command',
  title: 'The image does not say what to start',
  severity: 'error',
  what: 'The image config has neither an `ENTRYPOINT` nor a `CMD`, so there is no program that a container of it would run. (An `ENTRYPOINT [""]` counts as none.) Nor is there one behind an `ENTRYPOINT` such as `tini --` without a `CMD`: it ends at once, and says how it is to be used.',
  why: '`docker run IMAGE` answers `no command specified`, and Kubernetes `CreateContainerError`. It usually means that the final stage starts `FROM scratch` or from a base without a command, and that the instruction stands in another stage. An `ENTRYPOINT` of one’s own also takes away the `CMD` of the base image.',
  fix: 'Add `ENTRYPOINT ["/path/to/program"]` (or `CMD`) to the final stage of the Dockerfile. An image that is only ever a base of others, a source of files for `COPY --from`, or given its command by whoever starts it can be excepted with an `ignore` entry for `no-start-command`.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['nothing-to-start'])) {
      const { step } = found;
      const script = scriptBehind(trace, step);
      // What is missing stands in no layer, whoever brought the wrapper.
      const { layer: _, ...base } = about(trace, found);
      yield {
        ...base,
        ...(script === null ? {} : placedAt(trace, script)),
        title: `{platforms} {does|do} not say what ${step.file?.path ?? step.name} is to start`,
        message: `${script ?? step.via} starts ${step.name}, which starts the command that follows it, and none does.`,
        fix: `Add \`CMD ["/path/to/program"]\` to the final stage of the Dockerfile, or put the program behind ${step.name}. A base image that is meant to be given its command can be excepted with an \`ignore\` entry for \`no-start-command\`.`,
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
