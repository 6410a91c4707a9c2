import { NodeOperationError, type INode } from 'n8n-workflow';
import { isHttpUrl } from '../api/parse';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../api/types';
import { videoIdFlaw } from '../api/videoId';

interface NumberOption {
	label: string;
	fallback: number;
	least: number;
	most?: number;
	/** What the number counts, for the message, e.g. "seconds". */
	unit: string;
}

/** What parameters are read from; a run of the node is one. */
export interface ParameterSource {
	getNode(): INode;
	getNodeParameter(name: string, itemIndex: number, fallback: unknown): unknown;
}

/** A week: longer times would overflow Node's timers, and are surely a slip. */
const MOST_SECONDS = 7 * 24 * 3600;

/**
 * Reads one item's parameters and refuses what cannot work, before anything is sent. Every method
 * throws NodeOperationError that names the parameter as the user sees it.
 */
export class Parameters {
	constructor(
		private readonly functions: ParameterSource,
		readonly itemIndex: number,
	) {}

	refuse(message: string, description: string): NodeOperationError {
		const { itemIndex } = this;
		return new NodeOperationError(this.functions.getNode(), message, { itemIndex, description });
	}

	/** Text as it is; '' where an expression gives nothing. */
	text(name: string, label: string, fallback = ''): string {
		const value = this.raw(name, fallback);
		if (typeof value === 'string') return value;
		if (value === null || value === undefined) return '';
		if (typeof value === 'number') return String(value);
		throw this.refuse(
			`'${label}' must be text`,
			`It is ${JSON.stringify(value)}. Check the expression in '${label}'.`,
		);
	}

	requiredText(name: string, label: string): string {
		const text = this.text(name, label);
		if (text.trim() !== '') return text;
		throw this.refuse(
			`'${label}' is empty`,
			`Fill in '${label}'. If it holds an expression, check that it finds a value for this item.`,
		);
	}

	oneOf<T extends string>(name: string, label: string, values: readonly T[], fallback?: T): T {
		const text = this.text(name, label, fallback);
		const value = values.find((candidate) => candidate === text);
		if (value !== undefined) return value;
		throw this.refuse(`'${label}' cannot be '${text}'`, `Use one of: ${values.join(', ')}.`);
	}

	flag(name: string, fallback: boolean): boolean {
		const value = this.raw(name, fallback);
		return value === 'false' ? false : Boolean(value);
	}

	/** A number in the option's range; the fallback where the option is not set. */
	number(name: string, { label, fallback, least, most = Infinity, unit }: NumberOption): number {
		const value = this.raw(name, fallback);
		const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
		if (typeof number === 'number' && number >= least && number <= most) return number;
		const range = most === Infinity ? `at least ${least}` : `${least} to ${most}`;
		throw this.refuse(
			`'${label}' must be ${range} ${unit}`,
			`It is ${JSON.stringify(value)}. Enter a number in that range, or remove the option to use ${fallback}.`,
		);
	}

	/** @returns milliseconds */
	duration(name: string, label: string, fallbackSeconds: number): number {
		const range = { least: 1, most: MOST_SECONDS, unit: 'seconds' };
		return 1000 * this.number(name, { label, fallback: fallbackSeconds, ...range });
	}

	/** @param protocols - what the URL may begin with, e.g. "https:" */
	url(name: string, label: string, protocols: readonly string[]): string {
		const text = this.requiredText(name, label).trim();
		if (isHttpUrl(text) && protocols.includes(new URL(text).protocol)) return text;
		const wanted = protocols.map((protocol) => `${protocol}//`).join(' or ');
		throw this.refuse(
			`'${label}' is not a URL that begins with ${wanted}`,
			`It is '${text}'. The Veo API fetches the image from there, so it must be a complete public URL.`,
		);
	}

	videoId(): string {
		const id = this.text('videoId', 'Video ID').trim();
		const flaw = videoIdFlaw(id);
		if (flaw === undefined) return id;
		throw this.refuse(
			`'Video ID' ${flaw}`,
			"Enter the uuid that 'Generate' returned, or map it from an earlier node, e.g. {{ $json.uuid }}.",
		);
	}

	/** A JSON object, also where it is written as text; {} where there is none. */
	jsonObject(name: string, label: string): JsonObject {
		const value = this.raw(name, {});
		if (value === undefined || value === null || value === '') return {};
		const json: Json | undefined = parseJson(
			typeof value === 'string' ? value : JSON.stringify(value),
		);
		if (isJsonObject(json)) return json;
		throw this.refuse(
			`'${label}' is not a JSON object`,
			'Write it as an object of names and values, e.g. { "seed": 42 }.',
		);
	}

	private raw(name: string, fallback: unknown): unknown {
		return this.functions.getNodeParameter(name, this.itemIndex, fallback);
	}
}
