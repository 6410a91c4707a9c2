import { CONTESTANTS, type Contestant } from '../contestants';
import { Runner } from '../engine/client';
import type { RunOrder, Outcome } from '../engine/orders';
import type { Surroundings } from '../engine/surroundings';
import { Fakes } from '../fakes/client';
import type { History, Plan } from '../fakes/types';

/** What happened in one run: how it ended for n8n, and what the API saw of it. */
export interface Scene {
	outcome: Outcome;
	history: History;
}

/** A run's prompts, and what makes it other than an ordinary run. */
export type SceneOrder = Partial<
	Pick<RunOrder, 'parameters' | 'maxTries' | 'stopAfterSeconds' | 'retryExecution'>
> & { prompts: string[]; plan?: Partial<Plan>; watchSeconds?: number };

/** One contestant and the fake of its API, both on the same fast clock. */
export class Theatre {
	constructor(
		private readonly fakes: Fakes,
		private readonly runner: Runner,
		/** How many times as fast as the world's the time runs here. */
		readonly timeFactor: number,
	) {}

	get contestant(): Contestant {
		return this.runner.contestant;
	}

	/** @returns once the run has ended, and `watchSeconds` later, the API still being watched */
	async play({ prompts, plan, watchSeconds = 0, ...order }: SceneOrder): Promise<Scene> {
		const stage = await this.fakes.stage(plan);
		const items = prompts.map((prompt) => ({ prompt }));
		const url = stage.url(this.contestant.key);
		const outcome = await this.runner.run({ url, items, ...order });
		if (watchSeconds > 0) {
			await new Promise((resolve) => setTimeout(resolve, (watchSeconds * 1000) / this.timeFactor));
		}
		return { outcome, history: await stage.history() };
	}
}

/** Prompts of so many ordinary items. */
export const prompts = (count: number) =>
	Array.from({ length: count }, (_, index) => `A lighthouse in a storm, take ${index + 1}`);

/**
 * Does `work` with the contestants in engines that have been warmed up, and ends them.
 * @param timeFactor - how many times as fast as the world's their time runs
 */
export async function withTheatres<T>(
	around: Surroundings,
	timeFactor: number,
	who: (contestant: Contestant) => boolean,
	work: (theatres: Theatre[]) => Promise<T>,
): Promise<T> {
	const originMs = Date.now();
	const engine = { timeFactor, originMs, isolated: false };
	const fakes = await Fakes.start(timeFactor, originMs);
	const chosen = CONTESTANTS.filter(who);
	const runners = await Promise.all(
		chosen.map(async (contestant) => await Runner.start(contestant, around, engine)),
	);
	try {
		const theatres = runners.map((runner) => new Theatre(fakes, runner, timeFactor));
		const warmUp = { prompts: prompts(3), plan: { jobSeconds: [0] } };
		await Promise.all(theatres.map(async (theatre) => await theatre.play(warmUp)));
		return await work(theatres);
	} finally {
		runners.forEach((runner) => runner.close());
		fakes.close();
	}
}
