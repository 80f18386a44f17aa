/**
 * The tests of sections A, B and C of the catalogue of faults, each with its id, once more: with Debian's
 * docker-registry behind the log-ins and faults of the tests instead of a map in memory.
 */
import { keepImagesIn } from '../support/in-memory-registry.ts';
import { openRealContents } from '../support/real-contents.ts';

keepImagesIn(openRealContents);
await import('../sources/registry/where-log-ins-go.test.ts');
await import('../sources/registry/token.test.ts');
await import('../sources/registry/answers.test.ts');
await import('../sources/registry/download.test.ts');
await import('../sources/registry/retry.test.ts');
