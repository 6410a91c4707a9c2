import type { Clock } from '../../../nodes/Veo/retry/clock';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import type { CallContext } from '../../../nodes/Veo/retry/retry';

/** A call context without jitter that is never canceled, with the given properties replaced. */
export function createCallContext(clock: Clock, overrides: Partial<CallContext> = {}): CallContext {
	return {
		clock,
		rateLimiter: new RateLimiter(clock),
		random: () => 0.5,
		maxRetries: 5,
		signal: new AbortController().signal,
		...overrides,
	};
}
