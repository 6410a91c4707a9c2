import { isTransient, type VeoError } from './errors';

/** n8n couldn't store the file. The cause is local, so another download wouldn't help. */
export interface StorageError {
	kind: 'storage';
	/** The wording of n8n or the operating system. */
	detail: string;
	httpStatus?: undefined;
	retryAfterMs?: undefined;
}

/** A failed download as data. */
export type DownloadError = VeoError | StorageError;

/** Longest text of n8n or the operating system that is quoted, in characters. */
const MAX_DETAIL_LENGTH = 200;

export function storageError(thrown: unknown): StorageError {
	const detail = thrown instanceof Error ? thrown.message : String(thrown);
	return { kind: 'storage', detail: detail.slice(0, MAX_DETAIL_LENGTH) };
}

export function isDownloadRetryable(error: DownloadError): boolean {
	return error.kind !== 'storage' && isTransient(error);
}
