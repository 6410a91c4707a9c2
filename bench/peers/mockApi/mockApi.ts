import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { nowOn, type Clock } from '../../child/clock';
import { REJECTED, type Behavior, type Fault, type History, type Job } from './behavior';
import { DIALECTS, type Dialect, type DialectName, type JobState } from './dialects';
import { estimateOf } from './estimates';

/** Longer than any delay between two polls, so that no idle connection is closed in between. */
const KEEP_ALIVE_MS = 120_000;

/** A server for one execution. The clock alone completes its jobs. */
export class MockApi {
	readonly history: History = { jobs: [], requests: [] };
	/** Base URL for a credential. */
	url = '';
	private readonly app = fastify({ keepAliveTimeout: KEEP_ALIVE_MS, forceCloseConnections: true });
	private readonly counts = { submit: 0, poll: 0 };

	private constructor(
		private readonly behavior: Behavior,
		private readonly clock: Clock,
	) {}

	/** @param behavior - by default jobs of 60 s and no faults */
	static async start(dialect: DialectName, behavior: Partial<Behavior>, clock: Clock) {
		const all: Behavior = {
			...{ jobSeconds: [60], maxSubmitSeconds: 0, estimates: 'accurate', faults: [] },
			...behavior,
		};
		const api = new MockApi(all, clock);
		api.route(DIALECTS[dialect]);
		api.url = await api.app.listen({ host: '127.0.0.1', port: 0 });
		return api;
	}

	async close(): Promise<void> {
		await this.app.close();
	}

	private route({ submitUrl, pollUrl, result, ...dialect }: Dialect): void {
		const { app } = this;
		// one of the APIs accepts a form; only the words in a body matter
		app.removeAllContentTypeParsers();
		app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body));
		app.post(submitUrl, async ({ body }, reply) => {
			const fault = this.request('submit');
			if (fault && fault !== 'reset') return await fail(reply, fault);
			await sleep((Math.random() * this.behavior.maxSubmitSeconds * 1000) / this.clock.factor);
			const { rejection } = dialect;
			if (String(body).includes(REJECTED)) {
				return await reply.code(rejection.status).send(rejection.body);
			}
			const job = this.create();
			return fault ? await fail(reply, fault) : dialect.submitted(this.stateOf(job));
		});
		app.get(pollUrl, async (request, reply) => {
			const fault = this.request('poll');
			if (fault) return await fail(reply, fault);
			const job = this.find(request);
			job.polls.push(this.now());
			return dialect.status(this.stateOf(job));
		});
		if (!result) return;
		app.get(result.url, async (request, reply) => {
			this.request();
			return await reply.send(result.body(this.stateOf(this.find(request))));
		});
	}

	/** Records a request. @returns the fault that it triggers */
	private request(on?: Fault['on']): Fault['kind'] | undefined {
		this.history.requests.push(this.now());
		if (!on) return undefined;
		const nth = this.counts[on]++;
		return this.behavior.faults.find((fault) => fault.on === on && fault.nth === nth)?.kind;
	}

	private create(): Job {
		const { jobs } = this.history;
		const seconds = this.behavior.jobSeconds[jobs.length] ?? this.behavior.jobSeconds.at(-1) ?? 0;
		const createdAt = this.now();
		const completesAt = createdAt + seconds * 1000;
		const job: Job = { id: randomUUID(), createdAt, completesAt, polls: [] };
		jobs.push(job);
		return job;
	}

	/** The job whose ID is in the URL. */
	private find({ url }: FastifyRequest): Job {
		const job = this.history.jobs.find(({ id }) => url.includes(id));
		if (!job) throw new Error(`No job has this ID: ${url}`);
		return job;
	}

	private stateOf(job: Job): JobState {
		const now = this.now();
		return {
			id: job.id,
			done: now >= job.completesAt,
			estimate: estimateOf(this.behavior.estimates, job, now),
			videoUrl: `${this.url}/video.mp4`,
		};
	}

	private now(): number {
		return Math.floor(nowOn(this.clock));
	}
}

async function fail(reply: FastifyReply, fault: Fault['kind']): Promise<FastifyReply> {
	if (fault === 'reset') {
		reply.hijack();
		reply.raw.socket?.resetAndDestroy();
		return reply;
	}
	if (fault === '429') reply.header('retry-after', '2');
	return await reply.code(Number(fault)).type('text/html').send('<h1>Try again later</h1>');
}
