import type { Clock } from '../../../nodes/Veo/retry/clock';
import { Pace } from '../../../nodes/Veo/retry/rateLimiter';
import type { Patience } from '../../../nodes/Veo/retry/retry';

/** What a run of the node gives its calls: no jitter and no stop unless said. */
export function patienceOf(clock: Clock, more: Partial<Patience> = {}): Patience {
	return {
		clock,
		pace: new Pace(clock),
		random: () => 0.5,
		maxRetries: 5,
		signal: new AbortController().signal,
		...more,
	};
}
