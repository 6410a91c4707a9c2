import type { Clock } from '../../../nodes/Veo/retry/clock';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import type { CallContext } from '../../../nodes/Veo/retry/retry';

/** What a run of the node gives its calls: no jitter and no stop unless said. */
export function callContextOf(clock: Clock, more: Partial<CallContext> = {}): CallContext {
	return {
		clock,
		rateLimiter: new RateLimiter(clock),
		random: () => 0.5,
		maxRetries: 5,
		signal: new AbortController().signal,
		...more,
	};
}
