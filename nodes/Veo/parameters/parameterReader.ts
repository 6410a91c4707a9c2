import { NodeOperationError, type INode } from 'n8n-workflow';
import { isHttpUrl } from '../api/parse';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../api/types';
import { videoIdFromText, videoIdProblem } from '../api/videoId';

interface NumberOption {
	label: string;
	fallback: number;
	min: number;
	max?: number;
	/** What the number counts, for the message, e.g. "seconds". */
	unit: string;
}

/** The source of the parameters, such as n8n's IExecuteFunctions. */
export interface ParameterSource {
	getNode(): INode;
	getNodeParameter(name: string, itemIndex: number, fallback: unknown): unknown;
}

/** A week: longer times would overflow Node's timers, and are certainly a mistake. */
const MAX_SECONDS = 7 * 24 * 3600;

/** A number as n8n's editor shows it, e.g. 604,800. */
function formatNumber(number: number): string {
	return number.toLocaleString('en-US');
}

/**
 * Reads and validates one item's parameters, before anything is sent. Every method throws a
 * NodeOperationError that contains the parameter's display name.
 */
export class ParameterReader {
	constructor(
		private readonly functions: ParameterSource,
		readonly itemIndex: number,
	) {}

	/** The error for an invalid parameter, for the caller to throw. */
	invalid(message: string, description: string): NodeOperationError {
		const { itemIndex } = this;
		return new NodeOperationError(this.functions.getNode(), message, { itemIndex, description });
	}

	/** Text, unchanged; '' if an expression returns no value. */
	text(name: string, label: string, fallback = ''): string {
		const value = this.raw(name, fallback);
		if (typeof value === 'string') return value;
		if (value === null || value === undefined) return '';
		if (typeof value === 'number') return String(value);
		throw this.invalid(
			`'${label}' must be text`,
			`Received ${JSON.stringify(value)}. Check the expression in '${label}'.`,
		);
	}

	requiredText(name: string, label: string): string {
		const text = this.text(name, label);
		if (text.trim() !== '') return text;
		throw this.invalid(
			`'${label}' is empty`,
			`Enter a value for '${label}'. If you use an expression, check that it returns a value for this item.`,
		);
	}

	oneOf<T extends string>(name: string, label: string, values: readonly T[], fallback?: T): T {
		const text = this.text(name, label, fallback);
		const value = values.find((candidate) => candidate === text);
		if (value !== undefined) return value;
		throw this.invalid(`'${label}' can't be '${text}'`, `Use one of: ${values.join(', ')}.`);
	}

	boolean(name: string, fallback: boolean): boolean {
		const value = this.raw(name, fallback);
		return value === 'false' ? false : Boolean(value);
	}

	/** A number in the option's range; the fallback if the option isn't set. */
	number(name: string, { label, fallback, min, max = Infinity, unit }: NumberOption): number {
		const value = this.raw(name, fallback);
		const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
		if (typeof number === 'number' && number >= min && number <= max) return number;
		const range =
			max === Infinity
				? `at least ${formatNumber(min)}`
				: `between ${formatNumber(min)} and ${formatNumber(max)}`;
		throw this.invalid(
			`'${label}' must be ${range} ${unit}`,
			`Received ${JSON.stringify(value)}. Enter a number in this range, or remove the option to use the default (${fallback}).`,
		);
	}

	/** @returns milliseconds */
	duration(name: string, label: string, fallbackSeconds: number): number {
		const range = { min: 1, max: MAX_SECONDS, unit: 'seconds' };
		return 1000 * this.number(name, { label, fallback: fallbackSeconds, ...range });
	}

	/** @param protocols - the allowed protocols, e.g. "https:" */
	url(name: string, label: string, protocols: readonly string[]): string {
		const text = this.requiredText(name, label).trim();
		if (isHttpUrl(text) && protocols.includes(new URL(text).protocol)) return text;
		const prefixes = protocols.map((protocol) => `${protocol}//`).join(' or ');
		throw this.invalid(
			`'${label}' must start with ${prefixes}`,
			`Received '${text}'. The Veo API downloads the image from this URL, so it must be a complete public URL.`,
		);
	}

	/** A video's ID, or the ID in a URL that contains it. */
	videoId(): string {
		const id = videoIdFromText(this.text('videoId', 'Video ID').trim());
		const problem = videoIdProblem(id);
		if (problem === undefined) return id;
		throw this.invalid(
			`'Video ID' ${problem}`,
			"Enter the 'uuid' returned by 'Generate', or map it from a previous node, e.g. {{ $json.uuid }}.",
		);
	}

	/** A JSON object, or the text of one; {} if there is no value. */
	jsonObject(name: string, label: string): JsonObject {
		const value = this.raw(name, {});
		if (value === undefined || value === null || value === '') return {};
		const json: Json | undefined = parseJson(
			typeof value === 'string' ? value : JSON.stringify(value),
		);
		if (isJsonObject(json)) return json;
		throw this.invalid(
			`'${label}' must be a JSON object`,
			'Use key-value pairs, e.g. { "seed": 42 }.',
		);
	}

	private raw(name: string, fallback: unknown): unknown {
		return this.functions.getNodeParameter(name, this.itemIndex, fallback);
	}
}
