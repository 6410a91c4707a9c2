import { randomUUID } from 'node:crypto';

import { DEFAULT_ASPECT_RATIO, type GenerateBody, type JobStatus } from './contract';
import type { NewJob } from './controlContract';
import { jobEffectsOf } from './magicPrompts';

/** The fraction of its duration that a job is pending. */
const PENDING_FRACTION = 0.15;

/** A generate request, with its default values. */
export interface JobRequest extends GenerateBody {
	aspectRatio: NonNullable<GenerateBody['aspectRatio']>;
	/** Fields that aren't part of the contract. */
	additionalFields: Record<string, unknown>;
}

export interface Job extends JobRequest {
	uuid: string;
	/** Epoch milliseconds. */
	createdAt: number;
	durationMs: number;
	/** null: the job completes. Empty: it fails without a reason. */
	failReason: string | null;
	/** Number of successful status requests. */
	pollCount: number;
	/** The number of those that returned `completed`. */
	completedPollCount: number;
}

export interface JobProgress {
	status: JobStatus;
	/** Integer from 0 to 100. 100 only when completed. */
	progress: number;
	/** Seconds remaining, rounded up. 0 only at the end. */
	estimatedTime: number;
}

/** When a job ends, epoch milliseconds. Infinity if it never does. */
export const endOf = ({ createdAt, durationMs, prompt }: Job): number =>
	jobEffectsOf(prompt).stopsAt === undefined ? createdAt + durationMs : Infinity;

/** The progress of a job at a given time. It depends on the clock only: no state is stored. */
export function progressAt(job: Job, now: number): JobProgress {
	const { stopsAt } = jobEffectsOf(job.prompt);
	const maxElapsed = stopsAt === undefined ? Infinity : stopsAt * job.durationMs;
	const elapsed = Math.min(Math.max(0, now - job.createdAt), maxElapsed);
	if (elapsed >= job.durationMs) {
		return job.failReason === null
			? { status: 'completed', progress: 100, estimatedTime: 0 }
			: { status: 'failed', progress: 99, estimatedTime: 0 };
	}
	const fraction = elapsed / job.durationMs;
	return {
		status: fraction < PENDING_FRACTION ? 'pending' : 'processing',
		progress: Math.floor(fraction * 100),
		estimatedTime: Math.ceil((job.durationMs - elapsed) / 1000),
	};
}

/** Creates a job without storing it: see {@link Jobs.add}. */
export function createJob(
	request: JobRequest,
	plan: { createdAt: number; jobSeconds: number; failReason: string | null },
): Job {
	const { failReason = null, durationFactor = 1 } = jobEffectsOf(request.prompt);
	return {
		...request,
		uuid: randomUUID(),
		createdAt: plan.createdAt,
		durationMs: plan.jobSeconds * durationFactor * 1000,
		failReason: plan.failReason ?? failReason,
		pollCount: 0,
		completedPollCount: 0,
	};
}

/** Creates a job that has the requested status or age at `now`. */
export function createJobAt(newJob: NewJob, now: number, defaultSeconds: number): Job {
	const jobSeconds = newJob.jobSeconds ?? defaultSeconds;
	const ages = {
		pending: 0,
		processing: jobSeconds / 2,
		completed: jobSeconds,
		failed: jobSeconds,
	};
	const age = newJob.ageSeconds ?? ages[newJob.status ?? 'pending'];
	const statusReason = newJob.status === 'failed' ? 'the job was created as failed' : null;
	return createJob(
		{
			generationType: 'text_to_video',
			prompt: newJob.prompt ?? 'created by the control API',
			aspectRatio: DEFAULT_ASPECT_RATIO,
			additionalFields: {},
		},
		{
			createdAt: now - age * 1000,
			jobSeconds,
			failReason: newJob.failReason ?? statusReason,
		},
	);
}

/** All jobs, in the order of their creation. */
export class Jobs {
	private readonly byUuid = new Map<string, Job>();

	add(job: Job): void {
		this.byUuid.set(job.uuid, job);
	}

	find(uuid: string): Job | undefined {
		return this.byUuid.get(uuid);
	}

	all(): Job[] {
		return [...this.byUuid.values()];
	}

	clear(): void {
		this.byUuid.clear();
	}
}
