import { randomUUID } from 'node:crypto';
import { lie } from './lies';
import { REFUSED, type Fault, type History, type Job, type Plan } from './types';

/** A job as a dialect puts it into words. */
export interface Sight {
	id: string;
	done: boolean;
	/** What the API says is left, if it says anything. */
	estimate: { progress?: number; estimatedTime?: number };
	/** Where the finished video lies. */
	videoUrl: string;
}

/** One run's API behind the scenes, the same for all dialects. Nothing runs: the clock decides. */
export class Stage {
	private readonly history: History = { jobs: [], calls: [] };
	private readonly count = { submit: 0, poll: 0 };

	constructor(
		private readonly plan: Plan,
		private readonly origin: string,
	) {}

	get seen(): History {
		return this.history;
	}

	called(): void {
		this.history.calls.push(Date.now());
	}

	/** @returns the fault that the next call of that sort meets, if any */
	fault(on: Fault['on']): Fault['kind'] | undefined {
		const nth = this.count[on]++;
		return this.plan.faults.find((fault) => fault.on === on && fault.nth === nth)?.kind;
	}

	/** How long the answer to a submit takes, milliseconds. */
	get submitMs(): number {
		return Math.random() * this.plan.slowSubmitSeconds * 1000;
	}

	/** @returns the new job, or undefined where the request is refused */
	submit(body: string): Sight | undefined {
		if (body.includes(REFUSED)) return undefined;
		const { jobs } = this.history;
		const { jobSeconds } = this.plan;
		const seconds = jobSeconds[Math.min(jobs.length, jobSeconds.length - 1)] ?? 0;
		const bornAt = Date.now();
		const job = { id: randomUUID(), bornAt, endsAt: bornAt + seconds * 1000, looks: [] };
		jobs.push(job);
		return this.sight(job);
	}

	/** @returns undefined where there is no such job */
	look(id: string): Sight | undefined {
		const job = this.history.jobs.find((candidate) => candidate.id === id);
		job?.looks.push(Date.now());
		return job && this.sight(job);
	}

	private sight(job: Job): Sight {
		const now = Date.now();
		return {
			id: job.id,
			done: now >= job.endsAt,
			estimate: lie(this.plan.estimates, job, now),
			videoUrl: `${this.origin}/video.mp4`,
		};
	}
}
