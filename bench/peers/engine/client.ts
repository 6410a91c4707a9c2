import { join } from 'node:path';
import type { Contestant } from '../contestants';
import { Child } from '../time/child';
import { answerSchema, type LoopOrder, type Order, type Outcome, type RunOrder } from './orders';
import type { Surroundings } from './surroundings';

const ORDINARY = {
	plain: false,
	apiKey: 'bench-key',
	parameters: {},
	maxTries: 1,
	retryExecution: false,
	profile: false,
};

/** A contestant in n8n's engine, in a process of its own. Runs may overlap, as in n8n. */
export class Runner {
	private readonly open = new Map<
		number,
		{ resolve: (outcome: Outcome) => void; reject: (error: Error) => void }
	>();
	private orders = 0;

	private constructor(
		readonly contestant: Contestant,
		private readonly child: Child,
	) {}

	/** @param isolated - see Engine.start */
	static async start(
		contestant: Contestant,
		{ node, n8n, ours, userFolder }: Surroundings,
		{ timeFactor, originMs, isolated }: { timeFactor: number; originMs: number; isolated: boolean },
	): Promise<Runner> {
		const child = new Child(join(__dirname, 'main.ts'), {
			node,
			timeFactor,
			originMs,
			env: {
				BENCH_N8N: n8n,
				BENCH_NODE: contestant.key,
				BENCH_PACKAGE: ours,
				BENCH_ISOLATED: isolated ? '1' : '0',
				N8N_USER_FOLDER: userFolder,
				N8N_ENCRYPTION_KEY: 'bench',
				N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
				N8N_DIAGNOSTICS_ENABLED: 'false',
				N8N_LOG_LEVEL: 'silent',
			},
		});
		await child.next();
		const runner = new Runner(contestant, child);
		child.listen(
			(message) => runner.settle(message),
			(error) => runner.open.forEach(({ reject }) => reject(error)),
		);
		return runner;
	}

	/** @param order - what is not given is as in an ordinary run */
	async run(
		order: Pick<RunOrder, 'url' | 'items'> & Partial<Omit<RunOrder, 'kind' | 'id'>>,
	): Promise<Outcome> {
		return await this.send({ kind: 'run', id: this.orders++, ...ORDINARY, ...order });
	}

	async loop(order: Omit<LoopOrder, 'kind' | 'id'>): Promise<Outcome> {
		return await this.send({ kind: 'loop', id: this.orders++, ...order });
	}

	close(): void {
		this.child.end();
	}

	private async send(order: Order): Promise<Outcome> {
		return await new Promise((resolve, reject) => {
			this.open.set(order.id, { resolve, reject });
			this.child.send(order);
		});
	}

	private settle(message: unknown): void {
		const answer = answerSchema.parse(message);
		const waiting = this.open.get(answer.id);
		this.open.delete(answer.id);
		if ('outcome' in answer) waiting?.resolve(answer.outcome);
		else waiting?.reject(new Error(`${this.contestant.label}: ${answer.problem}`));
	}
}
