import { NodeOperationError, type INode } from 'n8n-workflow';
import { isHttpUrl } from '../api/parse';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../api/types';
import { EMPTY_EXPRESSION_RESULTS, videoIdFromText, videoIdProblem } from '../api/videoId';
import { quote } from '../quote';
import { parseBoolean } from './boolean';
import { jsonProblem } from './jsonProblem';

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

/** The fields of a generation request that the node sets. */
const NODE_FIELDS = ['generationType', 'prompt', 'aspectRatio', 'imageUrl', 'imageKey'];

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

	/** Text, unchanged; '' if an expression returns no value. The text of a missing value is invalid. */
	text(name: string, label: string, fallback = ''): string {
		const text = this.anyText(name, label, fallback);
		if (!EMPTY_EXPRESSION_RESULTS.includes(text.trim())) return text;
		throw this.invalid(
			`'${label}' is '${text.trim()}'`,
			`The expression in '${label}' didn't return a value for this item.`,
		);
	}

	private anyText(name: string, label: string, fallback = ''): string {
		const value = this.value(name, fallback);
		if (typeof value === 'string') return value;
		if (value === null || value === undefined) return '';
		if (typeof value === 'number') return String(value);
		throw this.invalid(
			`'${label}' must be text`,
			`Received ${quote(value)}. Check the expression in '${label}'.`,
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
		throw this.invalid(`'${label}' can't be ${quote(text)}`, `Use one of: ${values.join(', ')}.`);
	}

	boolean(name: string, label: string, fallback: boolean): boolean {
		const value = this.value(name, fallback);
		const boolean = parseBoolean(value, fallback);
		if (boolean !== undefined) return boolean;
		throw this.invalid(
			`'${label}' must be true or false`,
			`Received ${quote(value)}. Check the expression in '${label}'.`,
		);
	}

	/** A number in the option's range; the fallback (Infinity for no limit) if the option isn't set. */
	number(name: string, { label, fallback, min, max = Infinity, unit }: NumberOption): number {
		const value = this.value(name, fallback);
		const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
		if (typeof number === 'number' && number >= min && number <= max) return number;
		const range =
			max === Infinity
				? `at least ${formatNumber(min)}`
				: `between ${formatNumber(min)} and ${formatNumber(max)}`;
		const unset = fallback === Infinity ? 'for no limit' : `to use the default (${fallback})`;
		throw this.invalid(
			`'${label}' must be ${range} ${unit}`,
			`Received ${quote(value)}. Enter a number in this range, or remove the option ${unset}.`,
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
			`Received ${quote(text)}. The Veo API downloads the image from this URL, so it must be a complete public URL.`,
		);
	}

	/** The name of a request field that the node doesn't set itself; '' if there is none. */
	requestField(name: string, label: string): string {
		const field = this.text(name, label).trim();
		if (!NODE_FIELDS.includes(field)) return field;
		throw this.invalid(
			`'${label}' can't be '${field}'`,
			"The node uses this field itself. Enter the field in which your API provider expects the URL, e.g. 'callbackUrl'.",
		);
	}

	/** A video's ID, or the ID in a URL that contains it. */
	videoId(): string {
		const id = videoIdFromText(this.anyText('videoId', 'Video ID').trim());
		const problem = videoIdProblem(id);
		if (problem === undefined) return id;
		throw this.invalid(
			`'Video ID' ${problem}`,
			"Enter the 'uuid' returned by 'Generate', or map it from a previous node, e.g. {{ $json.uuid }}.",
		);
	}

	/** A JSON object, or the text of one; {} if there is no value. */
	jsonObject(name: string, label: string): JsonObject {
		const value = this.value(name, {});
		if (value === undefined || value === null || value === '') return {};
		const text = typeof value === 'string' ? value : jsonText(value);
		const json: Json | undefined = text === undefined ? undefined : parseJson(text);
		if (isJsonObject(json)) return json;
		const problem =
			json === undefined && typeof value === 'string'
				? `isn't valid JSON: ${jsonProblem(value)}`
				: `must be a JSON object, not ${typeName(json)}`;
		throw this.invalid(
			`'${label}' ${problem}`,
			`Received ${quote(value)}. Use key-value pairs, e.g. { "seed": 42 }.`,
		);
	}

	/** The value as an expression returned it. */
	value(name: string, fallback: unknown): unknown {
		return this.functions.getNodeParameter(name, this.itemIndex, fallback);
	}
}

/** @returns undefined if the value can't be written as JSON, e.g. since it refers to itself */
function jsonText(value: unknown): string | undefined {
	try {
		return JSON.stringify(value);
	} catch {
		return undefined;
	}
}

function typeName(json: Json | undefined): string {
	if (json === null) return 'null';
	if (json === undefined) return 'another value';
	if (Array.isArray(json)) return 'an array';
	return typeof json === 'string' ? 'text' : `a ${typeof json}`;
}
