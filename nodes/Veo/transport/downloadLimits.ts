import type { DownloadError } from '../api/downloadErrors';
import type { Clock } from '../retry/clock';

/** How long the video host may take to start its response. */
export const RESPONSE_TIMEOUT_MS = 60_000;
/** How long a download may receive no data before it counts as stalled. */
const STALL_MS = 30_000;
/** Time for a download of any size, with the wait for the response. */
const BASE_LIMIT_MS = 120_000;
/** Each byte received extends the time by 1/MIN_BYTES_PER_MS: 10 kB per second. */
const MIN_BYTES_PER_MS = 10;
/** The longest download, whatever its size. */
const MAX_LIMIT_MS = 3_600_000;
/** Interval of the checks. Elapsed time is counted in intervals, so that a suspended process loses none. */
const CHECK_MS = 5_000;

/** The largest video; Veo's have at most a few hundred MB. */
const MAX_BYTES = 1024 ** 3;
/** Videos hardly compress. A larger ratio is a decompression bomb. */
const MAX_COMPRESSION_RATIO = 10;
/** Below this size, the ratio doesn't matter. */
const MIN_LIMITED_BYTES = 10 * 1024 ** 2;

export const TOO_LARGE = 'a file larger than 1 GB';

/**
 * @param bytes - received so far, decompressed
 * @param declared - content-length, NaN if unknown. n8n decompresses without telling: it removes
 *   content-encoding (axios 1.18), so only the ratio shows a compressed response.
 */
export function exceedsSizeLimit(bytes: number, declared = NaN): boolean {
	return bytes > MAX_BYTES || bytes > MIN_LIMITED_BYTES + declared * MAX_COMPRESSION_RATIO;
}

/**
 * Whether bytes are missing at the end. Decompression reduces the size of a file that doesn't
 * compress by less than 1%; a larger difference means that the response was cut.
 */
export function isIncomplete(bytes: number, declared: number): boolean {
	return bytes === 0 || bytes < declared * 0.99 - 1024;
}

/** The state of a download. */
export interface DownloadProgress {
	/** Whether the response has started. */
	isResponding: boolean;
	/** Bytes passed to n8n's storage. */
	bytes: number;
	/** Whether n8n's storage, not the host, has to do the next step. */
	isStoring(): boolean;
	/** Whether all bytes were received. */
	isReceived: boolean;
}

/**
 * Watches a download until it violates a time limit.
 * @param done - aborted when the download ends
 * @returns the limit that was violated, undefined if the download ended before
 */
export async function watchTimeLimits(
	progress: DownloadProgress,
	clock: Clock,
	done: AbortSignal,
): Promise<DownloadError | undefined> {
	let idleMs = 0;
	for (let elapsedMs = CHECK_MS; ; elapsedMs += CHECK_MS) {
		const before = progress.bytes;
		await clock.sleep(CHECK_MS, done);
		if (done.aborted) return undefined;
		if (!progress.isResponding) {
			if (elapsedMs < RESPONSE_TIMEOUT_MS) continue;
			return { kind: 'timeout', detail: `No response within ${inSeconds(elapsedMs)}` };
		}
		idleMs = progress.bytes === before ? idleMs + CHECK_MS : 0;
		// storing can take long after the last byte, for example with S3
		const isStalled = idleMs >= STALL_MS && !progress.isReceived;
		const limitMs = Math.min(BASE_LIMIT_MS + progress.bytes / MIN_BYTES_PER_MS, MAX_LIMIT_MS);
		if (!isStalled && elapsedMs < limitMs) continue;
		const stalledFor = isStalled ? `No data for ${inSeconds(idleMs)}` : undefined;
		return progress.isStoring()
			? { kind: 'storage', detail: `not stored after ${inSeconds(elapsedMs)}` }
			: {
					kind: 'timeout',
					detail: stalledFor ?? `Only ${progress.bytes} bytes in ${inSeconds(elapsedMs)}`,
				};
	}
}

function inSeconds(ms: number): string {
	return `${ms / 1000} seconds`;
}
