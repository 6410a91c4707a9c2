import type { FastifyRequest } from 'fastify';

import type { Clock } from './clock';
import type { JournalEntry } from './controlResponses';
import type { Endpoint } from './faultContract';

/** Every request, in the order of arrival. */
export class Journal {
	private entries: JournalEntry[] = [];
	private seq = 0;

	/** @param clock - provides the time of arrival */
	constructor(private readonly clock: Clock) {}

	/** Records the arrival of a request. The caller adds the response to the returned entry. */
	open(request: FastifyRequest, endpoint: Endpoint, uuid: string | undefined): JournalEntry {
		const { headers } = request;
		const entry: JournalEntry = {
			seq: ++this.seq,
			at: this.clock.now(),
			method: request.method,
			path: request.url.split('?', 1)[0] ?? '',
			query: queryOf(request),
			endpoint,
			...(uuid === undefined ? {} : { uuid }),
			hasAuthorization: headers.authorization !== undefined,
			keyAccepted: null,
			contentLength: headers['content-length'] ? Number(headers['content-length']) : null,
			transferEncoding: headers['transfer-encoding'] ?? null,
			status: null,
			code: null,
		};
		this.entries.push(entry);
		return entry;
	}

	all(): JournalEntry[] {
		return this.entries;
	}

	/** Deletes all entries. The numbering continues. */
	clear(): void {
		this.entries = [];
	}
}

const queryOf = (request: FastifyRequest): Record<string, unknown> => {
	const { query } = request;
	return typeof query === 'object' && query !== null ? { ...query } : {};
};
