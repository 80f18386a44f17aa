/**
 * `npm run fuzz [TARGET|all] [SECONDS]`: mutates the corpus of a target (__tests__/fuzz), keeps inputs whose outcome is
 * new, as short as they get, and stops at what must not be: an error that is no Failure, a second spent on one input,
 * half a GiB of memory. The input is then printed in base64.
 */
import { readCorpus, writeCorpus } from '../__tests__/fuzz/corpus.ts';
import { type FuzzTarget, outcomeOf } from '../__tests__/fuzz/fuzz-target.ts';
import { minimise, mutate, randomFrom } from '../__tests__/fuzz/mutate.ts';
import { TARGETS } from '../__tests__/fuzz/targets.ts';

const LONGEST = 1_000;
const MOST_MEMORY = 512 * 1024 * 1024;
/** Outcomes remembered of one target, so that memory tells of the inputs. */
const MOST_OUTCOMES = 20_000;
/** Inputs kept of one target, and of what length: a corpus is replayed with every commit. */
const KEPT = 300;
const KEPT_BYTES = 4_096;

const [wanted = 'all', seconds = '60'] = process.argv.slice(2);
const chosen = TARGETS.filter(({ name }) => wanted === 'all' || wanted === name);
if (chosen.length === 0)
  throw new Error(`no such target; there are ${TARGETS.map(({ name }) => name).join(', ')}`);
for (const target of chosen) await fuzz(target, Number(seconds) * 1_000);

async function fuzz(target: FuzzTarget, milliseconds: number): Promise<void> {
  const begun = performance.now();
  const random = randomFrom(Date.now());
  const known = new Map<string, Buffer>();
  for (const bytes of [...target.seeds().map((seed) => Buffer.from(seed)), ...readCorpus(target.name)]) {
    const outcome = await attempt(target, bytes);
    const before = known.get(outcome);
    if (before === undefined || bytes.length < before.length) known.set(outcome, bytes);
  }
  let runs = 0;
  while (performance.now() - begun < milliseconds) {
    const inputs = [...known.values()];
    for (let left = 500; left > 0; left--, runs++) {
      const mutant = mutate(inputs[random(inputs.length)] ?? Buffer.alloc(0), inputs, random);
      const outcome = await attempt(target, mutant);
      if (known.has(outcome) || known.size >= MOST_OUTCOMES) continue;
      known.set(outcome, await minimise(mutant, async (bytes) => (await attempt(target, bytes)) === outcome));
    }
  }
  const small = [...known.values()].filter(({ length }) => length <= KEPT_BYTES);
  writeCorpus(target.name, small.sort((one, other) => one.length - other.length).slice(0, KEPT));
  const rate = Math.round((runs * 1_000) / milliseconds);
  process.stdout.write(`${target.name}: ${runs} runs (${rate}/s), ${known.size} outcomes, ${memory()} MiB\n`);
}

async function attempt(target: FuzzTarget, bytes: Buffer): Promise<string> {
  const begun = performance.now();
  try {
    const outcome = await outcomeOf(target, bytes);
    if (performance.now() - begun > LONGEST) throw new Error('it took more than a second');
    if (process.memoryUsage.rss() > MOST_MEMORY) throw new Error('it took half a GiB of memory');
    return outcome;
  } catch (cause) {
    throw new Error(`${target.name}: ${bytes.toString('base64')}`, { cause });
  }
}

function memory(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
