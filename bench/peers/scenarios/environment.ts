import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../child/clock';
import type { Installation } from '../engine/installation';
import type { ExecutionRequest, Outcome } from '../engine/requests';
import { startRunner, type Runner } from '../engine/runner';
import type { Behavior, History } from '../mockApi/behavior';
import { MockApi } from '../mockApi/mockApi';
import type { Subject } from '../subjects';

/** One execution and the behavior of its API. */
export interface Scenario extends Omit<ExecutionRequest, 'url' | 'items'> {
	/** A prompt for each item. */
	prompts: string[];
	behavior?: Partial<Behavior>;
	/** How long to record requests after the execution has ended. */
	watchSeconds?: number;
}

export type ScenarioResult = { outcome: Outcome; history: History };

/** Prompts for a number of valid items. */
export const prompts = (count: number) =>
	Array.from({ length: count }, (_, index) => `A lighthouse in a storm, take ${index + 1}`);

/** One subject and its mock API, both on the same clock. */
export class BenchmarkEnvironment {
	private constructor(
		readonly subject: Subject,
		private readonly clock: Clock,
		readonly runner: Runner,
	) {}

	/**
	 * Starts the engine and warms it up.
	 * @param factor - speed of the clock relative to real time
	 */
	static async start(subject: Subject, installation: Installation, factor: number) {
		const clock = { factor, originMs: Date.now() };
		const runner = startRunner({ subject: subject.key, installation, isolated: false }, clock);
		const environment = new BenchmarkEnvironment(subject, clock, runner);
		await environment.run({ prompts: prompts(3), behavior: { jobSeconds: [0] } });
		return environment;
	}

	async run(scenario: Scenario): Promise<ScenarioResult> {
		const { prompts: texts, behavior = {}, watchSeconds = 0, ...request } = scenario;
		const api = await MockApi.start(this.subject.key, behavior, this.clock);
		const items = texts.map((prompt) => ({ prompt }));
		const outcome = await this.runner.functions.execute({ url: api.url, items, ...request });
		await sleep((watchSeconds * 1000) / this.clock.factor);
		await api.close();
		return { outcome, history: api.history };
	}
}
