import type { INodeExecutionData } from 'n8n-workflow';
import type { ParkedJob } from '../jobs/durableWait';
import type { WaitOptions } from '../jobs/polling';

/** Where a downloaded video goes. */
export interface VideoTarget {
	property: string;
	/** '' for the default. */
	fileName: string;
}

/** What the user wants of a wait; plain JSON, as it may be parked in n8n's database. */
export interface WaitPlan extends WaitOptions {
	/** Whether the execution is parked meanwhile. */
	durable: boolean;
	onTimeout: 'error' | 'continue';
	/** Undefined where the video is not to be downloaded. */
	target?: VideoTarget;
}

/** A job that is waited for durably, with what is wanted of it. */
export interface ParkedItem extends ParkedJob {
	plan: WaitPlan;
}

/** What one item's work ends in: the item, and on which of the node's outputs it leaves. */
export interface ItemResult {
	item: INodeExecutionData;
	output: number;
	/** Where the item is not final yet. */
	parked?: ParkedItem;
}

/** An operation's work on one item, once its parameters have been found right. */
export type ItemTask = () => Promise<ItemResult>;
