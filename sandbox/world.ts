import type { FastifyRequest } from 'fastify';

import { Callbacks } from './callbacks';
import { FaultQueue } from './faults';
import { type Job, Jobs, standingOf } from './jobs';
import { Journal } from './journal';
import { RateLimit } from './rateLimit';
import type { JobState, SandboxOptions, SandboxState, Settings } from './types';
import { Uploads } from './uploads';

/** What one video takes. */
export const CREDITS_PER_VIDEO = 2;

/** Everything one sandbox knows. The routes read and change it; it does no HTTP of its own. */
export class World {
	readonly journal = new Journal();
	readonly faults = new FaultQueue();
	readonly jobs = new Jobs();
	readonly uploads = new Uploads();
	readonly rateLimit = new RateLimit();
	readonly callbacks = new Callbacks(() => this.settings);
	settings: Settings;

	constructor(readonly options: SandboxOptions) {
		this.settings = startingSettings(options);
	}

	/** Back to how the sandbox started. */
	reset(): void {
		this.journal.clear();
		this.faults.clear();
		this.jobs.clear();
		this.uploads.clear();
		this.rateLimit.clear();
		this.callbacks.clear();
		this.settings = startingSettings(this.options);
	}

	/** Takes in a job, whose end will be told. */
	addJob(job: Job): void {
		this.jobs.add(job);
		this.callbacks.expectEnd(job);
	}

	/** Whether the next job is one of those that were told to fail; counts it. */
	takeFailure(): string | null {
		if (this.settings.failNext === 0) return null;
		this.settings.failNext -= 1;
		return 'the sandbox was told to fail this job';
	}

	/** The origin to put into URLs, as the client of this request knows it. */
	originFor(request: FastifyRequest): string {
		return this.settings.publicUrl ?? `${request.protocol}://${request.host}`;
	}

	state(origin: string, now: number): SandboxState {
		return {
			credits: this.settings.credits,
			jobs: this.jobs.all().map((job) => jobState(job, origin, now)),
			uploads: this.uploads.all().map(({ path: _path, ...upload }) => ({
				...upload,
				imageUrl: imageUrl(origin, upload.imageKey),
			})),
			callbacks: this.callbacks.all(),
			settings: this.settings,
		};
	}
}

export const videoUrl = (origin: string, uuid: string) => `${origin}/videos/${uuid}.mp4`;

export const imageUrl = (origin: string, key: string) => `${origin}/images/${key}`;

function jobState(job: Job, origin: string, now: number): JobState {
	const standing = standingOf(job, now);
	return {
		uuid: job.uuid,
		...standing,
		prompt: job.prompt,
		generationType: job.generationType,
		aspectRatio: job.aspectRatio,
		imageUrl: job.imageUrl ?? null,
		imageKey: job.imageKey ?? null,
		createdAt: new Date(job.createdAt).toISOString(),
		videoUrl: standing.status === 'completed' ? videoUrl(origin, job.uuid) : null,
		errorMessage: standing.status === 'failed' ? job.failReason : null,
		looks: job.looks,
	};
}

const startingSettings = (options: SandboxOptions): Settings => ({
	jobSeconds: options.jobSeconds,
	credits: options.credits,
	errorStyle: options.errorStyle,
	requestsPerMinute: options.requestsPerMinute,
	estimates: 'truthful',
	videoBytes: null,
	completedWithoutUrlLooks: 0,
	failNext: 0,
	publicUrl: options.publicUrl,
	callbackUrl: options.callbackUrl,
	callbackPlace: 'body',
	callbackHeaders: {},
	callbackTimes: 1,
	callbackRetrySeconds: 1,
});
