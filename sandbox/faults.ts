import { CODES } from './contract';
import type { ErrorStyle } from './controlContract';
import { ApiError } from './envelope';
import type { Endpoint, Fault, FaultRule } from './faultContract';

const HTML = 'text/html';
const JSON_TYPE = 'application/json; charset=utf-8';

/** Fault rules that still have requests to affect. */
export class FaultQueue {
	private rules: Array<FaultRule & { times: number; skip: number }> = [];

	add(rules: FaultRule[]): void {
		this.rules.push(
			...rules.map((rule) => ({ ...rule, times: rule.times ?? 1, skip: rule.skip ?? 0 })),
		);
	}

	/**
	 * Takes the fault for a request from the first matching rule that has nothing left to skip.
	 * @param text what `match` is compared with: the text of the JSON body, or the uuid
	 */
	take(endpoint: Endpoint, text: string): Fault | null {
		for (const rule of this.rules) {
			if (rule.endpoint !== 'any' && rule.endpoint !== endpoint) continue;
			if (rule.match !== undefined && !text.includes(rule.match)) continue;
			if (rule.skip > 0) {
				rule.skip -= 1;
				continue;
			}
			rule.times -= 1;
			this.rules = this.rules.filter(({ times }) => times > 0);
			return rule.fault;
		}
		return null;
	}

	pending(): FaultRule[] {
		return this.rules;
	}

	clear(): void {
		this.rules = [];
	}
}

const ALWAYS_PROCESSED: ReadonlySet<Fault['kind']> = new Set([
	'resetAfter',
	'slow',
	'drip',
	'patch',
]);

/** Whether the request takes effect, even if its response is faulty or missing. */
export const isProcessed = (fault: Fault): boolean =>
	fault.kind !== 'resetBefore' && (fault.accept === true || ALWAYS_PROCESSED.has(fault.kind));

/** Whether the fault modifies a real response, which must be produced first. */
export const needsResponse = (fault: Fault): boolean => isProcessed(fault) || fault.kind === 'cut';

export interface CannedResponse {
	httpStatus: number;
	headers: Record<string, string>;
	body: string;
}

/** The response that replaces the real one, or null if the fault has none. */
export function cannedResponse(fault: Fault, style: ErrorStyle): CannedResponse | null {
	switch (fault.kind) {
		case 'error': {
			const short = fault.code === CODES.insufficientCredits ? { required: 2, current: 0 } : {};
			const error = new ApiError(fault.code, fault.msg ?? `injected error ${fault.code}`, {
				data: fault.data ?? short,
			});
			return {
				httpStatus: fault.httpStatus ?? error.httpStatus(style),
				headers: { 'content-type': JSON_TYPE, ...retryAfter(fault.retryAfter) },
				body: JSON.stringify(error.envelope),
			};
		}
		case 'gateway':
			return {
				httpStatus: fault.httpStatus,
				headers: { 'content-type': fault.contentType ?? HTML, ...retryAfter(fault.retryAfter) },
				body: fault.body ?? gatewayPage(fault.httpStatus),
			};
		case 'raw':
			return {
				httpStatus: fault.httpStatus,
				headers: { 'content-type': fault.contentType },
				body: fault.body,
			};
		case 'malformed':
			return {
				httpStatus: 200,
				headers: { 'content-type': JSON_TYPE },
				body: fault.body ?? '{"code":0,"msg":"ok","data":{',
			};
		case 'redirect':
			return {
				httpStatus: fault.httpStatus ?? 302,
				headers: { location: fault.location },
				body: '',
			};
		default:
			return null;
	}
}

const retryAfter = (value: string | undefined): Record<string, string> =>
	value === undefined ? {} : { 'retry-after': value };

const gatewayPage = (status: number) =>
	`<html>\r\n<head><title>${status}</title></head>\r\n<body>\r\n<center><h1>${status}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
