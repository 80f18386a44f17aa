/**
 * `$GITHUB_ARTIFACTS_LIST`: what earlier steps of the same job declared to the Actions runner, as it writes it for
 * every step: `{"version":1,"subjects":[{"name","digest","kind":"oci"|"file"}]}`, or an empty file when it is off.
 */
import { Failure } from '../base/failure.ts';
import { isDigest } from '../oci/digest.ts';
import { Fields } from '../oci/fields.ts';
import { asConfiguration } from './as-configuration.ts';
import { type BuildOutput, NO_OUTPUT } from './build-output.ts';

/** The images among them, one for each digest with all its names. @throws {Failure} E_CONFIG */
export function parseArtifactsList(bytes: Uint8Array): readonly BuildOutput[] {
  if (Buffer.from(bytes).toString('utf8').trim() === '') return [];
  return asConfiguration(HINT, () => imagesOf(Fields.parse(bytes, WHERE)));
}

const WHERE = 'GITHUB_ARTIFACTS_LIST';
const HINT = 'name the image with the `image` input: this runner writes a list that is not understood here';

function imagesOf(fields: Fields): readonly BuildOutput[] {
  if (fields.value('version') !== 1) throw unreadable(`${WHERE}: its version is not 1`);
  const images = fields.objects('subjects').filter((subject) => subject.text('kind') === 'oci');
  const named = images.map((subject) => {
    const [name = '', digest = ''] = [subject.text('name'), subject.text('digest')];
    if (name === '' || !isDigest(digest)) throw unreadable(`${subject.where}: has no name or no digest`);
    return { name: name.replace(/@.*$/, ''), digest };
  });
  return [...Map.groupBy(named, ({ digest }) => digest)].map(([digest, same]) => ({
    ...NO_OUTPUT,
    names: same.map(({ name }) => name),
    digest,
  }));
}

function unreadable(message: string): Failure {
  return new Failure(
    'E_CONFIG',
    message,
    'name the image with the `image` input: this runner is too new or too old',
  );
}
