import { randomUUID } from 'node:crypto';
import { nowOn, type Clock } from '../../child/clock';
import { REJECTED, type Behavior, type Fault, type History, type Job } from './behavior';
import type { DialectName } from './dialects';
import { estimateOf } from './estimates';

/** A job as a dialect returns it. */
export interface JobState {
	id: string;
	done: boolean;
	estimate: { progress?: number; estimatedTime?: number };
	videoUrl: string;
}

const DEFAULTS: Behavior = {
	jobSeconds: [60],
	maxSubmitSeconds: 0,
	estimates: 'accurate',
	faults: [],
};

/** The state of one execution's API, the same for all dialects. The clock alone completes jobs. */
export class MockApi {
	readonly history: History = { jobs: [], requests: [] };
	private readonly behavior: Behavior;
	private readonly counts = { submit: 0, poll: 0 };

	constructor(
		behavior: Partial<Behavior>,
		private readonly clock: Clock,
		private readonly origin: string,
		private readonly path: string,
	) {
		this.behavior = { ...DEFAULTS, ...behavior };
	}

	/** Base URL for a credential. */
	url(dialect: DialectName): string {
		return `${this.origin}${this.path}/${dialect}`;
	}

	/** Records a request. @returns the fault that it triggers */
	request(on?: Fault['on']): Fault['kind'] | undefined {
		this.history.requests.push(this.now());
		if (!on) return undefined;
		const nth = this.counts[on]++;
		return this.behavior.faults.find((fault) => fault.on === on && fault.nth === nth)?.kind;
	}

	/** Real milliseconds until the response to a submit. */
	submitDelayMs(): number {
		return (Math.random() * this.behavior.maxSubmitSeconds * 1000) / this.clock.factor;
	}

	/** @returns undefined if the request is rejected */
	submit(body: string): JobState | undefined {
		if (body.includes(REJECTED)) return undefined;
		const { jobs } = this.history;
		const { jobSeconds } = this.behavior;
		const seconds = jobSeconds[Math.min(jobs.length, jobSeconds.length - 1)] ?? 0;
		const createdAt = this.now();
		const completesAt = createdAt + seconds * 1000;
		const job: Job = { id: randomUUID(), createdAt, completesAt, polls: [] };
		jobs.push(job);
		return this.stateOf(job);
	}

	/** @returns undefined for an unknown job */
	poll(id: string): JobState | undefined {
		const job = this.history.jobs.find((candidate) => candidate.id === id);
		job?.polls.push(this.now());
		return job && this.stateOf(job);
	}

	stateOf(job: Job): JobState {
		const now = this.now();
		return {
			id: job.id,
			done: now >= job.completesAt,
			estimate: estimateOf(this.behavior.estimates, job, now),
			videoUrl: `${this.origin}/video.mp4`,
		};
	}

	private now(): number {
		return Math.floor(nowOn(this.clock));
	}
}
