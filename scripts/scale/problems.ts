import type { Cluster } from './cluster';
import { failedIds } from './database';

/** Prints the errors of the executions that failed, each once. */
export async function printProblems({ main, postgres }: Cluster): Promise<void> {
	const problems = new Set<string>();
	for (const id of await failedIds(postgres)) problems.add((await main.execution(id)).problem);
	for (const problem of problems) console.log(`  n8n: ${problem}`);
}
