import type { FastifyRequest } from 'fastify';

import { Callbacks } from './callbacks';
import { Clock } from './clock';
import type { Settings } from './controlContract';
import type { JobState, State } from './controlResponses';
import { FaultQueue } from './faults';
import { type Job, Jobs, progressAt } from './jobs';
import { Journal } from './journal';
import { MagicFaults } from './magicFaults';
import type { SandboxOptions } from './options';
import { RateLimiter } from './rateLimiter';
import { Uploads } from './uploads';

export const CREDITS_PER_VIDEO = 2;

/** The state of one sandbox, independent of HTTP. The routes read and change it. */
export class SandboxState {
	readonly clock = new Clock();
	readonly journal = new Journal(this.clock);
	readonly faults = new FaultQueue();
	readonly magicFaults = new MagicFaults();
	readonly jobs = new Jobs();
	readonly uploads = new Uploads();
	readonly rateLimiter = new RateLimiter();
	readonly callbacks = new Callbacks(() => this.settings, this.clock);
	settings: Settings;

	constructor(readonly options: SandboxOptions) {
		this.settings = initialSettings(options);
	}

	/** Restores the initial state. */
	reset(): void {
		this.journal.clear();
		this.faults.clear();
		this.magicFaults.clear();
		this.jobs.clear();
		this.uploads.clear();
		this.rateLimiter.clear();
		this.callbacks.clear();
		this.clock.reset();
		this.settings = initialSettings(this.options);
	}

	/** Stores a job and schedules its callback. */
	addJob(job: Job): void {
		this.jobs.add(job);
		this.callbacks.schedule(job);
	}

	/** Uses up one of the failures requested with `failNext`. Returns null if none is left. */
	takeFailReason(): string | null {
		if (this.settings.failNext === 0) return null;
		this.settings.failNext -= 1;
		return 'the job failed because of the setting failNext';
	}

	/** The origin of URLs in the response to a request. */
	originFor(request: FastifyRequest): string {
		return this.settings.publicUrl ?? `${request.protocol}://${request.host}`;
	}

	/** The state with the URLs of an origin. */
	describe(origin: string): State {
		return {
			credits: this.settings.credits,
			clock: this.clock.state(),
			jobs: this.jobs.all().map((job) => jobState(job, origin, this.clock.now())),
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
	const progress = progressAt(job, now);
	return {
		uuid: job.uuid,
		...progress,
		prompt: job.prompt,
		generationType: job.generationType,
		aspectRatio: job.aspectRatio,
		imageUrl: job.imageUrl ?? null,
		imageKey: job.imageKey ?? null,
		createdAt: new Date(job.createdAt).toISOString(),
		videoUrl: progress.status === 'completed' ? videoUrl(origin, job.uuid) : null,
		errorMessage: progress.status === 'failed' && job.failReason ? job.failReason : null,
		pollCount: job.pollCount,
	};
}

const initialSettings = (options: SandboxOptions): Settings => ({
	jobSeconds: options.jobSeconds,
	credits: options.credits,
	errorStyle: options.errorStyle,
	requestsPerMinute: options.requestsPerMinute,
	estimates: 'accurate',
	videoBytes: null,
	uploadExtensions: 'any',
	pollsWithoutUrl: 0,
	failNext: 0,
	publicUrl: options.publicUrl,
	callbackUrl: options.callbackUrl,
	callbackFormat: 'body',
	callbackHeaders: {},
	callbackDeliveries: 1,
	callbackRetrySeconds: 1,
});
