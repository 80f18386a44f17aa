import { indexRule } from './rule.ts';

export const unpinnedReference = indexRule({
  id: 'unpinned-reference',
  title: 'The image was looked up by tag only',
  severity: 'note',
  what: 'Neither `digest`, nor `metadata`, nor a digest in the reference says which image was built, so the tag decided what was inspected.',
  why: 'A tag can move between the build and this check, and build-push-action leaves its `digest` output empty when nothing was pushed: then the tag still shows the image of an earlier run, and a pass would be about that one.',
  fix: 'Add `digest: ${{ steps.build.outputs.digest }}` to the step, and `push: true` to the build.',
  *examine({ unpinned, reference, root }) {
    if (!unpinned) return;
    yield {
      title: 'the image was looked up by tag only',
      message: `${reference} pointed at ${root.digest} when it was looked up. Nothing says that this is what was just built.`,
      evidence: { reference, digest: root.digest },
    };
  },
});
