import type { VeoError } from '../api/errors';
import { transientKindFromStatus } from '../api/response';
import { retryAfterMs } from '../api/retryAfter';

const NOT_A_VIDEO = /^(text\/|application\/(json|xml|xhtml))/;

/** @returns why a response can't be a video, or undefined if it can */
export function checkDownloadResponse(
	httpStatus: number,
	headers: Record<string, string>,
	nowMs: number,
): VeoError | undefined {
	const type = headers['content-type'] ?? '';
	if (httpStatus >= 300) {
		return {
			kind: transientKindFromStatus(httpStatus) ?? 'notVeoApi',
			httpStatus,
			detail: `HTTP ${httpStatus}`,
			retryAfterMs: retryAfterMs(headers['retry-after'], nowMs),
		};
	}
	return NOT_A_VIDEO.test(type) ? { kind: 'notVeoApi', httpStatus, detail: type } : undefined;
}

/** The declared type if it is a video type; many file hosts declare a generic one. */
export function videoMimeType(headers: Record<string, string>): string {
	const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
	return type.startsWith('video/') ? type : 'video/mp4';
}
