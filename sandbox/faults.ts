import { ApiError, CODES } from './envelope';
import type { Endpoint, ErrorStyle, Fault, FaultOrder } from './types';

const HTML = 'text/html';
const JSON_TYPE = 'application/json; charset=utf-8';

/** Faults waiting for the requests they are meant for. */
export class FaultQueue {
	private orders: Array<FaultOrder & { times: number; skip: number }> = [];

	add(orders: FaultOrder[]): void {
		this.orders.push(
			...orders.map((order) => ({ ...order, times: order.times ?? 1, skip: order.skip ?? 0 })),
		);
	}

	/**
	 * Takes the fault for a request: the first order that matches and has nothing left to skip.
	 * @param text what `match` looks into: the JSON body's text, or the uuid
	 */
	take(endpoint: Endpoint, text: string): Fault | null {
		for (const order of this.orders) {
			if (order.endpoint !== 'any' && order.endpoint !== endpoint) continue;
			if (order.match !== undefined && !text.includes(order.match)) continue;
			if (order.skip > 0) {
				order.skip -= 1;
				continue;
			}
			order.times -= 1;
			this.orders = this.orders.filter(({ times }) => times > 0);
			return order.fault;
		}
		return null;
	}

	left(): FaultOrder[] {
		return this.orders;
	}

	clear(): void {
		this.orders = [];
	}
}

const ACTS_BY_NATURE: ReadonlySet<Fault['kind']> = new Set(['resetAfter', 'slow', 'drip', 'patch']);

/** Whether the request's work is done and stays done, whatever becomes of the answer. */
export const accepts = (fault: Fault): boolean =>
	fault.kind !== 'resetBefore' && (fault.accept === true || ACTS_BY_NATURE.has(fault.kind));

/** Whether the fault spoils a true answer, so that there must be one first. */
export const needsAnswer = (fault: Fault): boolean => accepts(fault) || fault.kind === 'cut';

export interface CannedAnswer {
	httpStatus: number;
	headers: Record<string, string>;
	body: string;
}

/** The answer that a fault gives in place of the API's; null if it gives none. */
export function cannedAnswer(fault: Fault, style: ErrorStyle): CannedAnswer | null {
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
