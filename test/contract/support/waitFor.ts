import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a condition is met. The time limit of the test applies. */
export async function waitFor(condition: () => Promise<boolean>): Promise<void> {
	while (!(await condition())) await sleep(10);
}
