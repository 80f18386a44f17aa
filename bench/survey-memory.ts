/** Peak memory of listing and surveying an image with 500,000 files and a library of 2 GB; prints MiB. */
import { createHash } from 'node:crypto';
import { buildElf } from '../__tests__/support/elf-builder.ts';
import { END_OF_ARCHIVE, tarHeader } from '../__tests__/support/layer-builder.ts';
import { entry } from '../__tests__/support/image-facts.ts';
import { listLayer } from '../src/layers/list-layer.ts';
import { isDigest } from '../src/oci/digest.ts';
import { RootFs } from '../src/rootfs/rootfs.ts';
import { traceStart } from '../src/start/trace-start.ts';
import { surveyImage } from '../src/survey/survey.ts';

const FILES = 500_000;
const LIBRARY_BYTES = 2 * 1024 ** 3;
const PIECE = Buffer.alloc(1024 ** 2);

async function* tar(): AsyncGenerator<Buffer> {
  const library = Buffer.from(buildElf({ soname: 'libhuge.so' }));
  yield tarHeader({ name: 'usr/lib/libhuge.so', mode: 0o755 }, LIBRARY_BYTES);
  yield library;
  for (let left = LIBRARY_BYTES - library.length; left > 0; left -= PIECE.length) {
    yield PIECE.subarray(0, Math.min(left, PIECE.length));
  }
  for (let file = 0; file < FILES; file += 1_000) {
    const headers = Array.from({ length: 1_000 }, (_, index) =>
      tarHeader({ name: `srv/data/${file}/file-number-${index}.txt` }),
    );
    yield Buffer.concat(headers);
  }
  yield END_OF_ARCHIVE;
}

const hash = createHash('sha256');
for await (const piece of tar()) hash.update(piece);
const digest = `sha256:${hash.digest('hex')}`;
const { image } = entry();
if (!isDigest(digest) || image === null) throw new Error('a digest and an image');
const mediaType = 'application/vnd.oci.image.layer.v1.tar';
const layer = { descriptor: { mediaType, digest, size: 0, annotations: {} }, diffId: digest };
const rootfs = RootFs.of([await listLayer(layer, tar())]);
const trace = traceStart(rootfs, image);
const { platform, config } = image;
const survey = surveyImage(rootfs, { platform, config, trace, binaries: [], exemptionsOff: [] });
if (survey.files !== FILES + 1) throw new Error(`${survey.files} files`);
process.stdout.write(`${Math.ceil(process.resourceUsage().maxRSS / 1024)}\n`);
