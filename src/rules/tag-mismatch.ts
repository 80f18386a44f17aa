import { indexRule } from './rule.ts';

export const tagMismatch = indexRule({
  id: 'tag-mismatch',
  title: 'A tag does not point at what was just built',
  severity: 'error',
  what: 'A tag in `image` points at another digest than the one in `digest`.',
  why: 'People pull tags. The build may be right and the tag may still be an old image, or one that another job or a laptop pushed over it in the meantime.',
  fix: 'Push the tag again from this build, and find out who else pushes it. Deploy by digest (the output `pinned`) rather than by tag.',
  *examine({ expectedDigest, tags }) {
    if (expectedDigest === null) return;
    for (const { tag, digest } of tags) {
      if (digest === expectedDigest) continue;
      yield {
        title: `the tag ${tag} does not point at what was built`,
        message: `${tag} points at ${digest}; the build wrote ${expectedDigest}.`,
        evidence: { tag, found: digest, expected: expectedDigest },
      };
    }
  },
});
