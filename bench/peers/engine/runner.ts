import { join } from 'node:path';
import { startChild } from '../../child/child';
import type { Clock } from '../../child/clock';
import type { StartOptions } from './requests';
import type { SubjectEngine } from './subjectEngine';

/** Starts the engine of one subject in a child process. Executions can overlap, as in n8n. */
export function startRunner(options: StartOptions, clock?: Clock) {
	const file = join(__dirname, 'subjectEngine.ts');
	const { node } = options.installation;
	return startChild<Pick<SubjectEngine, 'execute' | 'loop'>>(file, { node, clock, options });
}
export type Runner = ReturnType<typeof startRunner>;
