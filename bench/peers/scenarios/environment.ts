import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../child/clock';
import type { Installation } from '../engine/installation';
import type { ExecutionRequest, Outcome } from '../engine/requests';
import { startRunner, type Runner } from '../engine/runner';
import type { Behavior, History } from '../mockApi/behavior';
import { MockServer } from '../mockApi/server';
import type { Subject } from '../subjects';

/** One execution and the behavior of its API. */
export interface Scenario extends Omit<ExecutionRequest, 'url' | 'items'> {
	/** A prompt for each item. */
	prompts: string[];
	behavior?: Partial<Behavior>;
	/** How long to record requests after the execution has ended. */
	watchSeconds?: number;
}

export interface ScenarioResult {
	outcome: Outcome;
	history: History;
}

/** One subject and its mock API, both on the same clock. */
export class BenchmarkEnvironment {
	constructor(
		private readonly server: MockServer,
		private readonly runner: Runner,
		private readonly clock: Clock,
	) {}

	get subject(): Subject {
		return this.runner.subject;
	}

	async run({
		prompts,
		behavior,
		watchSeconds = 0,
		...request
	}: Scenario): Promise<ScenarioResult> {
		const api = this.server.api(behavior);
		const items = prompts.map((prompt) => ({ prompt }));
		const url = api.url(this.subject.key);
		const outcome = await this.runner.execute({ url, items, ...request });
		await sleep((watchSeconds * 1000) / this.clock.factor);
		return { outcome, history: api.history };
	}
}

/** Prompts for a number of valid items. */
export const prompts = (count: number) =>
	Array.from({ length: count }, (_, index) => `A lighthouse in a storm, take ${index + 1}`);

/**
 * Runs `work` with subjects whose engines have started and warmed up.
 * @param timeFactor - speed of their clock relative to real time
 */
export async function withEnvironments<T>(
	installation: Installation,
	timeFactor: number,
	subjects: Subject[],
	work: (environments: BenchmarkEnvironment[]) => Promise<T>,
): Promise<T> {
	const clock = { factor: timeFactor, originMs: Date.now() };
	const server = await MockServer.start(clock);
	const starting = subjects.map((subject) =>
		startRunner(subject, installation, { clock, isolated: false }),
	);
	const runners = await Promise.all(starting);
	try {
		const environments = runners.map((runner) => new BenchmarkEnvironment(server, runner, clock));
		const warmUp = { prompts: prompts(3), behavior: { jobSeconds: [0] } };
		await Promise.all(environments.map((environment) => environment.run(warmUp)));
		return await work(environments);
	} finally {
		runners.forEach((runner) => runner.close());
		await server.close();
	}
}
