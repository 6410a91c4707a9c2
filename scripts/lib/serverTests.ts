import { totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from './paths';

/** Memory of one worker: jest, n8n, the sandbox and Chromium. */
const WORKER_BYTES = 1.9e9;
/** More don't help on two cores: the tests wait for n8n's clock half of the time. */
const MAX_WORKERS = 4;

/** jest's arguments for the tests in n8n's server: as many workers as memory allows, longest files first. */
export function serverTestArguments(): string[] {
	const workers = Math.max(1, Math.min(MAX_WORKERS, Math.floor(totalmem() / WORKER_BYTES)));
	const sequencer = join(root, 'test', 'harness', 'serverSequencer.mjs');
	return [`--maxWorkers=${workers}`, `--testSequencer=${sequencer}`];
}
