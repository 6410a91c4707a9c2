import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Subject } from '../subjects';
import type { Installation } from './installation';

export interface StartOptions {
	subject: Subject['key'];
	installation: Installation;
	/**
	 * Whether to evaluate expressions in n8n's default engine. It creates an isolate for each
	 * execution, which takes seconds of CPU time if many start together. A fast clock would multiply
	 * these, so only the overhead is measured with it.
	 */
	isolated: boolean;
}

/** One execution of a subject. */
export interface ExecutionRequest {
	/** Executes the minimal node instead of the subject's. */
	minimal?: boolean;
	/** Base URL of the API. */
	url: string;
	apiKey?: string;
	/** JSON of the input items. */
	items: IDataObject[];
	/** In addition to those of the subject. */
	parameters?: INodeParameters;
	/** Enables Retry On Fail. */
	maxTries?: number;
	cancelAfterSeconds?: number;
	/** Retries the execution once if it fails, and returns the result of the retry. */
	retryExecution?: boolean;
	/** Adds a CPU profile, which slows the execution down. */
	profile?: boolean;
}

/** Seconds and epoch milliseconds are those of the engine's clock. */
export interface Outcome {
	seconds: number;
	endedAt: number;
	/** JSON of each output item. */
	items: string[];
	/** Message, description and context of the error. */
	error?: string;
	canceledAt?: number;
	/** With `profile`: CPU seconds by the owner of the code. */
	cpuSeconds?: Record<string, number>;
}
