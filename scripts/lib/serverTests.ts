import { totalmem } from 'node:os';

/** Memory of one worker: jest, n8n, the sandbox and Chromium. */
const WORKER_BYTES = 1.9e9;
/** More don't help: four n8n keep two cores busy most of the time. */
const MAX_WORKERS = 4;

/** jest's arguments for the tests in n8n's server: as many workers as memory allows. */
export function serverTestArguments(): string[] {
	const workers = Math.max(1, Math.min(MAX_WORKERS, Math.floor(totalmem() / WORKER_BYTES)));
	return [`--maxWorkers=${workers}`];
}
