import type { VeoError } from '../api/errors';
import { transientKindFromStatus } from '../api/response';
import { retryAfterMs } from '../api/retryAfter';
import { exceedsSizeLimit, TOO_LARGE } from './downloadLimits';

/** @returns why a response can't be a video, or undefined if its first bytes have to decide */
export function checkDownloadResponse(
	httpStatus: number,
	headers: Record<string, string>,
	nowMs: number,
): VeoError | undefined {
	if (httpStatus >= 300) {
		return {
			kind: transientKindFromStatus(httpStatus) ?? 'notVeoApi',
			httpStatus,
			detail: `HTTP ${httpStatus}`,
			retryAfterMs: retryAfterMs(headers['retry-after'], nowMs),
		};
	}
	// 204 and 205 have no content; 206 is a part of the file, which wasn't requested
	if (httpStatus > 203) return notVideo(`an incomplete response (HTTP ${httpStatus})`, httpStatus);
	return exceedsSizeLimit(declaredBytes(headers)) ? notVideo(TOO_LARGE) : undefined;
}

/** @param detail - what the host returned instead */
export function notVideo(detail: string, httpStatus = 200): VeoError {
	return { kind: 'notVeoApi', httpStatus, detail };
}

/** The declared size of the response, compressed if it is; NaN if absent. */
export function declaredBytes(headers: Record<string, string>): number {
	return Number.parseInt(headers['content-length'] ?? '', 10);
}
