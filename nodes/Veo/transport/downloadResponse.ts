import { isUnavailable } from '../api/response';
import type { Failure, FailureKind } from '../api/errors';
import { retryAfterMs } from '../api/retryAfter';

const NO_VIDEO = /^(text\/|application\/(json|xml|xhtml))/;

/** @returns why an answer is no video, or undefined where it may be one */
export function judge(
	httpStatus: number,
	headers: Record<string, string>,
	nowMs: number,
): Failure | undefined {
	const type = headers['content-type'] ?? '';
	if (httpStatus >= 300) {
		return {
			kind: kindOfStatus(httpStatus),
			httpStatus,
			detail: `HTTP ${httpStatus}`,
			retryAfterMs: retryAfterMs(headers['retry-after'], nowMs),
		};
	}
	return NO_VIDEO.test(type) ? { kind: 'notVeoApi', httpStatus, detail: type } : undefined;
}

function kindOfStatus(status: number): FailureKind {
	if (status === 429) return 'rateLimited';
	return isUnavailable(status) ? 'gateway' : 'notVeoApi';
}

/** What the host says if it is a video type; hosts of plain files often say less. */
export function videoType(headers: Record<string, string>): string {
	const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
	return type.startsWith('video/') ? type : 'video/mp4';
}
