import type { VeoClient } from '../api/client';
import { mayHaveBeenAccepted, type Answer, type Failure } from '../api/errors';
import type { FilePart } from '../api/multipart';
import { mayRepeat, sendPatiently, type Patience } from '../retry/retry';
import type { GenerateRequest, JsonObject, VideoJob } from '../api/types';
import { askEstimate, lookAtParked, park, type ParkedJob } from './durableWait';
import type { LedgerPage } from './idempotency';
import { submit } from './submit';
import { waitForEnd, type WaitEnd, type WaitOptions } from './polling';

/** What one item asks for. */
export interface Order {
	request: GenerateRequest;
	/** The first frame, where it has to be uploaded before. */
	image?: FilePart;
	/** Where the order is remembered. */
	page: LedgerPage;
	/** Whether to pick up what an earlier try of the same run ordered. */
	reuse: boolean;
}

/** Why no job exists, as far as is known. */
type NoJob = { ok: false; step: 'upload' | 'submit'; failure: Failure };
/** A job exists, or not. */
export type OrderEnd = { ok: true; job: VideoJob; earlier: boolean } | NoJob;

/**
 * Sees to it that the item's job exists: the one of an earlier try, or a new one. It is paid for at
 * most once: the job is remembered as soon as it is known, and so is an order that is in doubt,
 * which no try repeats.
 * @returns the job, with what was asked for where the API does not repeat it
 */
export async function order(
	client: VeoClient,
	{ request, image, page, reuse }: Order,
	patience: Patience,
): Promise<OrderEnd> {
	const earlier = reuse ? page.read() : undefined;
	if (earlier) return ended(earlier, true);

	let complete = request;
	if (image) {
		const upload = await sendPatiently(() => client.upload(image), mayRepeat, patience);
		if (!upload.ok) return { ok: false, step: 'upload', failure: upload.failure };
		const { imageUrl, imageKey } = upload.data;
		// fields that the user added win, as they do over all others
		complete = { imageUrl, ...(imageKey && { imageKey }), ...request };
	}
	const answer = withAsked(complete, await submit(client, complete, patience));
	if (answer.ok || mayHaveBeenAccepted(answer.failure)) page.write(answer);
	return ended(answer, false);
}

/**
 * Waits for an ordered job. One that failed is forgotten: trying again means ordering again.
 * @param earlier - whether the job is one of an earlier try
 */
export async function follow(
	client: VeoClient,
	job: VideoJob,
	earlier: boolean,
	page: LedgerPage,
	options: WaitOptions,
	patience: Patience,
): Promise<WaitEnd> {
	const end = await waitForEnd(client, job, !earlier, options, patience);
	if (end.outcome === 'failed') page.erase();
	return end;
}

/**
 * Sees to it that the item's job exists, and begins a durable wait for it. A job of an earlier try is
 * looked at first: if it failed, that was told where this ledger could not be reached (the wait goes
 * on in an execution of its own), so it is forgotten only now, and another one is ordered.
 */
export async function orderAndPark(
	client: VeoClient,
	item: Order,
	options: WaitOptions,
	patience: Patience,
): Promise<{ ok: true; parked: ParkedJob } | NoJob> {
	const ordered = await order(client, item, patience);
	if (!ordered.ok) return ordered;
	const { job, earlier } = ordered;
	const parked = park(job, !earlier, options, patience.clock.now());
	if (!earlier) return { ok: true, parked: await askEstimate(client, parked, patience) };
	const seen = await lookAtParked(client, parked, patience);
	if (seen.end?.outcome !== 'failed') return { ok: true, parked: seen };
	item.page.erase();
	return await orderAndPark(client, item, options, patience);
}

function ended(answer: Answer<VideoJob>, earlier: boolean): OrderEnd {
	return answer.ok
		? { ok: true, job: answer.data, earlier }
		: { ok: false, step: 'submit', failure: answer.failure };
}

function withAsked(request: GenerateRequest, answer: Answer<VideoJob>): Answer<VideoJob> {
	if (!answer.ok) return answer;
	const { generationType, prompt, aspectRatio, imageUrl, imageKey } = request;
	const asked: JsonObject = {
		generationType,
		prompt,
		aspectRatio,
		...(imageUrl !== undefined && { imageUrl }),
		...(imageKey !== undefined && { imageKey }),
	};
	return { ok: true, data: { ...answer.data, extra: { ...asked, ...answer.data.extra } } };
}
