import { randomUUID } from 'node:crypto';

import type { JobStatus, NewJob } from './types';

/** The part of a job's time that it spends queued. */
const PENDING_PART = 0.15;
/** A prompt with this word makes a job that fails. */
const FAIL_WORD = '[fail]';

/** What a client asked for; fields the contract does not know are kept in `extra`. */
export interface JobRequest {
	generationType: string;
	prompt: string;
	aspectRatio: string;
	imageUrl?: string;
	imageKey?: string;
	extra: Record<string, unknown>;
}

export interface Job extends JobRequest {
	uuid: string;
	/** Epoch milliseconds. */
	createdAt: number;
	durationMs: number;
	/** null: the job will complete. */
	failReason: string | null;
	/** Status calls answered so far. */
	looks: number;
	/** Of these, the ones that saw it completed. */
	completedLooks: number;
}

export interface Standing {
	status: JobStatus;
	/** 0 to 100, whole. 100 only when completed. */
	progress: number;
	/** Whole seconds left, rounded up; 0 only at the end. */
	estimatedTime: number;
}

/** Where a job stands at a moment: nothing is stored, the clock alone decides. */
export function standingOf(job: Job, now: number): Standing {
	const elapsed = Math.max(0, now - job.createdAt);
	if (elapsed >= job.durationMs) {
		return job.failReason === null
			? { status: 'completed', progress: 100, estimatedTime: 0 }
			: { status: 'failed', progress: 99, estimatedTime: 0 };
	}
	const part = elapsed / job.durationMs;
	return {
		status: part < PENDING_PART ? 'pending' : 'processing',
		progress: Math.floor(part * 100),
		estimatedTime: Math.ceil((job.durationMs - elapsed) / 1000),
	};
}

/** A job that nobody knows yet: see {@link Jobs.add}. */
export function draftJob(
	request: JobRequest,
	life: { createdAt: number; jobSeconds: number; failReason: string | null },
): Job {
	const asked = request.prompt.includes(FAIL_WORD) ? `the prompt contains ${FAIL_WORD}` : null;
	return {
		...request,
		uuid: randomUUID(),
		createdAt: life.createdAt,
		durationMs: life.jobSeconds * 1000,
		failReason: life.failReason ?? asked,
		looks: 0,
		completedLooks: 0,
	};
}

/** A job made by hand, standing at the wished point of its life at `now`. */
export function jobByHand(wish: NewJob, now: number, defaultSeconds: number): Job {
	const jobSeconds = wish.jobSeconds ?? defaultSeconds;
	const ages = {
		pending: 0,
		processing: jobSeconds / 2,
		completed: jobSeconds,
		failed: jobSeconds,
	};
	const age = wish.ageSeconds ?? ages[wish.status ?? 'pending'];
	const failed = wish.status === 'failed' ? 'the job was made to fail' : null;
	return draftJob(
		{
			generationType: 'text_to_video',
			prompt: wish.prompt ?? 'made by hand',
			aspectRatio: 'auto',
			extra: {},
		},
		{ createdAt: now - age * 1000, jobSeconds, failReason: wish.failReason ?? failed },
	);
}

/** All jobs, in the order they were made. */
export class Jobs {
	private readonly known = new Map<string, Job>();

	add(job: Job): void {
		this.known.set(job.uuid, job);
	}

	find(uuid: string): Job | undefined {
		return this.known.get(uuid);
	}

	all(): Job[] {
		return [...this.known.values()];
	}

	clear(): void {
		this.known.clear();
	}
}
