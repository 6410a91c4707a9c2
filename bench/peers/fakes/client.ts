import { join } from 'node:path';
import axios from 'axios';
import { z } from 'zod';
import { Child } from '../time/child';
import type { DialectName } from './dialects';
import { historySchema, type History, type Plan } from './types';

const stageSchema = z.object({ stage: z.number() });

const EASY: Plan = { jobSeconds: [60], slowSubmitSeconds: 0, estimates: 'truthful', faults: [] };

/** One run's API. */
export interface StageClient {
	/** Base URL for a credential. */
	url(dialect: DialectName): string;
	history(): Promise<History>;
}

/** The faked APIs, running in a process of their own. */
export class Fakes {
	private constructor(
		private readonly origin: string,
		private readonly child: Child,
	) {}

	static async start(timeFactor: number, originMs: number): Promise<Fakes> {
		const file = join(__dirname, 'main.ts');
		const child = new Child(file, { timeFactor, originMs, node: process.execPath, env: {} });
		return new Fakes(z.string().parse(await child.next()), child);
	}

	/** @param plan - what is not given is as in an ordinary run: jobs of 60 s, no faults */
	async stage(plan: Partial<Plan> = {}): Promise<StageClient> {
		const { data } = await axios.post<unknown>(`${this.origin}/stages`, { ...EASY, ...plan });
		const at = `${this.origin}/stages/${stageSchema.parse(data).stage}`;
		return {
			url: (dialect) => `${at}/${dialect}`,
			history: async () => historySchema.parse((await axios.get<unknown>(at)).data),
		};
	}

	close(): void {
		this.child.end();
	}
}
