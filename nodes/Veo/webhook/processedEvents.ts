import type { IDataObject } from 'n8n-workflow';
import { normalizeVideoId } from '../api/videoId';
import { BoundedMap } from './boundedMap';

/** How many events a node remembers; n8n rewrites the static data for each. */
export const MAX_REMEMBERED = 500;

/** How many nodes have their events in memory. */
const MAX_NODES = 1_000;

/** The field in the node's static data. Part of saved workflows: must not change. */
const FIELD = 'processedEvents';

/** The keys of the events that each node has processed since n8n started; the latest last. */
const recentKeysByNode = new BoundedMap<string[]>(MAX_NODES);

/**
 * The events for which a trigger node has started its workflow, as `<video ID>:<status>`, for
 * deduplication. One video is one event, however its ID is spelled. The static data survives a
 * restart. It is not sufficient: every webhook request gets its own copy, read when the request came,
 * so of simultaneous requests only one would leave its key (n8n 2.41.1).
 */
export class ProcessedEvents {
	/**
	 * @param nodeKey - unique for each node of each workflow
	 * @param staticData - the node's, from getWorkflowStaticData('node')
	 */
	constructor(
		private readonly nodeKey: string,
		private readonly staticData: IDataObject,
	) {}

	has(eventKey: string): boolean {
		return this.all().includes(normalizeKey(eventKey));
	}

	add(eventKey: string): void {
		const keys = [...this.all(), normalizeKey(eventKey)].slice(-MAX_REMEMBERED);
		recentKeysByNode.set(this.nodeKey, keys);
		this.staticData[FIELD] = [...keys];
	}

	private all(): string[] {
		const stored = this.staticData[FIELD];
		const keys = Array.isArray(stored) ? stored.filter((key) => typeof key === 'string') : [];
		const recent = recentKeysByNode.get(this.nodeKey) ?? [];
		return [...new Set([...keys.map(normalizeKey), ...recent])];
	}
}

/** The key with the ID's normalized spelling; earlier versions stored it as it was sent. */
function normalizeKey(eventKey: string): string {
	const statusAt = eventKey.lastIndexOf(':');
	if (statusAt === -1) return normalizeVideoId(eventKey);
	return `${normalizeVideoId(eventKey.slice(0, statusAt))}${eventKey.slice(statusAt)}`;
}
