import { VeoClient } from '../../../nodes/Veo/api/client';
import type { Send } from '../../../nodes/Veo/api/http';
import type { GenerateRequest } from '../../../nodes/Veo/api/types';
import { mapConcurrently } from '../../../nodes/Veo/execution/mapConcurrently';
import { SubmissionStore } from '../../../nodes/Veo/jobs/idempotency';
import { pollUntilDone } from '../../../nodes/Veo/jobs/polling';
import { submitOnce } from '../../../nodes/Veo/jobs/submission';
import { fingerprintOf } from '../../../nodes/Veo/register/fingerprint';
import { VideoRegister, type RegisterSettings } from '../../../nodes/Veo/register/register';
import type { RegisterEntry } from '../../../nodes/Veo/register/entry';
import type { RegisterTable } from '../../../nodes/Veo/register/table';
import { createCallContext } from './callContext';
import { FakeTable, TableContent, type BeforeOperation } from './fakeTable';
import { envelope } from './simulatedApi';
import { VirtualClock } from './virtualClock';

const ACCOUNT = 'account-1';
/** A video is ready after this many status checks. */
const POLLS = 2;

export interface ExecutionOptions extends Partial<RegisterSettings> {
	prompts: string[];
	workflowId?: string;
	/** Replaces the shared table. */
	table?: RegisterTable;
	/** 'Reuse on Retry'. */
	takesUp?: boolean;
	/** The operation, of the table or the API, before which the process is killed; counted from 0. */
	killBefore?: number;
	/** How long the rows that it inserts stay invisible to others. */
	commitMs?: number;
	/** Kill it after the operation took effect on the other side, rather than before. */
	afterEffect?: boolean;
}

/** How an item left the node. */
export interface Delivery {
	uuid: string;
	executionId: string;
	reused: boolean;
}

export interface ExecutionEnd {
	executionId: string;
	/** Set unless the process was killed. */
	errors?: string[];
	warnings: string[];
	/** Operations until the end, which can be used for killBefore. */
	operations: number;
}

/** An API and a table that several executions share, in virtual time. */
export class RegisterWorld {
	readonly clock = new VirtualClock();
	readonly content = new TableContent();
	/** Videos that were accepted, and so paid for. */
	readonly accepted: string[] = [];
	readonly deliveries: Delivery[] = [];
	/** UUIDs that the API reports as failed. */
	readonly failed = new Set<string>();
	/** The prompts of the accepted videos, in the same order. */
	readonly acceptedPrompts: string[] = [];
	private readonly polls = new Map<string, number>();
	private readonly running = new Set<string>();
	private executions = 0;

	/** Runs one execution of the node, as actions/ does, to its end or until it is killed. */
	async execute(options: ExecutionOptions): Promise<ExecutionEnd> {
		return await this.clock.run(async () => await this.start(options));
	}

	/** Runs executions at the same time. */
	async executeAll(all: readonly ExecutionOptions[]): Promise<ExecutionEnd[]> {
		return await this.clock.run(
			async () => await Promise.all(all.map(async (options) => await this.start(options))),
		);
	}

	private async start(options: ExecutionOptions): Promise<ExecutionEnd> {
		const executionId = String(++this.executions);
		const { killBefore = Infinity, afterEffect = false, commitMs } = options;
		const warnings: string[] = [];
		let operations = 0;
		let kill = () => {};
		const killed = new Promise<'killed'>((resolve) => (kill = () => resolve('killed')));
		/** Runs an operation, which never returns if the process is killed. */
		const operate = async <T>(effect: () => Promise<T>): Promise<T> => {
			const index = operations++;
			if (index < killBefore) return await effect();
			if (index === killBefore) {
				if (afterEffect) await effect();
				kill();
			}
			return await new Promise<T>(() => {});
		};
		const before: BeforeOperation = async () =>
			await operate(async () => await this.clock.sleep(5));
		const table = options.table ?? new FakeTable(this.content, this.clock, { before, commitMs });
		this.running.add(executionId);
		const send: Send = async (request) => await operate(async () => await this.respond(request));
		const errors = this.run(executionId, options, table, send, warnings);
		const end = await Promise.race([killed, errors]);
		// requests in flight arrive in spite of the crash
		if (end === 'killed') await this.clock.sleep(1_000);
		this.running.delete(executionId);
		return { executionId, warnings, operations, ...(end !== 'killed' && { errors: end }) };
	}

	/** What generate.operation.ts does with its items. */
	private async run(
		executionId: string,
		options: ExecutionOptions,
		table: RegisterTable,
		send: Send,
		warnings: string[],
	): Promise<string[]> {
		const { prompts, workflowId = 'workflow', takesUp = true } = options;
		const { reuseMs = 0, maxPerDay = 0, concurrency = 10 } = options;
		const register = new VideoRegister(
			table,
			{ reuseMs, maxPerDay, concurrency },
			{
				...{ executionId, clock: this.clock },
				isOver: async (id) => !this.running.has(id),
				onOutOfService: (reason) => void warnings.push(reason),
			},
		);
		const store = new SubmissionStore({}, '0', ACCOUNT);
		const items = await Promise.all(
			prompts.map(async (prompt, itemIndex) => {
				const request: GenerateRequest = {
					...{ generationType: 'text_to_video', prompt, aspectRatio: 'auto' },
				};
				const entry = register.add({
					values: {
						fingerprint: await fingerprintOf(ACCOUNT, request, undefined),
						...{ state: 'submitting', request: JSON.stringify(request), prompt, workflowId },
						...{ generationType: 'text_to_video', workflowName: '', nodeName: 'Veo', executionId },
						...{ itemIndex, account: ACCOUNT, uuid: '', videoUrl: '' },
						...{ submittedAt: '', endedAt: '', deliveredAt: '' },
					},
					takesUp,
				});
				return { request, entry, record: store.record(itemIndex, prompt) };
			}),
		);
		const client = new VeoClient(send, this.clock.now);
		const context = createCallContext(this.clock);
		const errors: string[] = [];
		const delivered = new Map<RegisterEntry, Delivery>();
		try {
			await register.begin();
		} catch (error) {
			await register.finish(new Set());
			return [messageOf(error)];
		}
		await mapConcurrently(
			items,
			concurrency,
			() => true,
			async ({ request, entry, record }) => {
				try {
					const submission = { request, record, reuse: takesUp, register: entry };
					const submitted = await submitOnce(client, submission, context);
					if (!submitted.ok) return void errors.push(submitted.error.detail);
					const { job } = submitted;
					const options = { pollIntervalMs: 5_000, timeoutMs: 600_000 };
					const isNew = submitted.origin === 'new';
					const result = await pollUntilDone(client, job, isNew, options, context);
					if (result.outcome === 'failed') {
						entry.ended({ state: 'failed', videoUrl: '' });
						return void errors.push('failed');
					}
					entry.ended({ state: 'completed', videoUrl: result.job.videoUrl ?? '' });
					const { uuid, rawFields } = job;
					delivered.set(entry, { uuid, executionId, reused: rawFields.reused === true });
				} catch (error) {
					errors.push(messageOf(error));
				} finally {
					entry.close();
				}
			},
		);
		await register.finish(new Set(delivered.keys()));
		this.deliveries.push(...delivered.values());
		return errors;
	}

	private async respond({ method, path, body }: Parameters<Send>[0]): ReturnType<Send> {
		await this.clock.sleep(20);
		if (method === 'POST') {
			const uuid = `video-${this.accepted.length + 1}`;
			this.accepted.push(uuid);
			const { prompt }: GenerateRequest = JSON.parse(String(body));
			this.acceptedPrompts.push(prompt);
			return envelope(0, { data: { uuid, status: 'pending' } });
		}
		const uuid = path.slice(path.lastIndexOf('/') + 1);
		const polls = (this.polls.get(uuid) ?? 0) + 1;
		this.polls.set(uuid, polls);
		if (this.failed.has(uuid)) return envelope(0, { data: { uuid, status: 'failed' } });
		if (polls < POLLS) return envelope(0, { data: { uuid, status: 'processing' } });
		const videoUrl = `https://videos.example/${uuid}.mp4`;
		return envelope(0, { data: { uuid, status: 'completed', videoUrl } });
	}
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
