import { appendFileSync } from 'node:fs';

import type { Endpoint } from '../faultContract';

/** One way in which the API or its client differs from the contract. */
export interface Difference {
	/** null: the contract has no such endpoint. */
	endpoint: Endpoint | null;
	part: 'request' | 'response';
	/** Which field differs, and what the contract says. */
	problem: string;
	/** What was received, without prompts, URLs and keys. */
	received: string;
}

/** A difference and how often it occurred. */
export interface CountedDifference extends Difference {
	count: number;
	/** ISO 8601. */
	firstAt: string;
	lastAt: string;
	/** HTTP status of the first response. */
	httpStatus: number;
}

/** What GET /__sandbox/differences returns. */
export interface DifferenceReport {
	/** Number of forwarded requests. */
	requests: number;
	differences: CountedDifference[];
}

/** The differences so far. Equal ones are counted, not repeated. */
export class Differences {
	private readonly byKey = new Map<string, CountedDifference>();
	private requests = 0;

	/**
	 * @param record - the file to which each new difference is appended. null: none.
	 * @param log - receives one line per new difference
	 */
	constructor(
		private readonly record: string | null,
		private readonly log: (line: string) => void,
	) {}

	/** Adds the differences of one request and its response. */
	add(found: Difference[], httpStatus: number): void {
		this.requests += 1;
		const now = new Date().toISOString();
		for (const difference of found) {
			const { endpoint, part, problem, received } = difference;
			const key = JSON.stringify([endpoint, part, problem]);
			const known = this.byKey.get(key);
			if (known !== undefined) {
				known.count += 1;
				known.lastAt = now;
				continue;
			}
			const entry = { ...difference, httpStatus, count: 1, firstAt: now, lastAt: now };
			this.byKey.set(key, entry);
			this.log(`Difference in ${endpoint ?? 'unknown'} ${part}: ${problem} (received ${received})`);
			if (this.record !== null) appendFileSync(this.record, `${JSON.stringify(entry)}\n`);
		}
	}

	clear(): void {
		this.byKey.clear();
		this.requests = 0;
	}

	report(): DifferenceReport {
		return { requests: this.requests, differences: [...this.byKey.values()] };
	}

	/** One line for the end. */
	summary(): string {
		const { size } = this.byKey;
		const count =
			size === 0 ? 'no differences' : `${size} different deviation${size > 1 ? 's' : ''}`;
		return `${this.requests} requests were forwarded: ${count}`;
	}
}
