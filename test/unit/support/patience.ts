import type { Clock } from '../../../nodes/Veo/api/clock';
import { Pace } from '../../../nodes/Veo/api/pace';
import type { Patience } from '../../../nodes/Veo/api/retry';

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
