import { normalizeVideoId } from '../api/videoId';
import type { Clock } from '../retry/clock';
import { BoundedMap } from './boundedMap';
import { TokenBucket } from './tokenBucket';

/** How many IDs a node remembers of each kind. */
const MAX_IDS = 10_000;
/** An ID that the API doesn't know isn't checked again for this time, milliseconds. */
const UNKNOWN_MS = 10_000;
/** What a refused sender is asked to wait, milliseconds. */
const REFUSED_RETRY_MS = 5_000;
/** The delay after a rate limit of the API without Retry-After, milliseconds. */
const THROTTLED_MS = 2_000;

/** A status check that may be sent, or when the sender should retry. */
export type Admission =
	| { isAdmitted: true; release(wasUseful: boolean): void }
	| { isAdmitted: false; isPaused: boolean; retryAfterMs: number };

/**
 * Limits the status checks of one node: anyone can send webhook requests with invented IDs, and every
 * status check counts toward the rate limit of the user's key. A new ID can't be recognized as
 * invented, but strangers rarely repeat theirs, and a provider repeats a refused request. So there are
 * separate limits for new IDs, for those that were refused before, and for those that the API knows.
 */
export class StatusLimiter {
	private readonly buckets;
	/** When the API didn't know an ID, epoch milliseconds, by its exact spelling. */
	private readonly unknown = new BoundedMap<number>(MAX_IDS);
	/** By normalized ID. */
	private readonly kinds = new BoundedMap<'refused' | 'known'>(MAX_IDS);
	private pause = { sinceMs: 0, durationMs: 0 };

	constructor(private readonly clock: Clock) {
		this.buckets = {
			new: new TokenBucket(clock, 30, 1),
			refused: new TokenBucket(clock, 30, 1),
			known: new TokenBucket(clock, 60, 10),
		};
	}

	/** Whether the API recently didn't know the ID. */
	isUnknown(id: string): boolean {
		return isWithin(this.clock.now(), this.unknown.get(id) ?? Infinity, UNKNOWN_MS);
	}

	async admit(id: string): Promise<Admission> {
		if (this.pauseMs > 0) return this.paused();
		const key = normalizeVideoId(id);
		const bucket = this.buckets[this.kinds.get(key) ?? 'new'];
		if (await bucket.acquire()) {
			const release = (wasUseful: boolean) => bucket.release(wasUseful);
			if (this.pauseMs <= 0) return { isAdmitted: true, release };
			// the API asked for a pause while this call waited
			release(true);
			return this.paused();
		}
		if (this.kinds.get(key) === undefined) this.kinds.set(key, 'refused');
		return { isAdmitted: false, isPaused: false, retryAfterMs: REFUSED_RETRY_MS };
	}

	onKnown(id: string): void {
		this.kinds.set(normalizeVideoId(id), 'known');
	}

	onUnknown(id: string): void {
		this.unknown.set(id, this.clock.now());
	}

	/** Pauses all status checks of the node. @param retryAfterMs - what the API requested, if it did */
	onThrottled(retryAfterMs = THROTTLED_MS): void {
		const durationMs = Math.max(retryAfterMs, this.pauseMs);
		this.pause = { sinceMs: this.clock.now(), durationMs };
	}

	private get pauseMs(): number {
		const { sinceMs, durationMs } = this.pause;
		const nowMs = this.clock.now();
		return isWithin(nowMs, sinceMs, durationMs) ? sinceMs + durationMs - nowMs : 0;
	}

	private paused(): Admission {
		return { isAdmitted: false, isPaused: true, retryAfterMs: this.pauseMs };
	}
}

/** False after the clock was set back. */
function isWithin(nowMs: number, sinceMs: number, durationMs: number): boolean {
	return nowMs >= sinceMs && nowMs < sinceMs + durationMs;
}
